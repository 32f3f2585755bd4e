import Files
import Foundation

/// NumPy arrays, written by hand.
enum NPYFixture {
  /// Levels.
  static func bytes(
    _ shape: String, _ content: [UInt8], version: UInt8 = 1, inFortranOrder: Bool = false,
    headSize: Int? = nil
  ) -> [UInt8] {
    bytes(
      "'|u1'", shape, content, version: version, inFortranOrder: inFortranOrder, headSize: headSize)
  }

  /// - Parameters:
  ///   - type: as in Python: `'|u1'`, in its quotes.
  ///   - shape: as in Python: `(3, 2, 2)`.
  ///   - headSize: what the head says of its own length; nil for the truth.
  static func bytes(
    _ type: String, _ shape: String, _ content: [UInt8], version: UInt8 = 1,
    inFortranOrder isFortran: Bool = false, headSize: Int? = nil
  ) -> [UInt8] {
    let order = isFortran ? "True" : "False"
    let text = "{'descr': \(type), 'fortran_order': \(order), 'shape': \(shape), }"
    return bytes(head: text, content, version: version, headSize: headSize)
  }

  static func bytes(
    head text: String, _ content: [UInt8], version: UInt8 = 1, headSize: Int? = nil
  ) -> [UInt8] {
    let lengthSize = version == 1 ? 2 : 4
    let padding = (64 - (8 + lengthSize + text.utf8.count + 1) % 64) % 64
    let head = Array(text.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
    let length = (0..<lengthSize).map {
      UInt8(truncatingIfNeeded: (headSize ?? head.count) >> (8 * $0))
    }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + head + content
  }

  /// What numpy 2.4 wrote by `savez`: `images` u1 (3, 2, 2) of 0, 20, ... 220; `labels` big-endian i2 7, 300, 7; `turned`, the
  /// same images in Fortran order; `pickled`, Python objects.
  static let saved = """
    H4sIAAAAAAACAwvwZmbRZYAARQYXlrKj/6GAi0GEITM3MT21WC+voJKRQYChB6oORk/2C/UNiGRkKGOoVk9JLU4uUrdSUK8pNVTX\
    UVBPyy8qKUrMi88vSkkFibsl5hSnAsWLMxILUoF8DWMdBSMg0tRRqFUgDwAdqGETkFLRs2DLiTsBKP5o+c55EtkfOYlJqTlwf7RB\
    1bXh84ddphGR/qDAC1B/sDPqMLCj+mDvhlBBZB+UlBblpaZQIyZCikqpHBFAHwQs0Kg4IZKyxaYHLSYk5pm/g/mDG+iPgszk7ByE\
    RyQYIQphNHaP+BMVE0YUx4QCVwPL1F5Y2IrlleYWVOrFJ+cXperlluaUZCYWFSVWTunhiS9KTc7PKy4pKk0umTJ5Sg8rWOWUHva8\
    FIiSyVO8GVqnODMmTWmfEjRFw5vRm6l1SgZzD2tKSWVBKkgLk7/FlM4OiCxzD2PNFD8/Py9QIIEJb/uSKUmdsVM0/LwZU4FMvQBv\
    RiZdZtSM2gNNAFwMCNAADkdEtkXXB8oYbdCkj6rvBJBEZBN0faDkiN2+LqCNiMSJrg8U/aC4BWFuFH1BTAzIiSHAm5UNJMEChA+B\
    9HJmEA8AeX/hTp4EAAA=
    """

  /// The same `images` and `labels` by `savez_compressed`.
  static let compressed = """
    H4sIAAAAAAACAwvwZmbRZWBg4ABiRQYXlrKj/6GAi0GEITM3MT21WC+voJKRQYChhwECQqD07Dfir6QFTp4IOBawdt6kqDkxS/KW\
    LogLzlqxbvGCedPiQ4KmzBCfHz9lEpdQufcZTT/WLvF0FbElTD+ljllxuTksWbk4YLWD3IMkgYsbOD1Wvojc8PSILEMAintavnOe\
    RHZPTmJSag7cPW1Qd3jhc0/e9MwlhN0zy4prK5cIgx5bmZssWxnQFYxMusyo4QLyNSgEuBgQoIERRCJCCV0fyP0g17Vh6JsAJBG+\
    CfBmZQOJMwFhAZAWA5sLAAvVJz+cAQAA
    """

  /// Writes one of them.
  static func write(_ packed: String, to path: String) throws {
    let bytes = Data(base64Encoded: packed) ?? Data()
    try DurableFile.write(
      bytes.withUnsafeBytes { try Gzip.inflate($0, path: "fixture", limit: 1 << 16) }, to: path)
  }
}
