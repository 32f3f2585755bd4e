import CHDF5

/// A small value attached to a file (`/`), group or dataset.
package enum HDF5Attribute: Equatable, Sendable {
  /// Fixed length, UTF-8.
  case string(String)
  case integer(Int)
  case double(Double)
  case integers([Int])
  case doubles([Double])
}

extension HDF5File {
  package func setAttribute(
    _ object: String, _ name: String, _ value: HDF5Attribute
  ) throws {
    switch value {
    case .string(let text):
      let bytes = Array(text.utf8)
      let isASCII = bytes.allSatisfy { $0 < 0x80 }
      let type = HDF5Temporary.string(size: bytes.count + 1, isASCII: isASCII)
      try writeAttribute(object, name, type.id, [], bytes + [0])
    case .integer(let number):
      try writeAttribute(object, name, Int64.hdf5Type(), [], [Int64(number)])
    case .double(let number):
      try writeAttribute(object, name, Double.hdf5Type(), [], [number])
    case .integers(let numbers):
      try writeAttribute(
        object, name, Int64.hdf5Type(), [numbers.count], numbers.map(Int64.init))
    case .doubles(let numbers):
      try writeAttribute(object, name, Double.hdf5Type(), [numbers.count], numbers)
    }
  }

  /// Throws `StorageFault` (65) when there is none, or it is of no kind in `HDF5Attribute`.
  package func attribute(_ object: String, _ name: String) throws -> HDF5Attribute {
    try HDF5Queue.perform {
      let place = place("\(object)@\(name)")
      let none = tessera_h5p_default()
      let id = H5Aopen_by_name(self.id, object, name, none, none)
      return try place.with(id, .read, close: H5Aclose) { attribute in
        try place.with(H5Aget_type(attribute), .read, close: H5Tclose) { type in
          try readAttribute(attribute, type, place)
        }
      }
    }
  }

  package func hasAttribute(_ object: String, _ name: String) throws -> Bool {
    try HDF5Queue.perform {
      try place(object).check(
        H5Aexists_by_name(id, object, name, tessera_h5p_default()), .read) > 0
    }
  }

  /// The `format` that files of this program carry; nil for any other file.
  package func format() throws -> String? {
    try hasAttribute("/", "format") ? try string("/", "format") : nil
  }

  package func string(_ object: String, _ name: String) throws -> String {
    if case .string(let value) = try attribute(object, name) { return value }
    throw place("\(object)@\(name)").fault("expected a string")
  }

  package func integer(_ object: String, _ name: String) throws -> Int {
    if case .integer(let value) = try attribute(object, name) { return value }
    throw place("\(object)@\(name)").fault("expected an integer")
  }

  package func double(_ object: String, _ name: String) throws -> Double {
    if case .double(let value) = try attribute(object, name) { return value }
    throw place("\(object)@\(name)").fault("expected a number")
  }

  package func integers(_ object: String, _ name: String) throws -> [Int] {
    if case .integers(let value) = try attribute(object, name) { return value }
    throw place("\(object)@\(name)").fault("expected a list of integers")
  }

  func writeAttribute<Value>(
    _ object: String, _ name: String, _ type: hid_t, _ shape: [Int], _ values: [Value]
  ) throws {
    try HDF5Queue.perform {
      let place = place("\(object)@\(name)")
      let space = HDF5Temporary.space(shape)
      let none = tessera_h5p_default()
      let id = H5Acreate_by_name(self.id, object, name, type, space.id, none, none, none)
      try place.with(id, .write, close: H5Aclose) { attribute in
        guard !values.isEmpty else { return }
        try place.check(
          values.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) }, .write)
      }
    }
  }

  private func readAttribute(
    _ attribute: hid_t, _ type: hid_t, _ place: HDF5Place
  ) throws -> HDF5Attribute {
    let shape = try place.with(H5Aget_space(attribute), .read, close: H5Sclose) { space in
      (
        rank: try place.check(H5Sget_simple_extent_ndims(space), .read),
        count: Int(try place.check(H5Sget_simple_extent_npoints(space), .read))
      )
    }
    let bytes = Int(H5Aget_storage_size(attribute))
    guard bytes <= 1 << 28, shape.count <= 1 << 25, shape.rank <= 1,
      shape.rank == 1 || shape.count == 1
    else {
      throw place.fault("an attribute of \(bytes) bytes, rank \(shape.rank)")
    }
    func read<Value: HDF5Element>(_: Value.Type) throws -> [Value] {
      guard shape.count > 0 else { return [] }
      var values = [Value](repeating: Value.hdf5Zero, count: shape.count)
      try place.check(H5Aread(attribute, Value.hdf5Type(), &values), .read)
      return values
    }
    if H5Tequal(type, Int64.hdf5Type()) > 0 {
      let values = try read(Int64.self).map(Int.init)
      return shape.rank == 0 ? .integer(values[0]) : .integers(values)
    }
    if H5Tequal(type, Double.hdf5Type()) > 0 {
      let values = try read(Double.self)
      return shape.rank == 0 ? .double(values[0]) : .doubles(values)
    }
    guard H5Tget_class(type) == H5T_STRING, H5Tis_variable_str(type) == 0, shape.rank == 0 else {
      throw place.fault("expected a string, i8 or f8, found \(HDF5TypeName.words(of: type))")
    }
    var text = [UInt8](repeating: 0, count: H5Tget_size(type) + 1)
    try place.check(H5Aread(attribute, type, &text), .read)
    return .string(String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
  }
}
