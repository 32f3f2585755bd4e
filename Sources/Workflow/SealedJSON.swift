import Configuration
import Files

/// JSON that carries the SHA-256 of its other fields under `sha256`, so that damage is detected.
package enum SealedJSON {
  private static let key = "sha256"

  package static func text(_ fields: [String: ResolvedValue]) -> String {
    var sealed = fields
    sealed[key] = .string(digest(of: fields))
    return ResolvedValue.mapping(sealed).jsonText + "\n"
  }

  /// The fields without the digest; nil where the text is none of these, or was changed since.
  package static func fields(of text: String) -> [String: ResolvedValue]? {
    guard var fields = try? ResolvedValue(json: text).mapping,
      let digest = fields.removeValue(forKey: key)?.string, digest == self.digest(of: fields)
    else { return nil }
    // A digit that no number needs may change without changing the number.
    return self.text(fields) == text ? fields : nil
  }

  /// Whether fields carry a digest, right or wrong.
  static func isSealed(_ fields: [String: ResolvedValue]) -> Bool { fields[key] != nil }

  private static func digest(of fields: [String: ResolvedValue]) -> String {
    SHA256.hex(of: ResolvedValue.mapping(fields).canonicalText)
  }
}
