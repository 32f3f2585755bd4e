import Files
import Foundation
import Storage

/// HDF5 files as others write them.
enum HDF5Fixture {
  /// `/images` of any sizes, and `/y` of any.
  static func write(
    _ path: String, images: [UInt8], sizes: [Int], name: String = "/images",
    labels: (values: [Int32], sizes: [Int])? = nil
  ) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(name, images, shape: sizes)
      if let labels { try file.write("/y", labels.values, shape: labels.sizes) }
    }
  }

  /// Puts MATLAB's block of 512 bytes before an HDF5 file. libhdf5's addresses count from the signature.
  static func addMATLABHead(_ path: String) throws {
    var head = Array("MATLAB 7.3 MAT-file, Platform: GLNXA64 HDF5 schema 1.00 .".utf8)
    head += [UInt8](repeating: 0x20, count: 512 - head.count)
    try DurableFile.write(head + FileBytes.read(path), to: path)
  }
}
