import CHDF5

/// The filters of datasets.
enum HDF5Filters {
  /// Names of registered filters.
  private static let names: [H5Z_filter_t: String] = [
    1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset",
    307: "bzip2", 32_000: "lzf", 32_001: "blosc", 32_002: "mafisc", 32_003: "snappy",
    32_004: "lz4", 32_006: "cbf", 32_008: "bitshuffle", 32_009: "spdp", 32_010: "lpc-rice",
    32_012: "jpeg-ls", 32_013: "zfp", 32_014: "fpzip", 32_015: "zstd", 32_017: "sz",
    32_019: "jpeg", 32_022: "lz4f", 32_026: "blosc2",
  ]

  /// On the queue. Throws `StorageFault` (65) where a dataset is stored by a filter that is not installed.
  static func require(of dataset: hid_t, _ place: HDF5Place) throws {
    try place.with(H5Dget_create_plist(dataset), .read, close: H5Pclose) { list in
      for index in 0..<UInt32(try place.check(H5Pget_nfilters(list), .read)) {
        var (flags, count, config) = (UInt32(0), 0, UInt32(0))
        let filter = H5Pget_filter2(list, index, &flags, &count, nil, 0, nil, &config)
        try place.check(filter, .read)
        guard H5Zfilter_avail(filter) <= 0 else { continue }
        let name = names[filter].map { "\($0) (filter \(filter))" } ?? "filter \(filter)"
        let copy = "f['\(place.object)'][()], compression='gzip'"
        throw place.fault(
          "stored by \(name), which is not installed; write it again by gzip: python3 -c \"import h5py, "
            + "hdf5plugin; f = h5py.File('\(place.path)'); "
            + "h5py.File('gzip.h5', 'w').create_dataset('\(place.object)', data=\(copy))\"")
      }
    }
  }
}
