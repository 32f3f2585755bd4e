import Configuration
import Files

/// The outcome of drawing a figure.
package enum FigureOutcome: Equatable, Sendable {
  case drawn
  /// All files are there, but the font lacks glyphs.
  case lacking(MissingGlyphs)
  /// gnuplot is not installed: the numbers and the script are there, the pictures are not.
  case missingPlotter
  /// rsvg-convert is not installed: the SVG is there, the PNG is not.
  case missingRenderer
}

extension VectorDrawing {
  /// Names of the files that a drawing consists of.
  package static func files(named name: String) -> [String] { ["\(name).svg", "\(name).png"] }

  /// Writes `NAME.svg` into an existing folder, and has `NAME.png`, so many pixels wide, made from
  /// it. The same drawing gives the same bytes.
  ///
  /// Throws `DrawingFault` if rsvg-convert refuses (70) or can't be started (69), if its picture is
  /// cut off (74), or if the name can't name files (78); and `FileFault`. Failing leaves no picture.
  package func write(
    in folder: String, named name: String, pixelWidth: Int, by renderer: SVGRenderer = SVGRenderer()
  ) throws -> FigureOutcome {
    precondition(pixelWidth > 0, "a picture has pixels")
    guard GnuplotFigure.canNameFiles(name) else { throw DrawingFault.badName(name) }
    for file in Self.files(named: name) { try DurableFile.remove(joinPath(folder, file)) }
    let resolution = Double(pixelWidth) / width
    let text = try SVGText(self, resolution: resolution).text
    try DurableFile.write(text: text, to: joinPath(folder, "\(name).svg"))
    let pixelHeight = max(Int(bounded: (height * resolution).rounded()), 1)
    return try SVGPicture(name: name, width: pixelWidth, height: pixelHeight)
      .make(in: folder, of: text, by: renderer)
  }
}

/// The PNG beside an SVG file, made from it.
struct SVGPicture {
  /// Of both files, without extension.
  let name: String
  /// In pixels.
  let width: Int
  let height: Int

  /// - Parameter text: of the SVG file, which is there.
  /// - Throws: `DrawingFault`; both pictures are removed then.
  func make(
    in folder: String, of text: String, by renderer: SVGRenderer
  ) throws -> FigureOutcome {
    let (svg, png) = (joinPath(folder, "\(name).svg"), joinPath(folder, "\(name).png"))
    do {
      switch try renderer.run(
        "\(name).svg", to: "\(name).png", width: width, height: height, in: folder)
      {
      case .finished: break
      case .missing: return .missingRenderer
      case .failed(let message): throw DrawingFault.rendererFailed(path: svg, message: message)
      case .disk: throw DrawingFault.incomplete(path: png)
      }
      let bytes = try FileBytes.readIfPresent(png) ?? []
      guard bytes.suffix(Self.pngEnding.count) == Self.pngEnding[...] else {
        throw DrawingFault.incomplete(path: png)
      }
    } catch {
      for file in [svg, png] { try? DurableFile.remove(file) }
      throw error
    }
    return MissingGlyphs(inSVG: text).map { .lacking($0) } ?? .drawn
  }

  /// How a whole PNG ends: the IEND chunk with its checksum.
  private static let pngEnding: [UInt8] = [
    0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]
}
