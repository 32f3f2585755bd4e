import CHDF5

/// A group or dataset of a file, below the root.
struct HDF5Object {
  let path: String
  let isGroup: Bool
  /// Its values lie in other files, as those of a view over shards do.
  let isVirtual: Bool
}

/// All objects of a file, found under limits that apply before any of their values is read.
extension HDF5File {
  /// Groups in groups: no file of ours has more, and hard links can make circles.
  private static let deepestGroup = 8
  private static let mostObjects = 10_000

  /// Refuses a file of which a link or a dataset leads to other files, whose bytes would pass for its own.
  ///
  /// - Throws: `StorageFault` (65) that names the first such place.
  package func requireOwnData() throws {
    for object in try objects() where object.isVirtual {
      throw place(object.path).fault(Self.liesElsewhere)
    }
  }

  static let liesElsewhere =
    "its values lie in other files, which are not followed; copy them into this one"

  /// Every group and dataset below the root: a group before what it holds, names bytewise ascending.
  ///
  /// - Throws: `StorageFault` (65) for a link that is no hard one, values in external storage, a type with a
  ///   name, groups too deep or objects too many.
  func objects() throws -> [HDF5Object] {
    try HDF5Queue.perform {
      var found: [HDF5Object] = []
      try collect(below: "", depth: 0, into: &found)
      return found
    }
  }

  private func collect(
    below group: String, depth: Int, into found: inout [HDF5Object]
  ) throws {
    guard depth <= Self.deepestGroup else {
      throw place(group).fault("groups lie more than \(Self.deepestGroup) deep")
    }
    let own = group.isEmpty ? "/" : group
    for name in try names(in: own, atMost: Self.mostObjects - found.count) {
      let path = "\(group)/\(name)"
      try requireHardLink(path)
      let object = try object(path)
      found.append(object)
      if object.isGroup { try collect(below: path, depth: depth + 1, into: &found) }
    }
  }

  func requireHardLink(_ path: String) throws {
    var info = H5L_info_t()
    guard H5Lget_info(id, path, &info, tessera_h5p_default()) >= 0 else {
      let failure = place(path).failure(.read)
      throw failure.isOfMachine ? failure : place(path).fault("no such dataset in the file")
    }
    guard info.type == H5L_TYPE_HARD else {
      throw place(path).fault(
        "\(path) is a link that may lead out of the file, and is not followed; name the dataset "
          + "itself, or copy it into the file")
    }
  }

  /// A group, or a dataset without external storage. On the queue.
  func object(_ path: String) throws -> HDF5Object {
    let place = place(path)
    let object = try place.check(H5Oopen(id, path, tessera_h5p_default()), .read)
    defer { H5Oclose(object) }
    switch H5Iget_type(object) {
    case H5I_GROUP: return HDF5Object(path: path, isGroup: true, isVirtual: false)
    case H5I_DATASET:
      return try place.with(H5Dget_create_plist(object), .read, close: H5Pclose) { list in
        guard H5Pget_external_count(list) == 0 else { throw place.fault(Self.liesElsewhere) }
        return HDF5Object(
          path: path, isGroup: false, isVirtual: H5Pget_layout(list) == H5D_VIRTUAL)
      }
    default: throw place.fault("expected a group or a dataset, found a type")
    }
  }
}
