import Configuration
import Files
import Reports
import Workflow

extension StageFields {
  /// Makes the presence of gnuplot, and of what makes PNGs of its drawings, part of the fingerprint:
  /// a result without pictures must not stand for the one with.
  func recordPlotter() {
    fields.record("(gnuplot)", .boolean(known { try Gnuplot().isInstalled() } ?? false))
    recordRenderer()
  }

  /// Two mappings that belong together must have the same labels in the same order. Of one that is missing or
  /// refused its own complaint is enough.
  func requireLabels(
    of key: String, _ labels: [String], toBeThoseOf other: String, _ expected: [String]
  ) {
    guard labels != expected, !labels.isEmpty, !expected.isEmpty else { return }
    complain(
      key,
      "expected the labels of '\(other)' in the same order, found "
        + labels.map(\.quoted).joined(separator: ", "))
  }

  /// The same for rsvg-convert, which makes the PNG of a drawing.
  func recordRenderer() {
    fields.record("(rsvg-convert)", .boolean(known { try SVGRenderer().isInstalled() } ?? false))
  }
}

extension StageContext {
  /// Says so where a picture could not be drawn for want of a program, or of glyphs.
  func tell(_ outcome: FigureOutcome) {
    switch outcome {
    case .drawn: break
    case .lacking(let glyphs): warn(glyphs.description)
    case .missingPlotter:
      warn(
        "gnuplot is not installed, so the figure is numbers and a script; install it "
          + "(make setup) and run again")
    case .missingRenderer:
      warn(
        "rsvg-convert is not installed, so the drawing is an SVG without a PNG; install it "
          + "(make setup) and run again")
    }
  }

  /// Writes a drawing into the stage's folder as `NAME.svg` and `NAME.png`, two pixels a unit.
  func draw(_ drawing: VectorDrawing, named name: String) throws {
    tell(
      try drawing.write(
        in: folder, named: name, pixelWidth: Int(bounded: (2 * drawing.width).rounded())))
  }

  /// Writes a table into the stage's folder as `NAME.svg` and `NAME.png`; its numbers the stage
  /// writes itself, unrounded.
  func draw(_ table: TableFigure, named name: String, width: Double) throws {
    try draw(table.drawing(width: width, fontSize: 20), named: name)
  }
}

/// A label as a part of a file name: `SPN with VAE leaves` gives `spn-with-vae-leaves`.
func slug(_ label: String) -> String {
  let words = label.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
  return words.isEmpty ? "model" : words.joined(separator: "-")
}
