import Configuration
import Files

/// Images of an IDX file: `pixels` is u8 `[image, row, column]`, 0 black to 255 white.
package struct IDXImages: Sendable {
  package let path: String
  package let count: Int
  package let height: Int
  package let width: Int
  package let pixels: [UInt8]
}

/// The format of MNIST's files: 00 00, type, rank, big-endian u32 sizes, content.
///
/// Plain or gzip is decided by content, not by name. All functions throw `IDXFault` or
/// `GzipFault` (65) with the byte, or `FileFault` (66, 65, 74) where the file can't be read.
package enum IDXFile {
  package static func images(_ path: String) throws -> IDXImages {
    try images(bytes: FileBytes.read(path), path: path)
  }

  /// Number, height and width of the images, as the file's head says.
  ///
  /// Nil where a compressed file is too short for what its head announces: `images` will say how far
  /// it goes. Throws as `images`, for what the head and the file's size tell.
  package static func imageSizes(_ path: String) throws -> [Int]? {
    let headerSize = 16
    // Room for a gzip member's name and the tables of its first block.
    let bytes = try FileBytes.prefix(path, count: 1 << 16)
    let size = try FileBytes.size(path)
    return try bytes.withUnsafeBytes { raw in
      let isGzip = Gzip.isGzip(raw)
      let start =
        isGzip
        ? try Gzip.inflatePrefix(raw, path: path, count: headerSize)
        : Array(raw.prefix(headerSize))
      let sizes = try header(start[...], path: path, rank: 3)
      let expected = try contentSize(sizes, path: path)
      if !isGzip { try requireSize(expected, found: size - headerSize, path, headerSize) }
      return isGzip && expected / Gzip.mostExpansion > size ? nil : sizes
    }
  }

  /// `path` only names the bytes in errors.
  package static func images(bytes: [UInt8], path: String) throws -> IDXImages {
    let (sizes, content) = try parse(bytes, path: path, rank: 3)
    return IDXImages(
      path: path, count: sizes[0], height: sizes[1], width: sizes[2], pixels: content)
  }

  package static func requireSameCount(_ images: IDXImages, _ labels: IDXLabels) throws {
    try requireSameCount(labels, asImages: images.count, of: images.path)
  }

  /// - Throws: `IDXFault` unless there is one label for each of the images of `path`.
  package static func requireSameCount(
    _ labels: IDXLabels, asImages images: Int, of path: String
  ) throws {
    guard images == labels.count else {
      throw IDXFault(
        path: labels.path, offset: 4,
        problem: .countsDiffer(images: images, labels: labels.count, imagesPath: path))
    }
  }

  /// The bytes of an IDX file with the given sizes, for fixtures.
  package static func encode(sizes: [Int], content: [UInt8]) -> [UInt8] {
    let dimensions = sizes.flatMap { size in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
    }
    return [0, 0, 8, UInt8(sizes.count)] + dimensions + content
  }

  static func parse(
    _ bytes: [UInt8], path: String, rank: Int, type: UInt8 = 8, elementSize: Int = 1
  ) throws -> (sizes: [Int], content: [UInt8]) {
    let headerSize = 4 + 4 * rank
    return try bytes.withUnsafeBytes { raw in
      guard Gzip.isGzip(raw) else {
        let sizes = try header(bytes.prefix(headerSize), path: path, rank: rank, type: type)
        let expected = try contentSize(sizes, path: path, elementSize: elementSize)
        try requireSize(expected, found: bytes.count - headerSize, path, headerSize)
        return (sizes, Array(bytes[headerSize...]))
      }
      // The header first: what it announces bounds what is inflated.
      let start = try Gzip.inflatePrefix(raw, path: path, count: headerSize)
      let sizes = try header(start[...], path: path, rank: rank, type: type)
      let expected = try contentSize(sizes, path: path, elementSize: elementSize)
      var content: [UInt8]
      do {
        content = try Gzip.inflate(raw, path: path, limit: headerSize + expected)
      } catch GzipFault.tooLarge {
        throw IDXFault(
          path: path, offset: headerSize + expected,
          problem: .tooLong(expected: expected, found: nil))
      }
      try requireSize(expected, found: content.count - headerSize, path, headerSize)
      // In place: new memory for all images takes longer.
      content.removeFirst(headerSize)
      return (sizes, content)
    }
  }

  static func header(
    _ bytes: ArraySlice<UInt8>, path: String, rank: Int, type: UInt8 = 8
  ) throws -> [Int] {
    func fault(_ offset: Int, _ problem: IDXFault.Problem) -> IDXFault {
      IDXFault(path: path, offset: offset, problem: problem)
    }
    let expected = 4 + 4 * rank
    guard bytes.count >= 4 else {
      throw fault(bytes.count, .headerTruncated(expected: expected, found: bytes.count))
    }
    if let kind = FileKind(bytes) { throw fault(0, .otherKind(kind)) }
    guard bytes[0] == 0, bytes[1] == 0 else { throw fault(0, .magic(found: Array(bytes[..<4]))) }
    guard bytes[2] == type else { throw fault(2, .type(found: bytes[2])) }
    guard Int(bytes[3]) == rank else {
      throw fault(3, .rank(expected: rank, found: Int(bytes[3])))
    }
    guard bytes.count == expected else {
      throw fault(bytes.count, .headerTruncated(expected: expected, found: bytes.count))
    }
    let sizes = (0..<rank).map { dimension in
      bytes[(4 + 4 * dimension)..<(8 + 4 * dimension)].reduce(0) { $0 << 8 | Int($1) }
    }
    if let zero = sizes.firstIndex(of: 0) {
      throw fault(4 + 4 * zero, .empty(dimensions: sizes))
    }
    return sizes
  }

  static func contentSize(
    _ sizes: [Int], path: String, elementSize: Int = 1
  ) throws -> Int {
    var product = elementSize
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      // Room for the header, and for one byte more in the comparison that follows.
      guard !overflow, next < Int.max - 64 else {
        throw IDXFault(path: path, offset: 4, problem: .overflow(dimensions: sizes))
      }
      product = next
    }
    return product
  }

  static func requireSize(
    _ expected: Int, found: Int, _ path: String, _ headerSize: Int
  ) throws {
    if found < expected {
      throw IDXFault(
        path: path, offset: headerSize + found,
        problem: .truncated(expected: expected, found: found))
    }
    if found > expected {
      throw IDXFault(
        path: path, offset: headerSize + expected,
        problem: .tooLong(expected: expected, found: found))
    }
  }
}
