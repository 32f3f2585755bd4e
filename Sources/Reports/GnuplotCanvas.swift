import Configuration
import Foundation

/// What the scripts of all figures have in common: the canvas, and text at places on it.
struct GnuplotCanvas {
  /// In pixels.
  let width: Double
  let height: Double
  /// Of the figure's files, without extension.
  let name: String

  /// The table, as a gnuplot string.
  var table: String { gnuplotQuoted("./\(name).csv") }

  /// How a script begins.
  var opening: [String] {
    [
      "# Draws \(name).svg from \(name).csv: gnuplot -d \(name).gnuplot",
      "set encoding utf8",
      "set minussign",
      "set datafile separator ','",
    ]
  }

  func margins(_ plot: ChartLayout.Frame) -> [String] {
    [
      "set lmargin at screen \(share(plot.left, of: width))",
      "set rmargin at screen \(share(plot.right, of: width))",
      "set bmargin at screen \(share(plot.bottom, of: height))",
      "set tmargin at screen \(share(plot.top, of: height))",
    ]
  }

  func label(_ label: ChartLayout.Label) -> String {
    "set label \(gnuplotQuoted(label.text)) at \(place((label.x, label.y)))"
      + " \(label.alignment.rawValue)\(label.isUpright ? " rotate by 90" : "") front noenhanced textcolor rgb '\(label.colour)'"
  }

  func place(_ point: (x: Double, y: Double)) -> String {
    "screen \(share(point.x, of: width)), screen \(share(point.y, of: height))"
  }

  /// The plot as SVG.
  ///
  /// - `marks`: what is set in sizes that are multiples of `marks`, which grow with the font's number.
  func drawing(_ plot: String, marks: [String]) -> [String] {
    let size = "size \(Int(bounded: width)),\(Int(bounded: height))"
    return ["", "marks = 0.5"] + marks + [
      "set terminal svg \(size) font 'DejaVu Sans,\(Int(bounded: ChartLayout.fontSize))'"
        + " background '#ffffff'",
      "set output \(gnuplotQuoted("./\(name).svg"))", plot, "unset output",
    ]
  }

  private func share(_ pixels: Double, of size: Double) -> String {
    String(format: "%.5f", pixels / size)
  }
}
