import CDeflate

/// Bare zlib streams (RFC 1950), as HDF5's deflate filter stores its chunks.
package enum Zlib {
  /// Inflates one stream that has to fill `output` exactly; returns whether it did, its Adler-32
  /// sum included. Bytes after the stream are not looked at.
  package static func inflate(
    _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let decompressor = Decompressor()
    // Without a place for the size, another size than expected is an error.
    return libdeflate_zlib_decompress(
      decompressor.pointer, bytes.baseAddress, bytes.count, output.baseAddress, output.count, nil)
      == LIBDEFLATE_SUCCESS
  }

  /// One stream of all of `bytes` at a level of 1 (quick) to 9; the same bytes give the same stream.
  /// It may be longer than `bytes`: not everything can be compressed.
  package static func deflate(_ bytes: UnsafeRawBufferPointer, level: Int) -> [UInt8] {
    precondition((1...9).contains(level), "level 1 to 9")
    guard let compressor = libdeflate_alloc_compressor(Int32(level)) else {
      preconditionFailure("no memory for a compressor")
    }
    defer { libdeflate_free_compressor(compressor) }
    let bound = libdeflate_zlib_compress_bound(compressor, bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      count = libdeflate_zlib_compress(
        compressor, bytes.baseAddress, bytes.count, output.baseAddress, output.count)
      precondition(count > 0, "a stream within its bound")
    }
  }
}

/// libdeflate's state for inflating one buffer after another. Making one fails only without memory.
struct Decompressor: ~Copyable {
  let pointer: OpaquePointer

  init() {
    guard let pointer = libdeflate_alloc_decompressor() else {
      preconditionFailure("no memory for a decompressor")
    }
    self.pointer = pointer
  }

  deinit { libdeflate_free_decompressor(pointer) }
}
