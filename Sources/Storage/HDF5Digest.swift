import CHDF5
import Files

/// Integrity data of HDF5 files written by this program.
///
/// The byte trailer (`ByteTrailer`) holds the SHA-256 of all bytes. The content digest, attribute `digest` of the root,
/// is the SHA-256 of the listing: every object, attribute and value but the levels of images, whose chunks carry
/// Fletcher-32 checksums. It does not depend on the layout: a file that h5repack wrote again has no trailer, and keeps
/// the digest.
extension HDF5File {
  private static let digestPrefix = "tessera-sha256:"

  /// Whether the file carries a content digest; those of older programs do not.
  package func hasDigest() throws -> Bool { try statedDigest() != nil }

  /// Writes the digest of all that was written. The last thing before the file is closed.
  func writeDigest() throws {
    try setAttribute("/", Self.digestName, .string(try contentDigest()))
  }

  /// Bytes of a file whose trailer is verified when it is opened. Larger files are archives, whose chunks carry
  /// checksums; reading all of one would make opening it slow.
  static let mostVerifiedBytes = 1 << 28

  /// Verifies the byte trailer of a file of any size, without libhdf5. Without effect on files that have none.
  ///
  /// - Throws: `StorageFault` (65) where they differ, `FileFault`.
  package static func requireBytes(_ path: String) throws {
    _ = try compareBytes(path, HDF5Place(path: path, object: "/"), size: 0, limit: .max)
  }

  /// Verifies the byte trailer of a file that is not too large.
  ///
  /// - Returns: nil where there is none; whether all bytes were compared.
  /// - Throws: `StorageFault` (65) where they differ.
  static func compareBytes(
    _ path: String, _ place: HDF5Place, size: Int, limit: Int = mostVerifiedBytes
  ) throws -> Bool? {
    switch try ByteTrailer.state(of: path, upTo: limit) {
    case .absent: return nil
    case .right: return size <= limit
    case .wrong(let expected, let found):
      throw place.fault(
        "expected SHA-256 \(expected) of all bytes, found \(found); the file is damaged; fetch it again or "
          + "recreate it")
    }
  }

  /// Verifies the content digest. Without effect on files that carry none.
  ///
  /// - Parameter hasTrailer: whether the byte trailer was found.
  /// - Throws: `StorageFault` (65) for other content, or other bytes after the end of the HDF5 data.
  func requireDigest(hasTrailer: Bool) throws {
    guard let stated = try statedDigest() else { return }
    guard try hasTrailer || !reachesBeyondItsEnd() else {
      throw place("/").fault(
        "expected the byte trailer after the end of the HDF5 data, found other bytes; the file is damaged; "
          + "fetch it again or recreate it")
    }
    let found = try contentDigest()
    guard stated == found else {
      throw place("/@\(Self.digestName)").fault(
        "expected content digest \(stated), found \(found); the file is damaged; fetch it again or "
          + "recreate it")
    }
  }

  private func reachesBeyondItsEnd() throws -> Bool {
    try HDF5Queue.perform {
      var end = haddr_t(0)
      try place("/").check(H5Fget_eoa(id, &end), .read)
      return fileBytes.map { UInt64($0) > end } ?? false
    }
  }

  /// Nil if the attribute is absent or was written by another program.
  private func statedDigest() throws -> String? {
    guard try hasAttribute("/", Self.digestName) else { return nil }
    do {
      guard case .string(let text) = try attribute("/", Self.digestName),
        text.hasPrefix(Self.digestPrefix)
      else { return nil }
      return text
    } catch let fault as StorageFault where !fault.isOfMachine {
      return nil
    }
  }

  private func contentDigest() throws -> String {
    Self.digestPrefix
      + (try SHA256.hex(ofPieces: { update in
        try list { piece in piece.withUnsafeBytes(update) }
      }))
  }
}
