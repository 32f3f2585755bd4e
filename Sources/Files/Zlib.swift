import CZlib

/// Bare zlib streams (RFC 1950), as HDF5's deflate filter stores its chunks.
package enum Zlib {
  /// Inflates one stream that has to fill `output` exactly; returns whether it did.
  package static func inflate(
    _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var count = uLongf(output.count)
    let status = uncompress(
      output.baseAddress?.assumingMemoryBound(to: UInt8.self), &count,
      bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uLong(bytes.count))
    return status == Z_OK && Int(count) == output.count
  }
}
