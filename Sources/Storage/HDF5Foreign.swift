import CHDF5

/// Reading foreign files: nothing outside the file is followed.
extension HDF5File {
  /// A dataset of u8 of a foreign HDF5 file.
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

  /// On the queue.
  private func requireOwn(_ name: String) throws {
    var path = ""
    for part in name.split(separator: "/") {
      path += "/" + part
      try requireHardLink(path)
    }
    guard !path.isEmpty else { throw place(name).fault("expected the path of a dataset") }
    let object = try object(name)
    if object.isGroup { throw place(name).fault("expected a dataset, found a group or a type") }
    if object.isVirtual { throw place(name).fault(Self.liesElsewhere) }
  }
}
