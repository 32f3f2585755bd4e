import Files
import Foundation

/// The script that draws a chart from the table beside it.
///
/// It names files by relative names and holds no date, so that the folder can move and the same
/// chart is the same script. Text stands in single quotes, where gnuplot interprets nothing but a
/// doubled quote: back-ticks in double quotes would be run by a shell.
struct GnuplotScript {
  let text: String

  init(_ chart: LineChart, _ layout: ChartLayout, named name: String) {
    let canvas = GnuplotCanvas(width: ChartLayout.width, height: layout.height, name: name)
    var lines = canvas.opening
    lines += ["set datafile commentschars ''", ""]
    lines += Self.frame(layout, canvas)
    lines += layout.labels.map(canvas.label)
    lines.append("unset key")
    lines += Self.levels(chart, layout, canvas)
    lines += Self.crosses(chart, layout, canvas)
    lines += canvas.drawing(
      "plot " + GnuplotCurves(chart, layout, named: name).text,
      marks: Self.rings(chart, layout) + (layout.legend?.pieces(chart, canvas) ?? []))
    text = lines.joined(separator: "\n") + "\n"
  }

  /// Rings around the annotated points. Numbered, so that setting them again replaces them.
  private static func rings(_ chart: LineChart, _ layout: ChartLayout) -> [String] {
    let marked = chart.annotations.filter { $0.mark == .ring && chart.shows($0.point) }
    return marked.enumerated().map { index, annotation in
      let point = layout.clamped(annotation.point)
      return "set label \(1001 + index) '' at first \(point.x), first \(point.y) front point"
        + " pointtype 6 pointsize 2.2*marks linewidth 2.5 linecolor rgb '\(annotation.textColour)'"
    }
  }

  /// Behind the curves, from side to side, and each with a thin stroke to its name.
  private static func levels(
    _ chart: LineChart, _ layout: ChartLayout, _ canvas: GnuplotCanvas
  ) -> [String] {
    chart.levels.filter { chart.yScale.shows($0.y) }.map {
      "set arrow from graph 0, first \($0.y) to graph 1, first \($0.y) nohead back"
        + " linewidth 2 dashtype (6,5) linecolor rgb '\(Palette.quiet)'"
    }
      + layout.leaders.map {
        "set arrow from \(canvas.place($0.from)) to \(canvas.place($0.to)) nohead"
          + " linewidth 1.5 linecolor rgb '\(Palette.quiet)'"
      }
  }

  /// Two strokes each: gnuplot's own crosses are hairlines in an SVG, whatever line width they are
  /// given.
  private static func crosses(
    _ chart: LineChart, _ layout: ChartLayout, _ canvas: GnuplotCanvas
  ) -> [String] {
    let marked = chart.annotations.filter { $0.mark == .cross && chart.shows($0.point) }
    return marked.flatMap { annotation in
      let (x, y) = layout.position(layout.clamped(annotation.point))
      return [-7.0, 7].map { rise in
        "set arrow from \(canvas.place((x - 7, y - rise))) to \(canvas.place((x + 7, y + rise)))"
          + " nohead front linewidth 3.5 linecolor rgb '\(annotation.textColour)'"
      }
    }
  }

  private static func frame(_ layout: ChartLayout, _ canvas: GnuplotCanvas) -> [String] {
    let (x, y) = (layout.xAxis, layout.yAxis)
    return canvas.margins(layout.plot) + [
      "set border 1 linewidth 1.5 linecolor rgb '\(Palette.quiet)'",
      "set grid ytics linetype 1 linewidth 1.5 linecolor rgb '\(Palette.grid)'",
    ] + (x.scale == .logarithmic ? ["set logscale x"] : [])
      + (y.scale == .logarithmic ? ["set logscale y"] : []) + [
        "set xrange [\(x.range.lowerBound):\(x.range.upperBound)]",
        "set yrange [\(y.range.lowerBound):\(y.range.upperBound)]",
        "set xtics nomirror out scale 0.5,0.25 offset 0,0.3 (\(ticks(x)))"
          + " textcolor rgb '\(Palette.quiet)'",
        "set ytics nomirror scale 0 (\(ticks(y))) textcolor rgb '\(Palette.quiet)'",
      ]
  }

  /// Smaller ticks on the x axis alone: beside the y axis there is no line to carry them.
  private static func ticks(_ axis: Axis) -> String {
    (axis.ticks.map { "\(gnuplotQuoted(axis.label($0))) \($0)" }
      + axis.minorTicks.map { "'' \($0) 1" }).joined(separator: ", ")
  }
}

/// A gnuplot string of exactly this text; in one line, since a line's end would end the string.
///
/// A quote is written twice, except at the beginning: there gnuplot 5.4 takes the pair for an empty
/// string, and what follows for code. So leading quotes are a constant of their own.
package func gnuplotQuoted(_ text: String) -> String {
  let text = xmlText(text)
  let leading = text.prefix { $0 == "'" }
  let rest = "'" + text.dropFirst(leading.count).replacing("'", with: "''") + "'"
  if leading.isEmpty { return rest }
  return "\"" + String(repeating: "\\047", count: leading.count) + "\"." + rest
}
