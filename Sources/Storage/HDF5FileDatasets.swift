import CHDF5

extension HDF5File {
  /// Makes a dataset (and the groups above it) to be filled by rows.
  package func createDataset<Element: HDF5Element>(
    _ name: String, of: Element.Type, shape: [Int], layout: HDF5Layout = .contiguous
  ) throws -> HDF5Dataset<Element> {
    try HDF5Queue.perform {
      try createParents(of: name)
      let creation = try creationProperties(name, layout, shape)
      let space = HDF5Temporary.space(shape)
      let none = tessera_h5p_default()
      let dataset = H5Dcreate2(
        id, name, Element.hdf5Type(), space.id, none, creation.id, none)
      return HDF5Dataset(
        file: self, name: name, shape: shape, id: try place(name).check(dataset, .create))
    }
  }

  /// Makes and fills a dataset; `shape` defaults to one axis, `[]` is a scalar.
  package func write<Element: HDF5Element>(
    _ name: String, _ values: [Element], shape: [Int]? = nil, layout: HDF5Layout = .contiguous
  ) throws {
    let shape = shape ?? [values.count]
    precondition(values.count == shape.reduce(1, *), "values do not fill the shape")
    let dataset = try createDataset(name, of: Element.self, shape: shape, layout: layout)
    if !values.isEmpty { try dataset.writeRows(values, from: 0) }
  }

  /// Reads a dataset of exactly this element type, with its shape.
  package func read<Element: HDF5Element>(
    _ name: String, as: Element.Type
  ) throws -> (values: [Element], shape: [Int]) {
    let dataset = try dataset(name, of: Element.self)
    return (try dataset.read(), dataset.shape)
  }

  /// Opens a dataset of exactly this element type. Throws `StorageFault` (65) when there is none,
  /// its type differs, or it announces more than such a file can hold.
  package func dataset<Element: HDF5Element>(
    _ name: String, of: Element.Type
  ) throws -> HDF5Dataset<Element> {
    try HDF5Queue.perform {
      let place = place(name)
      let id = try place.check(H5Dopen2(self.id, name, tessera_h5p_default()), .read)
      do {
        let shape = try shape(of: id, place)
        try place.with(H5Dget_type(id), .read, close: H5Tclose) { type in
          guard H5Tequal(type, Element.hdf5Type()) > 0 else {
            throw place.fault(
              "expected a dataset of \(Element.hdf5Name), found \(HDF5TypeName.words(of: type))")
          }
        }
        try HDF5Filters.require(of: id, place)
        try requirePlausible(shape, MemoryLayout<Element>.size, place)
        return HDF5Dataset(file: self, name: name, shape: shape, id: id)
      } catch {
        H5Dclose(id)
        throw error
      }
    }
  }

  func shape(of dataset: hid_t, _ place: HDF5Place) throws -> [Int] {
    try place.with(H5Dget_space(dataset), .read, close: H5Sclose) { space in
      guard let sizes = try shape(ofSpace: space, place) else {
        throw place.fault("a dataset without values")
      }
      return sizes
    }
  }

  /// The sizes of a data space; nil for one without values.
  func shape(ofSpace space: hid_t, _ place: HDF5Place) throws -> [Int]? {
    if H5Sget_simple_extent_type(space) == H5S_NULL { return nil }
    let rank = try place.check(H5Sget_simple_extent_ndims(space), .read)
    var sizes = [hsize_t](repeating: 0, count: Int(rank))
    try place.check(H5Sget_simple_extent_dims(space, &sizes, nil), .read)
    return try sizes.map { size in
      guard let size = Int(exactly: size) else { throw place.fault("impossible sizes \(sizes)") }
      return size
    }
  }

  /// No filter of ours expands more than deflate's 1:1032, so a larger claim is damage.
  func requirePlausible(_ shape: [Int], _ size: Int, _ place: HDF5Place) throws {
    var bytes = size
    for count in shape {
      let (next, overflow) = bytes.multipliedReportingOverflow(by: count)
      if overflow { throw place.fault("impossible sizes \(shape)") }
      bytes = next
    }
    guard let fileBytes, bytes > max(1 << 20, 1100 * fileBytes) else { return }
    throw place.fault("sizes \(shape) announce \(bytes) bytes, more than the file can hold")
  }

  func creationProperties(
    _ name: String, _ layout: HDF5Layout, _ shape: [Int]
  ) throws -> HDF5Temporary {
    let place = place(name)
    let creation = HDF5Temporary.properties(tessera_h5p_dataset_create())
    try place.check(H5Pset_obj_track_times(creation.id, false), .create)
    // HDF5 refuses chunks larger than the dataset, and so any chunk for an empty one.
    guard let chunk = layout.chunk.map({ zip($0, shape).map(min) }), !chunk.contains(0) else {
      return creation
    }
    try place.check(
      H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map(hsize_t.init)), .create)
    if layout.shuffle { try place.check(H5Pset_shuffle(creation.id), .create) }
    if layout.gzip > 0 {
      try place.check(H5Pset_deflate(creation.id, UInt32(layout.gzip)), .create)
    }
    if layout.checksum { try place.check(H5Pset_fletcher32(creation.id), .create) }
    return creation
  }
}
