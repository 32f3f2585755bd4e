import CHDF5

/// The layout of a table's rows in memory and in the file: packed, little-endian.
struct TableRecords {
  let columns: [TableColumn]
  /// Bytes of each column in a row.
  let sizes: [Int]

  init(_ columns: [TableColumn]) {
    self.columns = columns
    sizes = columns.map { column in
      guard case .strings(let texts) = column.values else { return 8 }
      return (texts.map(\.utf8.count).max() ?? 0) + 1
    }
  }

  var rowSize: Int { sizes.reduce(0, +) }

  /// The compound type; nil identifiers never occur without an error on use.
  func type() -> HDF5Temporary {
    let compound = H5Tcreate(H5T_COMPOUND, rowSize)
    var offset = 0
    for (column, size) in zip(columns, sizes) {
      switch column.values {
      case .doubles: H5Tinsert(compound, column.name, offset, Double.hdf5Type())
      case .integers: H5Tinsert(compound, column.name, offset, Int64.hdf5Type())
      case .strings(let texts):
        let isASCII = texts.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
        let string = HDF5Temporary.string(size: size, isASCII: isASCII)
        H5Tinsert(compound, column.name, offset, string.id)
      }
      offset += size
    }
    return HDF5Temporary(compound, close: H5Tclose)
  }

  /// All rows after each other.
  func encode() -> [UInt8] {
    let rows = columns.first?.values.count ?? 0
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows * rowSize)
    for row in 0..<rows {
      for (column, size) in zip(columns, sizes) {
        switch column.values {
        case .doubles(let values):
          withUnsafeBytes(of: values[row].bitPattern.littleEndian) { bytes += $0 }
        case .integers(let values):
          withUnsafeBytes(of: values[row].littleEndian) { bytes += $0 }
        case .strings(let values):
          bytes += values[row].utf8
          bytes += [UInt8](repeating: 0, count: size - values[row].utf8.count)
        }
      }
    }
    return bytes
  }

  /// One column out of `rows` rows of `stride` bytes.
  static func decode(
    _ bytes: [UInt8], rows: Int, stride: Int, offset: Int, size: Int, kind: H5T_class_t
  ) -> TableValues {
    let fields = (0..<rows).map { row in
      bytes[(row * stride + offset)..<(row * stride + offset + size)]
    }
    if kind == H5T_STRING {
      return .strings(fields.map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    let words = fields.map { field in
      field.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    return kind == H5T_FLOAT
      ? .doubles(words.map(Double.init(bitPattern:)))
      : .integers(words.map(Int64.init(bitPattern:)))
  }
}
