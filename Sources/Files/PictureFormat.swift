/// Formats of pictures that are not read, by the ends of files' names.
enum PictureFormat: String, CaseIterable {
  case jpeg = "JPEG"
  case gif = "GIF"
  case bmp = "BMP"
  case tiff = "TIFF"
  case webp = "WebP"
  case heic = "HEIC"
  case portable = "PNM"

  private var suffixes: [String] {
    switch self {
    case .jpeg: [".jpg", ".jpeg", ".jpe", ".jfif"]
    case .gif: [".gif"]
    case .bmp: [".bmp"]
    case .tiff: [".tif", ".tiff"]
    case .webp: [".webp"]
    case .heic: [".heic", ".heif", ".avif"]
    case .portable: [".pgm", ".ppm", ".pbm", ".pnm"]
    }
  }

  /// Nil for what is none of them. The name is in lower case.
  init?(name: String) {
    guard let format = Self.allCases.first(where: { $0.suffixes.contains(where: name.hasSuffix) })
    else { return nil }
    self = format
  }
}
