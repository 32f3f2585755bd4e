import CHDF5

/// Verification of the levels of images, which the content digest does not cover: their chunks carry Fletcher-32
/// checksums.
extension HDF5File {
  /// Bytes of one block, about.
  private static let levelBytes = 4 << 20

  /// Reads every dataset of u8 to its end, which verifies the checksums.
  ///
  /// - Parameter progress: called after each block of about 4 MiB.
  /// - Throws: `StorageFault` (65) for the first chunk that is damaged; what `progress` throws.
  func readLevels(_ progress: () throws -> Void) throws {
    for object in try objects() where !object.isGroup && !object.isVirtual {
      guard try isOfLevels(object.path) else { continue }
      let dataset = try dataset(object.path, of: UInt8.self)
      guard let rows = dataset.shape.first, dataset.rowSize > 0 else { continue }
      let block = max(1, Self.levelBytes / dataset.rowSize)
      for start in stride(from: 0, to: rows, by: block) {
        _ = try dataset.readRowsInParallel(start..<min(start + block, rows))
        try progress()
      }
    }
  }

  private func isOfLevels(_ name: String) throws -> Bool {
    try HDF5Queue.perform {
      let place = place(name)
      return try place.with(
        H5Dopen2(id, name, tessera_h5p_default()), .read, close: H5Dclose
      ) { dataset in
        try place.with(H5Dget_type(dataset), .read, close: H5Tclose) { type in
          H5Tequal(type, UInt8.hdf5Type()) > 0
        }
      }
    }
  }
}
