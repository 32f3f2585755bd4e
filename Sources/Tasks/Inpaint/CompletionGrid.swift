import Configuration
import Datasets
import Files
import Reports

/// Completions as a picture, a row an image: original, what is seen, posterior mean, max-product
/// completion where there is one, and the draws.
struct CompletionGrid {
  let completions: Completions
  var magnification = 2
  /// How a hidden pixel is drawn: a grey that no binary image has.
  var hiddenShade: UInt8 = 96

  func canvas() -> Canvas {
    let model = completions.model
    let grid = ImageGrid(gap: magnification, background: 128, magnification: magnification)
    func column(_ pixels: [UInt8]) -> Canvas {
      grid.compose(pixels, of: model.imageShape, columns: 1)
    }
    var known = [
      column(completions.originals),
      column(
        zip(completions.originals, completions.hidden).map { $1 ? hiddenShade : $0 }),
      column(completions.means.map { UInt8(bounded: $0 * 255 + 0.5) }),
    ]
    if let maxima = completions.maxima { known.append(column(maxima)) }
    let draws = (0..<completions.draws).map { column(draw($0)) }
    let left = grid.beside(known, space: 2 * magnification)
    guard !draws.isEmpty else { return left }
    return grid.beside([left, grid.beside(draws, space: magnification)], space: 6 * magnification)
  }

  private func draw(_ number: Int) -> [UInt8] {
    let pixels = completions.pixelCount
    return (0..<completions.count).flatMap { image in
      let start = (image * completions.draws + number) * pixels
      return completions.samples[start..<start + pixels]
    }
  }

  func write(to path: String, text: [(String, String)]) throws {
    let canvas = canvas()
    try PNGFile.write(
      pixels: canvas.pixels, width: canvas.width, height: canvas.height,
      channels: canvas.channels,
      text: text + [("Columns", columns.joined(separator: ", "))], to: path)
  }

  /// What stands in each column.
  var columns: [String] {
    ["original", "seen", "posterior mean"] + (completions.maxima == nil ? [] : ["max-product"])
      + (completions.draws > 0 ? ["\(completions.draws) draws"] : [])
  }
}
