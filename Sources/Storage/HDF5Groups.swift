import CHDF5

extension HDF5File {
  /// Makes a group with its missing parents. An existing group is fine.
  package func createGroup(_ name: String) throws {
    try HDF5Queue.perform {
      var path = ""
      for part in name.split(separator: "/") {
        path += "/" + part
        if try contains(path) { continue }
        let creation = HDF5Temporary.properties(tessera_h5p_group_create())
        try place(path).check(H5Pset_obj_track_times(creation.id, false), .create)
        let none = tessera_h5p_default()
        let group = try place(path).check(H5Gcreate2(id, path, none, creation.id, none), .create)
        try place(path).check(H5Gclose(group), .create)
      }
    }
  }

  /// Makes the groups above `/a/b/name`.
  func createParents(of name: String) throws {
    if let slash = name.lastIndex(of: "/"), slash != name.startIndex {
      try createGroup(String(name[..<slash]))
    }
  }

  /// Whether something has this name.
  package func contains(_ name: String) throws -> Bool {
    try HDF5Queue.perform {
      var path = ""
      for part in name.split(separator: "/") {
        path += "/" + part
        // Asking for /a/b where there is no /a is an error, not a no.
        if try place(path).check(H5Lexists(id, path, tessera_h5p_default()), .read) == 0 {
          return false
        }
      }
      return true
    }
  }

  /// The names of what a group holds, sorted bytewise. Throws `StorageFault` (65) for more than `most`.
  package func names(in group: String, atMost most: Int = .max) throws -> [String] {
    try HDF5Queue.perform {
      let place = place(group)
      let none = tessera_h5p_default()
      return try place.with(H5Gopen2(id, group, none), .read, close: H5Gclose) { group in
        var info = H5G_info_t()
        try place.check(H5Gget_info(group, &info), .read)
        guard info.nlinks <= most else {
          throw place.fault("\(info.nlinks) objects, more than a file of this kind may hold")
        }
        return try (0..<info.nlinks).map { index in
          var text = [CChar](repeating: 0, count: 1024)
          let length = H5Lget_name_by_idx(
            group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &text, text.count, none)
          try place.check(length, .read)
          return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
      }
    }
  }
}
