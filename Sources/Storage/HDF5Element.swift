import CHDF5

/// A Swift number that an HDF5 dataset holds, little-endian.
package protocol HDF5Element: Sendable, BitwiseCopyable {
  /// As in numpy: `u1`, `i4`, `i8`, `f4`, `f8`.
  static var hdf5Name: String { get }
  static var hdf5Zero: Self { get }
  static func hdf5Type() -> hid_t
}

extension UInt8: HDF5Element {
  package static var hdf5Name: String { "u1" }
  package static var hdf5Zero: UInt8 { 0 }
  package static func hdf5Type() -> hid_t { tessera_h5_u8() }
}

extension Int32: HDF5Element {
  package static var hdf5Name: String { "i4" }
  package static var hdf5Zero: Int32 { 0 }
  package static func hdf5Type() -> hid_t { tessera_h5_i32() }
}

extension Int64: HDF5Element {
  package static var hdf5Name: String { "i8" }
  package static var hdf5Zero: Int64 { 0 }
  package static func hdf5Type() -> hid_t { tessera_h5_i64() }
}

extension Float: HDF5Element {
  package static var hdf5Name: String { "f4" }
  package static var hdf5Zero: Float { 0 }
  package static func hdf5Type() -> hid_t { tessera_h5_f32() }
}

extension Double: HDF5Element {
  package static var hdf5Name: String { "f8" }
  package static var hdf5Zero: Double { 0 }
  package static func hdf5Type() -> hid_t { tessera_h5_f64() }
}

/// The storage layout of a dataset.
package struct HDF5Layout: Sendable {
  /// Shape of one chunk; nil for one contiguous block.
  package var chunk: [Int]?
  /// Deflate level 1 to 9; 0 stores as it is.
  package var gzip: Int
  /// Groups the bytes of numbers by significance first: helps floats, not u8.
  package var shuffle: Bool
  /// A fletcher32 sum on each chunk.
  package var checksum: Bool

  package static let contiguous = HDF5Layout(
    chunk: nil, gzip: 0, shuffle: false, checksum: false)

  package static func chunked(
    _ chunk: [Int], gzip: Int = 4, shuffle: Bool = false, checksum: Bool = true
  ) -> HDF5Layout {
    precondition((0...9).contains(gzip) && chunk.allSatisfy { $0 > 0 })
    return HDF5Layout(chunk: chunk, gzip: gzip, shuffle: shuffle, checksum: checksum)
  }
}

/// A property or type identifier made for one call, closed when it goes out of scope.
struct HDF5Temporary: ~Copyable {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  init(_ id: hid_t, close: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.close = close
  }

  deinit { if id >= 0 { _ = close(id) } }

  /// A property list of a class. Negative `id` when out of memory: the next call will say so.
  static func properties(_ kind: hid_t) -> HDF5Temporary {
    HDF5Temporary(H5Pcreate(kind), close: H5Pclose)
  }

  /// A data space of a shape; `[]` is a scalar.
  static func space(_ shape: [Int], extendible: Bool = false) -> HDF5Temporary {
    let sizes = shape.map(hsize_t.init)
    if shape.isEmpty { return HDF5Temporary(H5Screate(H5S_SCALAR), close: H5Sclose) }
    guard extendible else {
      return HDF5Temporary(H5Screate_simple(Int32(shape.count), sizes, nil), close: H5Sclose)
    }
    let most = [tessera_h5s_unlimited()] + sizes.dropFirst()
    return HDF5Temporary(H5Screate_simple(Int32(shape.count), sizes, most), close: H5Sclose)
  }

  /// A NUL-terminated string of `size` bytes, the NUL included.
  static func string(size: Int, isASCII: Bool) -> HDF5Temporary {
    let type = H5Tcopy(tessera_h5_c_string())
    H5Tset_size(type, max(1, size))
    H5Tset_cset(type, isASCII ? H5T_CSET_ASCII : H5T_CSET_UTF8)
    return HDF5Temporary(type, close: H5Tclose)
  }
}
