/// The head of a record in a file's listing: an object or an attribute, and what values follow it.
///
/// Fields with a NUL between them and a newline behind the last: kind, path, name of an attribute, sizes of the axes
/// with a space between them, then name and word of each part of the type (`HDF5ValueType`).
struct HDF5Head: Equatable, Sendable {
  enum Kind: String, Sendable { case group, dataset, attribute }

  let kind: Kind
  /// Of the object, or of the one that has the attribute.
  let path: String
  /// Of an attribute; empty otherwise.
  let name: String
  let shape: [Int]
  let type: HDF5ValueType

  init(
    _ kind: Kind, _ path: String, name: String = "", shape: [Int] = [],
    type: HDF5ValueType = HDF5ValueType([])
  ) {
    self.kind = kind
    self.path = path
    self.name = name
    self.shape = shape
    self.type = type
  }

  /// Bytes of the values that follow; nil where their number is absurd.
  ///
  /// Levels, the values of images, do not: each of their chunks carries a sum of its own.
  var valueBytes: Int? {
    if kind == .dataset, type.isLevels { return 0 }
    return shape.reduce(type.size) { bytes, count in
      bytes.flatMap { bytes in
        let (product, overflow) = bytes.multipliedReportingOverflow(by: count)
        return overflow || count < 0 ? nil : product
      }
    }
  }

  var bytes: [UInt8] {
    let sizes = shape.map(String.init).joined(separator: " ")
    let fields = [kind.rawValue, path, name, sizes] + type.parts.flatMap { [$0.name, $0.word] }
    return Array((fields.joined(separator: "\0") + "\n").utf8)
  }

  /// Nil for what is no head.
  init?(_ bytes: [UInt8]) {
    guard bytes.last == 0x0A else { return nil }
    let fields = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count >= 4, fields.count % 2 == 0, let kind = Kind(rawValue: fields[0]) else {
      return nil
    }
    let sizes = fields[3].split(separator: " ").map { Int($0) }
    guard sizes.allSatisfy({ $0 != nil }) else { return nil }
    self.init(
      kind, fields[1], name: fields[2], shape: sizes.compactMap { $0 },
      type: HDF5ValueType(
        stride(from: 4, to: fields.count, by: 2).map {
          HDF5ValueType.Part(name: fields[$0], word: fields[$0 + 1])
        }))
  }
}
