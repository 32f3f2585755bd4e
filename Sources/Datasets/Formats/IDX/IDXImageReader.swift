import Files

/// The images of an IDX file, from its first to its last in pieces.
///
/// A compressed file of moderate size is inflated at once, which is faster; a larger one as a stream, so
/// that no file is too large for memory.
package final class IDXImageReader {
  private enum Content {
    case plain(FileReader)
    case stream(GzipReader)
    case whole([UInt8])
  }

  package let path: String
  package let count: Int
  package let height: Int
  package let width: Int
  private let content: Content
  /// Bytes of content read so far.
  private var position = 0

  private static let headerSize = 16
  /// Bytes of content that are inflated at once.
  package static let largestWhole = 1 << 27

  /// Opens a file and reads its head. Throws `IDXFault` or `GzipFault` (65) with the byte, or `FileFault`
  /// (66, 65, 74).
  ///
  /// - Parameter largestWhole: for tests.
  package init(_ path: String, largestWhole: Int = IDXImageReader.largestWhole) throws {
    self.path = path
    let isGzip = try FileBytes.prefix(path, count: 2).withUnsafeBytes { Gzip.isGzip($0) }
    let file = isGzip ? nil : try FileReader(path)
    let stream = isGzip ? try GzipReader(path) : nil
    var head = [UInt8](repeating: 0, count: Self.headerSize)
    let found = try head.withUnsafeMutableBytes {
      try file?.read(into: $0) ?? stream?.read(into: $0) ?? 0
    }
    let sizes = try IDXFile.header(head[..<found], path: path, rank: 3)
    let expected = try IDXFile.contentSize(sizes, path: path)
    if let file {
      try IDXFile.requireSize(
        expected, found: file.size - Self.headerSize, path, Self.headerSize)
      content = .plain(file)
    } else if let stream {
      let stored = try FileBytes.size(path)
      if expected / Gzip.mostExpansion > stored {
        try Self.refuse(stream, announcing: expected, path)
      }
      let isSmall = expected <= largestWhole && stored <= largestWhole
      content = isSmall ? .whole(try IDXFile.images(path).pixels) : .stream(stream)
    } else {
      preconditionFailure("plain or gzip")
    }
    (count, height, width) = (sizes[0], sizes[1], sizes[2])
  }

  /// Inflates a file in blocks to report its real size: its head announces more than deflate can produce, so nothing
  /// is allocated for that.
  private static func refuse(_ stream: GzipReader, announcing expected: Int, _ path: String) throws
  {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var found = 0
    while true {
      let count = try block.withUnsafeMutableBytes { try stream.read(into: $0) }
      found += count
      if count < block.count { break }
    }
    try IDXFile.requireSize(expected, found: found, path, headerSize)
  }

  private var expected: Int { count * height * width }

  /// Reads the next `output.count` bytes of content; with the last of them it checks that the file ends
  /// there. Throws as the initialiser.
  package func read(into output: UnsafeMutableRawBufferPointer) throws {
    precondition(position + output.count <= expected, "no more than the file has")
    let found: Int
    switch content {
    case .plain(let file): found = try file.read(into: output)
    case .stream(let stream): found = try stream.read(into: output)
    case .whole(let bytes):
      bytes.withUnsafeBytes {
        output.copyMemory(from: .init(rebasing: $0[position..<position + output.count]))
      }
      found = output.count
    }
    position += found
    guard found == output.count else {
      try IDXFile.requireSize(expected, found: position, path, Self.headerSize)
      return
    }
    if position == expected, case .stream(let stream) = content { try requireEnd(of: stream) }
  }

  private func requireEnd(of stream: GzipReader) throws {
    var more: UInt8 = 0
    let found = try withUnsafeMutableBytes(of: &more) { try stream.read(into: $0) }
    guard found == 0 else {
      throw IDXFault(
        path: path, offset: Self.headerSize + expected,
        problem: .tooLong(expected: expected, found: nil))
    }
  }
}
