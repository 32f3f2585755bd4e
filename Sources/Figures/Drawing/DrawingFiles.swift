import Configuration
import Files

extension VectorDrawing {
  /// What became of a drawing.
  package enum Outcome: Equatable, Sendable {
    case drawn
    /// rsvg-convert is not installed: the SVG is there, the PNG is not.
    case missingTool
  }

  /// Names of the files that a drawing consists of.
  package static func files(named name: String) -> [String] { ["\(name).svg", "\(name).png"] }

  /// Writes `NAME.svg` into an existing folder, and has `NAME.png`, so many pixels wide, made from
  /// it. The same drawing gives the same bytes.
  ///
  /// Throws `DrawingFault` if rsvg-convert refuses (70) or can't be started (69), if its picture is
  /// cut off (74), or if the name can't name files (78); and `FileFault`. Failing leaves no picture.
  package func write(
    in folder: String, named name: String, pixelWidth: Int, by renderer: SVGRenderer = SVGRenderer()
  ) throws -> Outcome {
    precondition(pixelWidth > 0, "a picture has pixels")
    guard GnuplotFigure.canNameFiles(name) else { throw DrawingFault.badName(name) }
    let (svg, png) = (joinPath(folder, "\(name).svg"), joinPath(folder, "\(name).png"))
    for file in [svg, png] { try DurableFile.remove(file) }
    let resolution = Double(pixelWidth) / width
    try DurableFile.write(text: try SVGText(self, resolution: resolution).text, to: svg)
    let pixelHeight = Int(bounded: (height * resolution).rounded())
    let outcome = renderer.run(
      "\(name).svg", to: "\(name).png", width: pixelWidth, height: max(pixelHeight, 1), in: folder)
    do {
      switch outcome {
      case .finished: break
      case .missing: return .missingTool
      case .failed(let message): throw DrawingFault.rendererFailed(path: svg, message: message)
      case .notStarted(let message):
        throw DrawingFault.rendererNotStarted(path: svg, message: message)
      }
      let bytes = (try? FileBytes.read(png)) ?? []
      guard bytes.suffix(GnuplotFigure.pngEnding.count) == GnuplotFigure.pngEnding[...] else {
        throw DrawingFault.incomplete(path: png)
      }
    } catch {
      for file in [svg, png] { try? DurableFile.remove(file) }
      throw error
    }
    return .drawn
  }
}
