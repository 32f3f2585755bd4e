/// The kind of a file by its first bytes, for messages about a file of another kind than expected.
package struct FileKind: Equatable, Sendable {
  /// With its article: `a JPEG picture`.
  package let name: String
  /// What to do with it.
  package let wayOut: String

  /// How many bytes distinguish all kinds.
  package static let size = 16

  /// - Parameter bytes: the first `size` of a file, or more; fewer distinguish fewer kinds.
  package init?(_ bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(Self.size))
    if let (_, name, wayOut) = Self.table.first(where: { $0.magic.matches(start) }) {
      self.name = name
      self.wayOut = wayOut
    } else if start.count == Self.size, start.allSatisfy(Self.isText) {
      name = "a text file"
      wayOut = "tessera kinds lists the formats of images (sources)"
    } else {
      return nil
    }
  }

  /// Of a file; nil where it cannot be read as well.
  package init?(of path: String) {
    guard let bytes = try? FileBytes.prefix(path, count: Self.size) else { return nil }
    self.init(bytes)
  }

  /// `found a JPEG picture; convert it to PNG`: the end of a message.
  package var words: String { "found \(name); \(wayOut)" }

  /// Of ASCII: a printable character, a tab or the end of a line.
  private static func isText(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) || [0x09, 0x0A, 0x0D].contains(byte)
  }

  /// Bytes at a place; several pairs have to match all.
  private struct Magic {
    let parts: [(place: Int, bytes: [UInt8])]

    init(_ bytes: [UInt8], at place: Int = 0) { parts = [(place, bytes)] }
    init(_ text: String, at place: Int = 0) { parts = [(place, Array(text.utf8))] }
    init(_ first: String, and second: String, at place: Int) {
      parts = [(0, Array(first.utf8)), (place, Array(second.utf8))]
    }

    func matches(_ start: [UInt8]) -> Bool {
      parts.allSatisfy { start.dropFirst($0.place).starts(with: $0.bytes) }
    }
  }

  private static let convert = "convert it to PNG"
  private static let table: [(magic: Magic, name: String, wayOut: String)] = [
    (Magic([0xFF, 0xD8, 0xFF]), "a JPEG picture", convert),
    (Magic("GIF8"), "a GIF picture", convert),
    (Magic([0x49, 0x49, 42, 0]), "a TIFF picture", convert),
    (Magic([0x4D, 0x4D, 0, 42]), "a TIFF picture", convert),
    (Magic("RIFF", and: "WEBP", at: 8), "a WebP picture", convert),
    (Magic("ftypheic", at: 4), "a HEIC picture", convert),
    (Magic("ftypavif", at: 4), "an AVIF picture", convert),
    (Magic([0x89, 0x50, 0x4E, 0x47]), "a PNG picture", "name it *.png, or give its folder"),
    (Magic([0x89, 0x48, 0x44, 0x46]), "an HDF5 file", "name a dataset in it: FILE.h5:/images"),
    (
      Magic("MATLAB 5.0"), "a MATLAB file of version 5",
      "save it as version 7.3 (in MATLAB: save(..., '-v7.3')), or as PNG, IDX or HDF5"
    ),
    (Magic([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]), "a NumPy array", "read it as one (kind: npy)"),
    (Magic("PK"), "a ZIP archive", "unpack it, or name an array of NumPy in it: FILE.npz:NAME"),
    (Magic([0x1F, 0x8B]), "a gzip file", "unpack it first"),
    (Magic([0xFD, 0x37, 0x7A, 0x58, 0x5A]), "an xz file", "unpack it first"),
    (Magic("BZh"), "a bzip2 file", "unpack it first"),
    (Magic([0x28, 0xB5, 0x2F, 0xFD]), "a zstd file", "unpack it first"),
    (Magic("7z"), "a 7-Zip archive", "unpack it first"),
    (Magic([0, 5, 0x16, 7]), "a file of macOS that belongs to another (._NAME)", "remove it"),
    (Magic("version https:"), "a pointer of Git LFS", "fetch the file itself: git lfs pull"),
    (Magic("<!DOCTYPE"), "a web page", "fetch the file itself"),
    (Magic("<html"), "a web page", "fetch the file itself"),
    (Magic("%PDF"), "a PDF document", "export its pictures as PNG"),
    (Magic("PAR1"), "a Parquet table", "write its images as PNG, IDX or HDF5"),
    (Magic("BM"), "a BMP picture", convert),
  ]
}
