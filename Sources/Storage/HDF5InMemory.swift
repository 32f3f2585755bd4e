import CHDF5

/// A file in memory, written from the records that a confined child read of a foreign file.
extension HDF5File {
  private static let growth = 1 << 20

  /// An empty file in memory alone.
  ///
  /// - Parameter path: of the file it stands for, which faults name.
  static func inMemory(insteadOf path: String) throws -> HDF5File {
    try HDF5Queue.perform {
      let place = HDF5Place(path: path, object: "/")
      let access = HDF5Temporary.properties(tessera_h5p_file_access())
      try place.check(
        H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V110), .create)
      try place.check(H5Pset_fapl_core(access.id, growth, false), .create)
      // libhdf5 takes two files of one name for the same.
      let name = "memory-\(UInt64.random(in: .min ... .max))"
      let id = H5Fcreate(name, tessera_h5f_truncate(), tessera_h5p_default(), access.id)
      return HDF5File(
        path: path, id: try place.check(id, .create), isWritable: true, fileBytes: nil)
    }
  }

  /// Writes the object of a record. A type that no file of this program has is left out, and so are the values of images,
  /// which read as zeros.
  func write(_ head: HDF5Head, _ values: [UInt8]) throws {
    precondition(values.count == head.valueBytes, "values do not fill the shape")
    if head.kind == .group { return try createGroup(head.path) }
    guard head.type.isKnown else { return }
    try HDF5Queue.perform {
      let type = head.type.make()
      if head.kind == .attribute {
        return try writeAttribute(head.path, head.name, type.id, head.shape, values)
      }
      let place = place(head.path)
      let space = HDF5Temporary.space(head.shape)
      let none = tessera_h5p_default()
      let id = H5Dcreate2(self.id, head.path, type.id, space.id, none, none, none)
      try place.with(id, .create, close: H5Dclose) { dataset in
        guard !values.isEmpty else { return }
        let all = tessera_h5s_all()
        try place.check(H5Dwrite(dataset, type.id, all, all, none, values), .write)
      }
    }
  }
}
