import CPNG
import Configuration

/// A PNG file that can't be written, or read.
package enum PNGFault: Fault, Equatable {
  case unreadable(path: String, reason: String)
  /// A file of another format.
  case otherKind(path: String, FileKind)
  case tooLarge(path: String, width: Int, height: Int, limit: Int)
  case unwritable(path: String, reason: String)

  package var exitCode: ExitCode {
    if case .unwritable = self { return .internalError }
    return .badData
  }

  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      return "\(printable(path)): not a readable PNG: \(printable(reason)); replace the file, or "
        + "move it away"
    case .otherKind(let path, let kind):
      return "\(printable(path)): expected a PNG file, \(kind.words)"
    case .tooLarge(let path, let width, let height, let limit):
      return "\(printable(path)): \(width) x \(height) pixels, more than \(limit) samples; make it "
        + "smaller first"
    case .unwritable(let path, let reason):
      return "\(printable(path)): cannot encode the PNG: \(printable(reason))"
    }
  }
}

/// Samples u8 `[row, column, channel]`; `channels` is 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB,
/// alpha), alpha from 0 (transparent) to 255.
package struct PNGImage: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int
  package let pixels: [UInt8]
  /// How it was stored; the pixels are upright.
  package let orientation: PictureOrientation
  /// Bits of a stored sample.
  package let bitDepth: Int

  package init(
    height: Int, width: Int, channels: Int, pixels: [UInt8],
    orientation: PictureOrientation = .upright, bitDepth: Int = 8
  ) {
    precondition(pixels.count == height * width * channels, "pixels fill the image")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
    self.orientation = orientation
    self.bitDepth = bitDepth
  }

  /// Whether the pixels are the same; how they were stored does not count.
  package static func == (a: PNGImage, b: PNGImage) -> Bool {
    (a.height, a.width, a.channels) == (b.height, b.width, b.channels) && a.pixels == b.pixels
  }

  package var isTransparent: Bool { channels == 2 || channels == 4 }
}

package enum PNGFile {
  /// Writes `[row, column, channel]` u8 samples durably; equal input gives equal bytes.
  ///
  /// `text` becomes UTF-8 text chunks; keywords have 1 to 79 Latin-1 characters. Throws
  /// `FileFault` (73, 74), or `PNGFault` for a size or keyword that PNG can't hold.
  package static func write(
    pixels: [UInt8], width: Int, height: Int, channels: Int = 1, text: [(String, String)] = [],
    to path: String
  ) throws {
    let bytes = try encode(
      pixels: pixels, width: width, height: height, channels: channels, text: text, for: path)
    try DurableFile.write(bytes, to: path)
  }

  /// The bytes of the file that `write` writes; `path` is only for the fault.
  package static func encode(
    pixels: [UInt8], width: Int, height: Int, channels: Int = 1, text: [(String, String)] = [],
    for path: String = "picture"
  ) throws -> [UInt8] {
    precondition(channels == 1 || channels == 3, "PNG: 1 or 3 channels")
    precondition(pixels.count == width * height * channels, "PNG: pixels do not fill the image")
    guard width > 0, height > 0, width < 1 << 31, height < 1 << 31 else {
      throw PNGFault.unwritable(path: path, reason: "\(width) x \(height) pixels")
    }
    var result = tessera_png_result()
    let status = withCStrings(text.map(\.0)) { keywords in
      withCStrings(text.map(\.1)) { texts in
        tessera_png_encode(
          pixels, UInt32(width), UInt32(height), Int32(channels), keywords, texts, text.count,
          &result)
      }
    }
    defer { tessera_png_free(&result) }
    guard Int(status) == TESSERA_PNG_OK else {
      throw PNGFault.unwritable(path: path, reason: message(of: result, status))
    }
    return Array(UnsafeRawBufferPointer(start: result.data, count: result.size))
  }

  /// Reads an image of any kind, interlaced too, of at most `limit` samples: palettes and 1, 2 and 4
  /// bits expanded, 16 bits to 8 by (v * 255 + 32767) / 65535, turned upright as the orientation in `eXIf`
  /// says. Gamma, profiles and `bKGD` are left alone.
  ///
  /// Throws `PNGFault` (65) for what is damaged or too large, `FileFault` where the file can't be read.
  package static func read(_ path: String, limit: Int = 1 << 28) throws -> PNGImage {
    let bytes = try FileBytes.read(path, limit: 1 << 30)
    var result = tessera_png_result()
    let status = tessera_png_decode(bytes, bytes.count, limit, &result)
    defer { tessera_png_free(&result) }
    let (width, height) = (Int(result.width), Int(result.height))
    switch Int(status) {
    case TESSERA_PNG_OK:
      let samples = UnsafeBufferPointer(start: result.data, count: result.size)
      let (channels, orientation) = (Int(result.channels), PictureOrientation(png: bytes))
      let upright = orientation.upright(
        Array(samples), height: height, width: width, channels: channels)
      return PNGImage(
        height: upright.height, width: upright.width, channels: channels, pixels: upright.pixels,
        orientation: orientation, bitDepth: PNGHead(bytes)?.bitDepth ?? 8)
    case TESSERA_PNG_TOO_LARGE:
      throw PNGFault.tooLarge(path: path, width: width, height: height, limit: limit)
    default:
      if let kind = FileKind(bytes), kind.name != "a PNG picture" {
        throw PNGFault.otherKind(path: path, kind)
      }
      throw PNGFault.unreadable(path: path, reason: message(of: result, status))
    }
  }

  private static func message(of result: tessera_png_result, _ status: Int32) -> String {
    let text = withUnsafeBytes(of: result.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return text.isEmpty ? "status \(status)" : text
  }
}

/// The texts as C strings, alive during `body`.
private func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
  var bytes: [CChar] = []
  var starts: [Int] = []
  for text in texts {
    starts.append(bytes.count)
    bytes += text.utf8CString
  }
  return bytes.withUnsafeBufferPointer { buffer in
    body(starts.map { start in buffer.baseAddress.map { $0 + start } })
  }
}
