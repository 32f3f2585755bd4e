import CHDF5

extension HDF5File {
  /// Writes strings of one fixed length, the longest's (UTF-8, NUL-terminated).
  package func write(_ name: String, strings: [String]) throws {
    try HDF5Queue.perform {
      try createParents(of: name)
      let place = place(name)
      let texts = strings.map { Array($0.utf8) }
      let size = (texts.map(\.count).max() ?? 0) + 1
      let isASCII = texts.allSatisfy { $0.allSatisfy { $0 < 0x80 } }
      let type = HDF5Temporary.string(size: size, isASCII: isASCII)
      let creation = try creationProperties(name, .contiguous, [strings.count])
      let space = HDF5Temporary.space([strings.count])
      let none = tessera_h5p_default()
      let id = H5Dcreate2(self.id, name, type.id, space.id, none, creation.id, none)
      try place.with(id, .create, close: H5Dclose) { dataset in
        guard !texts.isEmpty else { return }
        let bytes = texts.flatMap { $0 + [UInt8](repeating: 0, count: size - $0.count) }
        let all = tessera_h5s_all()
        try place.check(H5Dwrite(dataset, type.id, all, all, none, bytes), .write)
      }
    }
  }

  /// Reads a dataset of fixed-length strings. Throws `StorageFault` (65) for any other.
  package func strings(_ name: String) throws -> [String] {
    try HDF5Queue.perform {
      let place = place(name)
      let none = tessera_h5p_default()
      return try place.with(H5Dopen2(id, name, none), .read, close: H5Dclose) { dataset in
        let count = try shape(of: dataset, place).reduce(1, *)
        return try place.with(H5Dget_type(dataset), .read, close: H5Tclose) { type in
          guard H5Tget_class(type) == H5T_STRING, H5Tis_variable_str(type) == 0 else {
            throw place.fault(
              "expected text of a fixed length, found \(HDF5TypeName.words(of: type))")
          }
          let size = H5Tget_size(type)
          try requirePlausible([count], size, place)
          guard count > 0 else { return [] }
          var bytes = [UInt8](repeating: 0, count: count * size)
          let all = tessera_h5s_all()
          try place.check(H5Dread(dataset, type, all, all, none, &bytes), .read)
          return (0..<count).map { index in
            let text = bytes[(index * size)..<((index + 1) * size)].prefix { $0 != 0 }
            return String(decoding: text, as: UTF8.self)
          }
        }
      }
    }
  }
}
