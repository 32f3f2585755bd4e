import CZlib

/// The content of a gzip file, all members, inflated from one place to the next: neither the file nor its
/// content is ever in memory as a whole.
package final class GzipReader {
  private let file: FileReader
  /// At one address: zlib remembers it.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  /// Compressed bytes that zlib has not taken yet: a range of `input`.
  private var rest = 0..<0
  /// Compressed bytes before `rest`.
  private var offset = 0
  private var isInMember = false

  /// Throws `FileFault` as `FileReader`, and `GzipFault.notGzip` (65).
  package init(_ path: String) throws {
    file = try FileReader(path)
    let gzipWindow: Int32 = 15 + 16
    stream.initialize(to: z_stream())
    precondition(tessera_inflate_init(stream, gzipWindow) == Z_OK)
    try refill()
    guard startsMember else { throw GzipFault.notGzip(path: path) }
    isInMember = true
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  private var startsMember: Bool {
    rest.count >= 2 && input[rest.lowerBound] == 0x1f && input[rest.lowerBound + 1] == 0x8b
  }

  /// Keeps what is left and reads more behind it.
  private func refill() throws {
    let left = Array(input[rest])
    input.replaceSubrange(0..<left.count, with: left)
    let count = try input.withUnsafeMutableBytes {
      try file.read(into: .init(rebasing: $0[left.count...]))
    }
    rest = 0..<left.count + count
  }

  /// Inflates on until `output` is full or the last member ends; returns the number of bytes.
  ///
  /// Throws `GzipFault` (65) with the compressed byte: truncated, corrupt (lengths and CRCs are checked at
  /// the end of each member), or bytes after the last member.
  package func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < output.count {
      if rest.count < 2 { try refill() }
      if !isInMember {
        if rest.isEmpty { return filled }
        guard startsMember else {
          throw GzipFault.trailingBytes(
            path: file.path, offset: offset, count: file.size - offset)
        }
        inflateReset(stream)
        isInMember = true
      }
      filled += try inflate(into: .init(rebasing: output[filled...]))
    }
    return filled
  }

  /// One call of zlib.
  private func inflate(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    // zlib counts output in 32 bits.
    let room = min(output.count, 1 << 30)
    let given = rest.count
    let status = input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress.map { $0 + rest.lowerBound }
      stream.pointee.avail_in = uInt(given)
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = uInt(room)
      return CZlib.inflate(stream, Z_NO_FLUSH)
    }
    let taken = given - Int(stream.pointee.avail_in)
    rest = rest.lowerBound + taken..<rest.upperBound
    offset += taken
    switch status {
    case Z_STREAM_END: isInMember = false
    case Z_OK: break
    case Z_BUF_ERROR: throw GzipFault.truncated(path: file.path, offset: offset)
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
      throw GzipFault.corrupt(path: file.path, offset: offset, reason: reason)
    }
    return room - Int(stream.pointee.avail_out)
  }
}
