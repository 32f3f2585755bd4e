import Files
import Foundation

/// The script that draws a chart from the table beside it.
///
/// It names files by relative names and holds no date, so that the folder can move and the same
/// chart is the same script. Text stands in single quotes, where gnuplot interprets nothing but a
/// doubled quote: back-ticks in double quotes would be run by a shell.
struct GnuplotScript {
  let text: String

  init(_ chart: LineChart, named name: String) {
    let layout = ChartLayout(chart)
    var lines = [
      "# Draws \(name).svg and \(name).png from \(name).csv: gnuplot -d \(name).gnuplot",
      "set encoding utf8",
      "set minussign",
      "set datafile separator ','",
      "set datafile commentschars ''",
      "",
    ]
    lines += Self.frame(layout)
    lines += layout.labels.map { Self.label($0, $0.text) }
    lines.append(layout.isDirect ? "unset key" : "set key inside \(layout.legendCorner) noenhanced")
    let size = "size \(Int(ChartLayout.width)),\(Int(ChartLayout.height))"
    // The cairo terminal counts points of 96 a 72 pixels, the SVG terminal pixels.
    let points = Int(ChartLayout.fontSize * 72 / 96)
    // Marks grow with the font's number, which is larger for the SVG terminal.
    lines += ["", "marks = 0.5"] + Self.rings(chart)
    lines += [
      "set terminal svg \(size) font 'DejaVu Sans,\(Int(ChartLayout.fontSize))'"
        + " background '#ffffff'",
      "set output \(gnuplotQuoted("./\(name).svg"))",
      "plot " + Self.curves(chart, layout, name),
      "", "marks = 1",
    ]
    lines += Self.rings(chart)
    lines += [
      "set terminal pngcairo \(size) font 'DejaVu Sans,\(points)' background '#ffffff'",
      "set output \(gnuplotQuoted("./\(name).png"))", "replot", "unset output",
    ]
    text = lines.joined(separator: "\n") + "\n"
  }

  /// Rings around the annotated points. Numbered, so that setting them again replaces them.
  private static func rings(_ chart: LineChart) -> [String] {
    chart.annotations.map(\.point).filter(\.isFinite).enumerated().map { index, point in
      "set label \(1001 + index) '' at first \(point.x), first \(point.y) front point"
        + " pointtype 6 pointsize 2.2*marks linewidth 2.5 linecolor rgb '\(Palette.text)'"
    }
  }

  private static func frame(_ layout: ChartLayout) -> [String] {
    let plot = layout.plot
    let (x, y) = (layout.xAxis, layout.yAxis)
    return [
      "set lmargin at screen \(share(plot.left, of: ChartLayout.width))",
      "set rmargin at screen \(share(plot.right, of: ChartLayout.width))",
      "set bmargin at screen \(share(plot.bottom, of: ChartLayout.height))",
      "set tmargin at screen \(share(plot.top, of: ChartLayout.height))",
      "set border 1 linewidth 1.5 linecolor rgb '\(Palette.quiet)'",
      "set grid ytics linetype 1 linewidth 1.5 linecolor rgb '\(Palette.grid)'",
      "set xrange [\(x.range.lowerBound):\(x.range.upperBound)]",
      "set yrange [\(y.range.lowerBound):\(y.range.upperBound)]",
      "set xtics nomirror out scale 0.5 offset 0,0.3 (\(ticks(x)))"
        + " textcolor rgb '\(Palette.quiet)'",
      "set ytics nomirror scale 0 (\(ticks(y))) textcolor rgb '\(Palette.quiet)'",
    ]
  }

  private static func ticks(_ axis: Axis) -> String {
    axis.ticks.map { "\(gnuplotQuoted(axis.label($0))) \($0)" }.joined(separator: ", ")
  }

  private static func label(_ label: ChartLayout.Label, _ text: String) -> String {
    "set label \(gnuplotQuoted(text)) at screen \(share(label.x, of: ChartLayout.width)),"
      + " screen \(share(label.y, of: ChartLayout.height)) \(label.alignment.rawValue)"
      + " front noenhanced textcolor rgb '\(label.colour)'"
  }

  /// One line a series. An empty cell is passed over, a number that is not finite breaks the line.
  private static func curves(_ chart: LineChart, _ layout: ChartLayout, _ name: String) -> String {
    let file = gnuplotQuoted("./\(name).csv")
    let curves = chart.series.enumerated().map { index, series in
      let few = series.points.count <= 30 && series.style != .faint
      let colour = (series.style == .faint ? "#90" : "#") + Palette.line(index).dropFirst()
      let marks = few ? " pointtype 7 pointsize 0.7*marks" : ""
      let title =
        layout.isDirect || series.style == .faint
        ? "notitle" : "title \(gnuplotQuoted(printable(series.name)))"
      return "\(file) skip 1 using 1:\(index + 2) with \(few ? "linespoints" : "lines")"
        + " linewidth \(series.style == .faint ? 1 : 3)"
        + " dashtype \(series.style == .dashed ? "(10,6)" : "solid")\(marks)"
        + " linecolor rgb '\(colour)' \(title)"
    }
    // An empty frame still needs something to plot.
    return curves.isEmpty ? "NaN notitle" : curves.joined(separator: ", \\\n  ")
  }

  private static func share(_ pixels: Double, of size: Double) -> String {
    String(format: "%.5f", pixels / size)
  }
}

/// A gnuplot string of exactly this text; in one line, since a line's end would end the string.
///
/// A quote is written twice, except at the beginning: there gnuplot 5.4 takes the pair for an empty
/// string, and what follows for code. So leading quotes are a constant of their own.
package func gnuplotQuoted(_ text: String) -> String {
  let text = printable(text)
  let leading = text.prefix { $0 == "'" }
  let rest = "'" + text.dropFirst(leading.count).replacing("'", with: "''") + "'"
  if leading.isEmpty { return rest }
  return "\"" + String(repeating: "\\047", count: leading.count) + "\"." + rest
}
