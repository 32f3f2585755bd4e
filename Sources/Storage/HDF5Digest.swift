import Files

/// The digest that every file of ours carries: SHA-256 of its listing, as attribute `digest` of the root.
///
/// It covers every object, attribute and value but the levels of images, whose chunks carry fletcher32 sums. It does
/// not depend on the layout: a file that h5repack wrote again keeps it.
extension HDF5File {
  private static let digestPrefix = "tessera-sha256:"

  /// Whether the file carries a digest; those of older programs do not.
  package func hasDigest() throws -> Bool { try statedDigest() != nil }

  /// Writes the digest of all that was written. The last thing before the file is closed.
  func writeDigest() throws {
    try setAttribute("/", Self.digestName, .string(try contentDigest()))
  }

  /// - Throws: `StorageFault` (65) where the content is not what the digest is of. Without effect on files that
  ///   carry none.
  func requireDigest() throws {
    guard let stated = try statedDigest() else { return }
    let found = try contentDigest()
    guard stated == found else {
      throw place("/@\(Self.digestName)").fault(
        "its content is not what was written: expected digest \(stated), found \(found); it is damaged: "
          + "fetch it or write it again")
    }
  }

  private func statedDigest() throws -> String? {
    guard try hasAttribute("/", Self.digestName),
      case .string(let text)? = try? attribute("/", Self.digestName),
      text.hasPrefix(Self.digestPrefix)
    else { return nil }
    return text
  }

  private func contentDigest() throws -> String {
    Self.digestPrefix
      + (try SHA256.hex(ofPieces: { update in
        try list { piece in piece.withUnsafeBytes(update) }
      }))
  }
}
