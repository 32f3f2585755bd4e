import CDeflate

extension Gzip {
  /// Inflates a file of one sound member at once, which is quicker than as a stream.
  ///
  /// Lengths and the CRC are verified. Nil for anything else, damage and several members among it, or
  /// for more than `limit` bytes of content: only the stream can tell what it is.
  static func inflateOnlyMember(_ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
    // Header and trailer; libdeflate does not verify a header's own CRC (bit 1 of the flags).
    guard isGzip(bytes), bytes.count >= 18, bytes[3] & 2 == 0 else { return nil }
    let announced = bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
    let size = Int(UInt32(littleEndian: announced))
    // A claim beyond deflate's 1:1032 is damage, not to be given memory.
    guard size <= limit, size / 1032 <= bytes.count else { return nil }
    let decompressor = Decompressor()
    var isWhole = false
    let content = [UInt8](unsafeUninitializedCapacity: max(1, size)) { output, count in
      var consumed = 0
      let result = libdeflate_gzip_decompress_ex(
        decompressor.pointer, bytes.baseAddress, bytes.count, output.baseAddress, size, &consumed,
        nil)
      isWhole = result == LIBDEFLATE_SUCCESS && consumed == bytes.count
      count = isWhole ? size : 0
    }
    return isWhole ? content : nil
  }
}
