import CZlib
import Configuration

/// A file that is no gzip file, or a damaged one. Offsets count compressed bytes from the file's start.
package enum GzipFault: Fault, Equatable {
  case notGzip(path: String)
  case truncated(path: String, offset: Int)
  case corrupt(path: String, offset: Int, reason: String)
  case trailingBytes(path: String, offset: Int, count: Int)
  /// Inflates to more than `limit` bytes.
  case tooLarge(path: String, offset: Int, limit: Int)

  package var exitCode: ExitCode { .badData }

  package var description: String {
    switch self {
    case .notGzip(let path):
      return "\(printable(path)): byte 0: expected a gzip header (1f 8b)"
    case .truncated(let path, let offset):
      return "\(printable(path)): byte \(offset): the gzip data ends early; fetch the file again"
    case .corrupt(let path, let offset, let reason):
      return "\(printable(path)): byte \(offset): corrupt gzip data (\(reason)); "
        + "fetch the file again"
    case .trailingBytes(let path, let offset, let count):
      return "\(printable(path)): byte \(offset): \(count) bytes after the end of the gzip data"
    case .tooLarge(let path, let offset, let limit):
      return "\(printable(path)): byte \(offset): inflates to more than \(limit) bytes"
    }
  }
}

/// The gzip format (RFC 1952), all members of a file.
package enum Gzip {
  /// Most inflated bytes for a compressed one: deflate needs at least 2 bits for 258 bytes.
  package static let mostExpansion = 1_032

  package static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// The content of all members, with headers, lengths and CRCs verified.
  ///
  /// Throws `GzipFault` (65): not gzip, truncated, corrupt, bytes after the last member, or more
  /// than `limit` bytes of content (no more than that is ever held).
  package static func inflate(
    _ bytes: UnsafeRawBufferPointer, path: String, limit: Int
  ) throws -> [UInt8] {
    if let content = inflateOnlyMember(bytes, limit: limit) { return content }
    var output: [UInt8] = []
    // One byte over the limit tells "exactly the limit" from "more".
    try run(bytes, path: path, into: &output, stopAfter: limit == .max ? limit : limit + 1)
    guard output.count <= limit else {
      throw GzipFault.tooLarge(path: path, offset: bytes.count, limit: limit)
    }
    return output
  }

  /// The first `count` bytes of the content, or all if there are fewer, to read a header before
  /// believing its sizes. What follows is not verified.
  package static func inflatePrefix(
    _ bytes: UnsafeRawBufferPointer, path: String, count: Int
  ) throws -> [UInt8] {
    var output: [UInt8] = []
    try run(bytes, path: path, into: &output, stopAfter: count)
    return output
  }

  /// One gzip member without name or time: the same content gives the same bytes.
  package static func deflate(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
    var stream = z_stream()
    let gzipWindow: Int32 = 15 + 16
    precondition(tessera_deflate_init(&stream, Int32(level), gzipWindow) == Z_OK)
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, uLong(bytes.count))) + 32
    precondition(bytes.count < Int(UInt32.max) && bound < Int(UInt32.max))
    var input = bytes
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = uInt(source.count)
        stream.next_out = output.baseAddress
        stream.avail_out = uInt(bound)
        precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
      }
      count = Int(stream.total_out)
    }
  }

  /// Appends to `output` until the data ends or `stopAfter` bytes are there.
  private static func run(
    _ bytes: UnsafeRawBufferPointer, path: String, into output: inout [UInt8], stopAfter: Int
  ) throws {
    guard isGzip(bytes) else { throw GzipFault.notGzip(path: path) }
    var offset = 0
    while offset < bytes.count && output.count < stopAfter {
      let member = UnsafeRawBufferPointer(rebasing: bytes[offset...])
      guard isGzip(member) else {
        throw GzipFault.trailingBytes(path: path, offset: offset, count: member.count)
      }
      offset += try inflateMember(
        member, at: offset, path: path, into: &output, stopAfter: stopAfter)
    }
  }

  /// One member; returns how many compressed bytes it took.
  private static func inflateMember(
    _ member: UnsafeRawBufferPointer, at start: Int, path: String, into output: inout [UInt8],
    stopAfter: Int
  ) throws -> Int {
    var stream = z_stream()
    let gzipWindow: Int32 = 15 + 16
    precondition(tessera_inflate_init(&stream, gzipWindow) == Z_OK)
    defer { inflateEnd(&stream) }
    var block = [UInt8](repeating: 0, count: 1 << 17)
    var consumed = 0
    while output.count < stopAfter {
      let room = min(block.count, stopAfter - output.count)
      // zlib counts input in 32 bits.
      let given = min(member.count - consumed, 1 << 30)
      let status = block.withUnsafeMutableBufferPointer { target in
        stream.next_in = UnsafeMutablePointer(
          mutating: member.baseAddress?.advanced(by: consumed)
            .assumingMemoryBound(to: UInt8.self))
        stream.avail_in = uInt(given)
        stream.next_out = target.baseAddress
        stream.avail_out = uInt(room)
        return CZlib.inflate(&stream, Z_NO_FLUSH)
      }
      consumed += given - Int(stream.avail_in)
      output.append(contentsOf: block[..<(room - Int(stream.avail_out))])
      switch status {
      case Z_STREAM_END: return consumed
      case Z_OK: continue
      case Z_BUF_ERROR: throw GzipFault.truncated(path: path, offset: start + consumed)
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "status \(status)"
        throw GzipFault.corrupt(path: path, offset: start + consumed, reason: reason)
      }
    }
    return consumed
  }
}
