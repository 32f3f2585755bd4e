import CPNG
import Configuration
import Files

/// A PNG file that can't be written, or read as plain 8-bit grey or RGB.
package enum PNGFault: Fault, Equatable {
  case unreadable(path: String, reason: String)
  /// `isGreyWanted`: where RGB would not do either.
  case unsupported(path: String, bitDepth: Int, colorType: Int, isGreyWanted: Bool)
  case tooLarge(path: String, width: Int, height: Int, limit: Int)
  case unwritable(path: String, reason: String)

  package var exitCode: ExitCode {
    if case .unwritable = self { return .internalError }
    return .badData
  }

  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      return "\(printable(path)): not a readable PNG: \(printable(reason))"
    case .unsupported(let path, let bitDepth, let colorType, let isGreyWanted):
      return "\(printable(path)): expected 8-bit grey\(isGreyWanted ? "" : " or RGB") without "
        + "transparency, found \(Self.kind(bitDepth, colorType, isGreyWanted)); convert it first"
    case .tooLarge(let path, let width, let height, let limit):
      return "\(printable(path)): \(width) x \(height) pixels, more than \(limit) samples"
    case .unwritable(let path, let reason):
      return "\(printable(path)): cannot encode the PNG: \(printable(reason))"
    }
  }

  private static func kind(_ bitDepth: Int, _ colorType: Int, _ isGreyWanted: Bool) -> String {
    let names = [0: "grey", 2: "RGB", 3: "a palette", 4: "grey with alpha", 6: "RGB with alpha"]
    let name = names[colorType] ?? "color type \(colorType)"
    // What would do but for one transparent level or color.
    let isPlain = bitDepth == 8 && (colorType == 0 || colorType == 2 && !isGreyWanted)
    return "\(bitDepth)-bit \(name)\(isPlain ? " with a transparent value" : "")"
  }
}

/// Samples u8 `[row, column, channel]`; `channels` is 1 (grey) or 3 (RGB).
package struct PNGImage: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int
  package let pixels: [UInt8]

  package init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }
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

  /// Reads a plain 8-bit grey or RGB image (interlaced too), raw samples, of at most `limit`
  /// samples. Throws `PNGFault` (65) for anything else, `FileFault` where the file can't be read.
  package static func read(_ path: String, limit: Int = 1 << 28) throws -> PNGImage {
    let bytes = try FileBytes.read(path, limit: 1 << 30)
    var result = tessera_png_result()
    let status = tessera_png_decode(bytes, bytes.count, limit, &result)
    defer { tessera_png_free(&result) }
    let (width, height) = (Int(result.width), Int(result.height))
    switch Int(status) {
    case TESSERA_PNG_OK:
      let samples = UnsafeBufferPointer(start: result.data, count: result.size)
      return PNGImage(
        height: height, width: width, channels: Int(result.channels), pixels: Array(samples))
    case TESSERA_PNG_UNSUPPORTED:
      throw PNGFault.unsupported(
        path: path, bitDepth: Int(result.bit_depth), colorType: Int(result.color_type),
        isGreyWanted: false)
    case TESSERA_PNG_TOO_LARGE:
      throw PNGFault.tooLarge(path: path, width: width, height: height, limit: limit)
    default: throw PNGFault.unreadable(path: path, reason: message(of: result, status))
    }
  }

  /// Reads a plain 8-bit grey image, `[row, column]`. Throws as `read`, and for RGB too.
  package static func readGrey(_ path: String, limit: Int = 1 << 28) throws -> GreyCanvas {
    let image: PNGImage
    do {
      image = try read(path, limit: limit)
    } catch PNGFault.unsupported(_, let bitDepth, let colorType, _) {
      throw PNGFault.unsupported(
        path: path, bitDepth: bitDepth, colorType: colorType, isGreyWanted: true)
    }
    guard image.channels == 1 else {
      throw PNGFault.unsupported(path: path, bitDepth: 8, colorType: 2, isGreyWanted: true)
    }
    return GreyCanvas(height: image.height, width: image.width, pixels: image.pixels)
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
