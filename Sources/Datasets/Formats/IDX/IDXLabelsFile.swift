import Files

/// Labels of an IDX file, one an image.
package struct IDXLabels: Sendable {
  package let path: String
  package let labels: [Int32]
  package var count: Int { labels.count }
}

extension IDXFile {
  /// Bytes of an element by the type in the head: of whole numbers alone.
  private static let elementSizes: [UInt8: Int] = [0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4]
  /// QMNIST's labels have eight columns, of which the first is the class.
  private static let columns = [1, 8]

  package static func labels(_ path: String) throws -> IDXLabels {
    try labels(bytes: FileBytes.read(path), path: path)
  }

  /// One label a row of one or eight columns, of whole numbers of any width. `path` only names the bytes in errors.
  package static func labels(bytes: [UInt8], path: String) throws -> IDXLabels {
    let start = try bytes.withUnsafeBytes { raw in
      Gzip.isGzip(raw)
        ? try Gzip.inflatePrefix(raw, path: path, count: 4) : Array(raw.prefix(4))
    }
    let isNamed = start.count == 4 && start[0] == 0 && start[1] == 0
    let type = isNamed && elementSizes[start[2]] != nil ? start[2] : 8
    let rank = isNamed && start[3] == 2 ? 2 : 1
    let size = elementSizes[type] ?? 1
    let (sizes, content) = try parse(
      bytes, path: path, rank: rank, type: type, elementSize: size)
    guard rank == 1 || columns.contains(sizes[1]) else {
      throw IDXFault(path: path, offset: 8, problem: .columns(found: sizes[1]))
    }
    let row = size * (rank == 1 ? 1 : sizes[1])
    var labels: [Int32] = []
    labels.reserveCapacity(sizes[0])
    for image in 0..<sizes[0] {
      let first = content[image * row..<image * row + size]
      let value = first.dropFirst().reduce(
        type == 8 ? Int(first[first.startIndex]) : Int(Int8(bitPattern: first[first.startIndex]))
      ) { $0 << 8 | Int($1) }
      guard (0...65_535).contains(value) else {
        throw IDXFault(
          path: path, offset: 4 + 4 * rank + image * row,
          problem: .label(image: image, found: value))
      }
      labels.append(Int32(value))
    }
    return IDXLabels(path: path, labels: labels)
  }
}
