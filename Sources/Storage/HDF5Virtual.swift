import CHDF5

/// Rows of another file's dataset, by a file name relative to the file that refers to it.
package struct VirtualSource: Sendable {
  package let file: String
  package let dataset: String
  package let rows: Int

  package init(file: String, dataset: String, rows: Int) {
    self.file = file
    self.dataset = dataset
    self.rows = rows
  }
}

extension HDF5File {
  /// Makes a virtual dataset: the rows of all sources after each other, each `rowShape`.
  ///
  /// For other tools. A source that is missing reads as zeros, so our reader goes by manifest.
  package func createVirtual<Element: HDF5Element>(
    _ name: String, of: Element.Type, rowShape: [Int], sources: [VirtualSource]
  ) throws {
    try HDF5Queue.perform {
      try createParents(of: name)
      let place = place(name)
      let shape = [sources.map(\.rows).reduce(0, +)] + rowShape
      let creation = HDF5Temporary.properties(tessera_h5p_dataset_create())
      try place.check(H5Pset_obj_track_times(creation.id, false), .create)
      let space = HDF5Temporary.space(shape)
      var first = 0
      for source in sources where source.rows > 0 {
        let start = [hsize_t(first)] + rowShape.map { _ in hsize_t(0) }
        let count = [hsize_t(source.rows)] + rowShape.map(hsize_t.init)
        try place.check(
          H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, count, nil), .create)
        let origin = HDF5Temporary.space([source.rows] + rowShape)
        try place.check(
          H5Pset_virtual(creation.id, space.id, source.file, source.dataset, origin.id), .create)
        first += source.rows
      }
      try place.check(H5Sselect_all(space.id), .create)
      let none = tessera_h5p_default()
      let dataset = H5Dcreate2(
        id, name, Element.hdf5Type(), space.id, none, creation.id, none)
      try place.check(H5Dclose(try place.check(dataset, .create)), .create)
    }
  }
}
