import CHDF5
import Files

/// An open HDF5 file. Names are absolute paths inside it (`/train/images`).
///
/// Nothing in it depends on when it was written: no times are kept, so the same content gives
/// the same bytes. All calls throw `StorageFault`: 65 for bad content, 74 for the disk.
///
/// `@unchecked Sendable`: the identifier is only touched on the queue that owns libhdf5.
package final class HDF5File: @unchecked Sendable {
  package let path: String
  private(set) var id: hid_t
  let isWritable: Bool
  /// Size of a file that is read: none of its datasets may announce much more. Nil for what this process wrote.
  let fileBytes: Int?
  /// The fault of closing a dataset, thrown when the file is closed.
  private var failure: StorageFault?

  init(path: String, id: hid_t, isWritable: Bool, fileBytes: Int?) {
    self.path = path
    self.id = id
    self.isWritable = isWritable
    self.fileBytes = fileBytes
  }

  deinit {
    // Only after an error: a file that matters is closed by `close`.
    let id = self.id
    if id >= 0 { HDF5Queue.perform { _ = H5Fclose(id) } }
  }

  /// Keeps the fault of closing a dataset where it could not be thrown. On the queue.
  func note(_ status: herr_t, closing object: String) {
    // A closed file has closed its datasets.
    guard status < 0, isWritable, id >= 0, failure == nil else { return }
    failure = place(object).failure(.write)
  }

  func place(_ object: String) -> HDF5Place { HDF5Place(path: path, object: object) }

  /// Makes an empty file, replacing what is there. For results use `writeAtomically`.
  package static func create(_ path: String) throws -> HDF5File {
    try HDF5Queue.perform {
      let place = HDF5Place(path: path, object: "/")
      let creation = HDF5Temporary.properties(tessera_h5p_file_create())
      try place.check(H5Pset_obj_track_times(creation.id, false), .create)
      let access = try Self.access(place)
      let id = H5Fcreate(path, tessera_h5f_truncate(), creation.id, access.id)
      return HDF5File(
        path: path, id: try place.check(id, .create), isWritable: true, fileBytes: nil)
    }
  }

  /// Opens for reading, and checks the digest of a file that carries one. Throws `FileFault` where there is no
  /// regular file. A file from elsewhere may abort libhdf5: check a recorded hash first where there is one, else
  /// ask a `ForeignFile`.
  ///
  /// - Parameter checksDigest: false where the hash of the whole file was just compared, or nothing of ours is read.
  package static func open(_ path: String, checksDigest: Bool = true) throws -> HDF5File {
    let size = try FileBytes.size(path)
    let place = HDF5Place(path: path, object: "/")
    // Before libhdf5 sees bytes that are not what was written.
    let comparesAll = checksDigest ? try Self.compareBytes(path, place, size: size) : nil
    let file = try HDF5Queue.perform {
      let access = try Self.access(place)
      let id = H5Fopen(path, tessera_h5f_read_only(), access.id)
      return HDF5File(
        path: path, id: try place.check(id, .open), isWritable: false, fileBytes: size)
    }
    if checksDigest, comparesAll != true { try file.requireDigest(hasTrailer: comparesAll != nil) }
    return file
  }

  /// Flushes and closes; write errors of the disk are thrown here. A second call does nothing.
  package func close() throws {
    try HDF5Queue.perform {
      guard id >= 0 else { return }
      // H5Fclose alone hides a full disk; the flush fails.
      let flushed = isWritable ? H5Fflush(id, H5F_SCOPE_GLOBAL) : 0
      let flushing = flushed < 0 ? place("/").failure(.write) : nil
      let closed = H5Fclose(id)
      id = -1
      if let failure { throw failure }
      if let flushing { throw flushing }
      try place("/").check(closed, .close)
    }
  }

  /// Writes a file that is either wholly there or not at all: digest, temporary name, flush, fsync,
  /// re-opened for verification, renamed, folder fsynced. On failure the old file is intact.
  ///
  /// - Parameter hasContentDigest: false for files that no other program will write again, whose content need not
  ///   be read twice.
  /// - Returns: the SHA-256 of the file.
  @discardableResult
  package static func writeAtomically(
    to path: String, hasContentDigest: Bool = true, _ body: (HDF5File) throws -> Void
  ) throws -> String {
    let temporary = DurableFile.temporarySibling(of: path)
    do {
      let file = try create(temporary)
      try body(file)
      if hasContentDigest { try file.writeDigest() }
      let names = try file.names(in: "/")
      try file.close()
      let sha256 = try ByteTrailer.append(to: temporary)
      try DurableFile.synchronise(path: temporary)
      try verify(temporary, expected: names)
      try DurableFile.move(temporary, to: path)
      return sha256
    } catch {
      try? DurableFile.remove(temporary)
      if let fault = error as? StorageFault, fault.path == temporary {
        throw fault.named(path)
      }
      if let fault = error as? FileFault, fault.path == temporary { throw fault.named(path) }
      throw error
    }
  }

  private static func verify(_ path: String, expected names: [String]) throws {
    do {
      // The digest was of what lies in the file; whoever reads it checks it.
      let file = try open(path, checksDigest: false)
      guard try file.names(in: "/") == names else {
        throw file.place("/").fault("the file on the disk is not the one that was written", .verify)
      }
      try file.close()
    } catch let fault as StorageFault {
      throw StorageFault(
        path: path, object: fault.object, operation: .verify, reason: fault.reason)
    }
  }

  private static func access(_ place: HDF5Place) throws -> HDF5Temporary {
    let access = HDF5Temporary.properties(tessera_h5p_file_access())
    // At the default bounds attributes over 64 KiB fail; h5py and MATLAB read these.
    try place.check(
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V110), .create)
    // A dataset that is still referenced must not keep the file open behind our back.
    try place.check(H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG), .create)
    // Results are renamed into place, never changed: locks only fail on some network disks.
    try place.check(H5Pset_file_locking(access.id, false, true), .create)
    return access
  }
}
