/// The sum of HDF5's filter 3: Fletcher's over big-endian words of 16 bits (J. G. Fletcher, "An
/// Arithmetic Checksum for Serial Transmissions", 1982), as libhdf5 defines it.
enum Fletcher32 {
  /// Bytes that the filter appends to a chunk: the sum, little-endian.
  static let size = 4
  /// Words that can be added before the 32 bits overflow.
  private static let words = 360

  /// An odd last byte counts as the upper half of a word.
  static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var low = UInt32(0)
    var high = UInt32(0)
    var position = 0
    let even = bytes.count & ~1
    while position < even {
      let end = min(even, position + 2 * words)
      while position < end {
        low &+= UInt32(bytes[position]) << 8 | UInt32(bytes[position + 1])
        high &+= low
        position += 2
      }
      low = (low & 0xffff) &+ (low >> 16)
      high = (high & 0xffff) &+ (high >> 16)
    }
    if even < bytes.count {
      low &+= UInt32(bytes[even]) << 8
      high &+= low
      low = (low & 0xffff) &+ (low >> 16)
      high = (high & 0xffff) &+ (high >> 16)
    }
    low = (low & 0xffff) &+ (low >> 16)
    high = (high & 0xffff) &+ (high >> 16)
    return high << 16 | low
  }

  /// The sum as it lies behind a chunk.
  static func stored(_ sum: UInt32) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }
}
