import CHDF5

/// Reading what somebody else wrote: nothing outside the file is followed.
extension HDF5File {
  /// A dataset of u8 of an HDF5 file from elsewhere.
  ///
  /// Throws `StorageFault` (65) where the path crosses anything but hard links (an external or a soft link
  /// may lead out of the file), where the dataset's bytes lie in other files (virtual, external storage),
  /// or as `dataset`.
  package func foreignBytes(_ name: String) throws -> HDF5Dataset<UInt8> {
    try HDF5Queue.perform {
      try requireOwn(name)
      let place = place(name)
      try place.with(
        H5Dopen2(id, name, tessera_h5p_default()), .read, close: H5Dclose
      ) { dataset in
        try place.with(H5Dget_type(dataset), .read, close: H5Tclose) { type in
          guard H5Tequal(type, UInt8.hdf5Type()) > 0 else {
            throw place.fault(
              "expected a dataset of u1 (levels from 0 to 255), found "
                + "\(HDF5TypeName.words(of: type)); scale it to levels and write them as "
                + "u1 (numpy: .astype('u1'))")
          }
        }
      }
      return try dataset(name, of: UInt8.self)
    }
  }

  /// A dataset of whole numbers of one axis (others may be of size 1), whatever their width and sign. Throws as `foreignBytes`, and
  /// for numbers that 64 bits with a sign do not hold.
  package func foreignIntegers(_ name: String) throws -> [Int64] {
    try HDF5Queue.perform {
      try requireOwn(name)
      let place = place(name)
      return try place.with(
        H5Dopen2(id, name, tessera_h5p_default()), .read, close: H5Dclose
      ) { dataset in
        let shape = try shape(of: dataset, place)
        let size = try place.with(H5Dget_type(dataset), .read, close: H5Tclose) { type in
          guard H5Tget_class(type) == H5T_INTEGER else {
            throw place.fault(
              "expected a dataset of whole numbers, found \(HDF5TypeName.words(of: type)); write it as "
                + "whole numbers first (numpy: .astype('i4'))")
          }
          return H5Tget_size(type)
        }
        let count = shape.reduce(1, *)
        guard !shape.isEmpty, shape.contains(count) else {
          throw place.fault("expected one number an image, found sizes \(shape)")
        }
        try requirePlausible(shape, size, place)
        try HDF5Filters.require(of: dataset, place)
        var values = [Int64](repeating: 0, count: count)
        guard !values.isEmpty else { return values }
        try place.check(
          H5Dread(
            dataset, Int64.hdf5Type(), tessera_h5s_all(), tessera_h5s_all(),
            tessera_h5p_default(), &values), .read)
        return values
      }
    }
  }

  /// The datasets a user may have meant: `/name` of every dataset in the root group, with its sizes.
  package func foreignDatasets() throws -> [String] {
    try HDF5Queue.perform {
      try names(in: "/").filter { name in
        (try? requireOwn("/" + name)) != nil
      }.map { "/" + $0 }
    }
  }

  /// Refuses a file of which a link or a dataset leads to other files, whose bytes would pass for its own.
  ///
  /// - Throws: `StorageFault` (65) that names the first such place.
  package func requireOwnData() throws {
    try HDF5Queue.perform { try requireOwnData(below: "", depth: 0) }
  }

  /// Groups in groups: no file of ours has more, and hard links can make circles.
  private static let deepestGroup = 8

  private func requireOwnData(below group: String, depth: Int) throws {
    guard depth <= Self.deepestGroup else {
      throw place(group).fault("groups lie more than \(Self.deepestGroup) deep")
    }
    for name in try names(in: group.isEmpty ? "/" : group) {
      let path = "\(group)/\(name)"
      try requireHardLink(path)
      if try type(of: path) == H5I_GROUP {
        try requireOwnData(below: path, depth: depth + 1)
      } else {
        try requireOwnValues(path)
      }
    }
  }

  /// On the queue.
  private func requireOwn(_ name: String) throws {
    var path = ""
    for part in name.split(separator: "/") {
      path += "/" + part
      try requireHardLink(path)
    }
    guard !path.isEmpty else { throw place(name).fault("expected the path of a dataset") }
    try requireOwnValues(name)
  }

  private func requireHardLink(_ path: String) throws {
    var info = H5L_info_t()
    guard H5Lget_info(id, path, &info, tessera_h5p_default()) >= 0 else {
      throw place(path).fault("no such dataset in the file")
    }
    guard info.type == H5L_TYPE_HARD else {
      throw place(path).fault(
        "\(path) is a link that may lead out of the file, and is not followed; name the dataset "
          + "itself, or copy it into the file")
    }
  }

  private func type(of path: String) throws -> H5I_type_t {
    let object = try place(path).check(H5Oopen(id, path, tessera_h5p_default()), .read)
    defer { H5Oclose(object) }
    return H5Iget_type(object)
  }

  private func requireOwnValues(_ name: String) throws {
    let place = place(name)
    let object = try place.check(H5Oopen(id, name, tessera_h5p_default()), .read)
    defer { H5Oclose(object) }
    guard H5Iget_type(object) == H5I_DATASET else {
      throw place.fault("expected a dataset, found a group or a type")
    }
    try place.with(H5Dget_create_plist(object), .read, close: H5Pclose) { list in
      guard H5Pget_layout(list) != H5D_VIRTUAL, H5Pget_external_count(list) == 0 else {
        throw place.fault(
          "its values lie in other files, which are not followed; copy them into this one")
      }
    }
  }
}
