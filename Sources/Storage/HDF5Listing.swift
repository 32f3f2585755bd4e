import CHDF5

/// The content of a file in one order, whatever its layout: the input of its digest, and what a child reports.
///
/// First the root's attributes without the digest, then every object (a group before what it holds, names bytewise
/// ascending), behind each its attributes by name. A record is a head (`HDF5Head`) and the values, row-major and
/// little-endian as they lie in the file.
extension HDF5File {
  /// The root's attribute that holds the digest.
  static let digestName = "digest"

  /// Read and hashed while they lie in the processor's cache.
  private static let blockBytes = 1 << 18
  private static let mostAttributes = 1_000
  private static let mostAttributeBytes = 1 << 26

  /// Passes the records to `tell` piece by piece: a head, then its values in one or several pieces.
  ///
  /// - Throws: `StorageFault` (65) as `objects`, and for values that cannot be read; what `tell` throws.
  func list(_ tell: ([UInt8]) throws -> Void) throws {
    try HDF5Queue.perform {
      try listAttributes(of: "/", tell)
      for object in try objects() {
        if object.isGroup {
          try tell(HDF5Head(.group, object.path).bytes)
        } else {
          try listDataset(object, tell)
        }
        try listAttributes(of: object.path, tell)
      }
    }
  }

  private func listDataset(_ object: HDF5Object, _ tell: ([UInt8]) throws -> Void) throws {
    let place = place(object.path)
    let open = H5Dopen2(id, object.path, tessera_h5p_default())
    try place.with(open, .read, close: H5Dclose) { (dataset) -> Void in
      let shape = try self.shape(of: dataset, place)
      try place.with(H5Dget_type(dataset), .read, close: H5Tclose) { (type) -> Void in
        let listed =
          object.isVirtual ? .unlisted("virtual") : HDF5ValueType(of: type)
        let head = HDF5Head(.dataset, object.path, shape: shape, type: listed)
        try tell(head.bytes)
        guard head.valueBytes != 0 else { return }
        try requirePlausible(shape, listed.size, place)
        try HDF5Filters.require(of: dataset, place)
        let rows = shape.first ?? 1
        let rowBytes = listed.size * shape.dropFirst().reduce(1, *)
        let block = max(1, Self.blockBytes / rowBytes)
        for first in stride(from: 0, to: rows, by: block) {
          let count = min(block, rows - first)
          var bytes = [UInt8](repeating: 0, count: count * rowBytes)
          try place.withRows(first..<first + count, of: dataset, shape, .read) { memory, disk in
            H5Dread(dataset, type, memory, disk, tessera_h5p_default(), &bytes)
          }
          try tell(bytes)
        }
      }
    }
  }

  private func listAttributes(of object: String, _ tell: ([UInt8]) throws -> Void) throws {
    for name in try attributeNames(of: object)
    where object != "/" || name != Self.digestName {
      let place = place("\(object)@\(name)")
      let none = tessera_h5p_default()
      let open = H5Aopen_by_name(id, object, name, none, none)
      try place.with(open, .read, close: H5Aclose) { (attribute) -> Void in
        let shape = try place.with(H5Aget_space(attribute), .read, close: H5Sclose) {
          try self.shape(ofSpace: $0, place)
        }
        try place.with(H5Aget_type(attribute), .read, close: H5Tclose) { (type) -> Void in
          let listed = shape == nil ? .unlisted("nothing") : HDF5ValueType(of: type)
          let head = HDF5Head(
            .attribute, object, name: name, shape: shape ?? [], type: listed)
          guard let count = head.valueBytes, count <= Self.mostAttributeBytes else {
            throw place.fault("impossible sizes \(head.shape)")
          }
          try tell(head.bytes)
          guard count > 0 else { return }
          var bytes = [UInt8](repeating: 0, count: count)
          try place.check(H5Aread(attribute, type, &bytes), .read)
          try tell(bytes)
        }
      }
    }
  }

  /// Sorted bytewise.
  private func attributeNames(of object: String) throws -> [String] {
    let place = place(object)
    let none = tessera_h5p_default()
    return try place.with(H5Oopen(id, object, none), .read, close: H5Oclose) { object in
      let count = try place.check(tessera_h5_attribute_count(object), .read)
      guard count <= Self.mostAttributes else { throw place.fault("\(count) attributes") }
      return try (0..<hsize_t(count)).map { index in
        var text = [CChar](repeating: 0, count: 1024)
        try place.check(
          H5Aget_name_by_idx(
            object, ".", H5_INDEX_NAME, H5_ITER_INC, index, &text, text.count, none), .read)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
      }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }
}
