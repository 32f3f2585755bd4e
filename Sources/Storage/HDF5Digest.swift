import CHDF5
import Files

/// What every file of ours carries against damage.
///
/// A line behind the file's end holds the SHA-256 of all its bytes (`ByteSeal`). Attribute `digest` of the root holds
/// the SHA-256 of its listing: every object, attribute and value but the levels of images, whose chunks carry
/// fletcher32 sums. That does not depend on the layout: a file that h5repack wrote again has no such line, and keeps
/// the digest.
extension HDF5File {
  private static let digestPrefix = "tessera-sha256:"

  /// Whether the file carries a digest; those of older programs do not.
  package func hasDigest() throws -> Bool { try statedDigest() != nil }

  /// Writes the digest of all that was written. The last thing before the file is closed.
  func writeDigest() throws {
    try setAttribute("/", Self.digestName, .string(try contentDigest()))
  }

  /// Larger files, whose levels carry sums, are not read wholly to be opened.
  static let mostSealedBytes = 1 << 28

  /// Compares all bytes of a file of any size with the line behind its end, without libhdf5. Without effect on files
  /// that have none.
  ///
  /// - Throws: `StorageFault` (65) where they differ, `FileFault`.
  package static func requireBytes(_ path: String) throws {
    _ = try compareBytes(path, HDF5Place(path: path, object: "/"), size: 0, limit: .max)
  }

  /// Compares all bytes of a file that is not too large with the line behind its end.
  ///
  /// - Returns: nil where there is no such line; whether all bytes were compared.
  /// - Throws: `StorageFault` (65) where they differ.
  static func compareBytes(
    _ path: String, _ place: HDF5Place, size: Int, limit: Int = mostSealedBytes
  ) throws -> Bool? {
    switch try ByteSeal.state(of: path, upTo: limit) {
    case .absent: return nil
    case .right: return size <= limit
    case .wrong(let expected, let found):
      throw place.fault(
        "its bytes are not what was written: expected SHA-256 \(expected), found \(found); it is damaged: "
          + "fetch it or write it again")
    }
  }

  /// - Parameter isSealed: whether the line behind the file's end was found.
  /// - Throws: `StorageFault` (65) where the content is not what the digest is of, or something else lies behind its
  ///   end. Without effect on files that carry none.
  func requireDigest(isSealed: Bool) throws {
    guard let stated = try statedDigest() else { return }
    guard try isSealed || !reachesBeyondItsEnd() else {
      throw place("/").fault(
        "what lies behind its end is not the line that was written; it is damaged: fetch it or write it again"
      )
    }
    let found = try contentDigest()
    guard stated == found else {
      throw place("/@\(Self.digestName)").fault(
        "its content is not what was written: expected digest \(stated), found \(found); it is damaged: "
          + "fetch it or write it again")
    }
  }

  private func reachesBeyondItsEnd() throws -> Bool {
    try HDF5Queue.perform {
      var end = haddr_t(0)
      try place("/").check(H5Fget_eoa(id, &end), .read)
      return fileBytes.map { UInt64($0) > end } ?? false
    }
  }

  /// Nil where there is none, or an attribute of that name of another program's.
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
