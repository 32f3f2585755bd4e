/// The script that draws a density map from the table beside it.
struct DensityMapScript {
  let text: String

  init(_ map: DensityMap, _ layout: DensityMapLayout, named name: String) {
    let canvas = GnuplotCanvas(width: DensityMapLayout.width, height: layout.height, name: name)
    let levels = map.contours.map(\.level)
    var lines = canvas.opening + [""]
    if !levels.isEmpty { lines += Self.contours(levels, canvas) }
    // gnuplot refuses a surface without a point.
    let isEmpty = !map.values.joined().contains(where: \.isFinite)
    if !isEmpty { lines += Self.cells(canvas) }
    lines += canvas.margins(layout.plot) + Self.frame(layout) + Self.scale(layout, canvas)
    lines += layout.labels.map(canvas.label) + ["unset key"]
    let heat = isEmpty ? "plot NaN notitle" : "plot $cells using 1:2:3 with image notitle"
    // White where the map is dark, and dark where it is bright: a line of each.
    let around = ["'#000000' linewidth 4", "'#ffffff' linewidth 2"].map {
      ", \\\n  $contours using 1:2 with lines linecolor rgb \($0) notitle"
    }
    lines += canvas.drawing(([heat] + (levels.isEmpty ? [] : around)).joined(), marks: [])
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func cells(_ canvas: GnuplotCanvas) -> [String] {
    [
      "set table $cells",
      "splot \(canvas.table) nonuniform matrix using 1:2:3",
      "unset table",
      // Of the blocks, which are not as the table is.
      "set datafile separator whitespace",
      "",
    ]
  }

  private static func contours(_ levels: [Double], _ canvas: GnuplotCanvas) -> [String] {
    [
      "set contour base",
      "unset surface",
      "set cntrparam levels discrete " + levels.map { "\($0)" }.joined(separator: ", "),
      "set table $contours",
      "splot \(canvas.table) nonuniform matrix using 1:2:3",
      "unset table",
      "unset contour",
      "set surface",
    ]
  }

  private static func frame(_ layout: DensityMapLayout) -> [String] {
    let (x, y) = (layout.xAxis, layout.yAxis)
    let quiet = "textcolor rgb '\(Palette.quiet)'"
    return [
      "set border 15 front linewidth 1.5 linecolor rgb '\(Palette.quiet)'",
      "set xrange [\(x.range.lowerBound):\(x.range.upperBound)]",
      "set yrange [\(y.range.lowerBound):\(y.range.upperBound)]",
      "set xtics nomirror out scale 0.5 offset 0,0.3 (\(ticks(x))) \(quiet)",
      "set ytics nomirror out scale 0.5 (\(ticks(y))) \(quiet)",
    ]
  }

  /// The scale of colours: viridis by van der Walt and Smith, whose equal steps look equal, to
  /// readers of any colour vision and in grey.
  private static func scale(_ layout: DensityMapLayout, _ canvas: GnuplotCanvas) -> [String] {
    let axis = layout.densityAxis
    let scale = layout.scale
    let size = canvas.place((scale.right - scale.left, scale.top - scale.bottom))
    return [
      "set palette defined ("
        + viridis.enumerated().map { "\($0.offset) '\($0.element)'" }.joined(separator: ", ") + ")",
      "set cbrange [\(axis.range.lowerBound):\(axis.range.upperBound)]",
      "set cbtics scale 0.4 offset -0.5,0 (\(ticks(axis))) textcolor rgb '\(Palette.quiet)'",
      "set colorbox user origin \(canvas.place((scale.left, scale.bottom))) size \(size)",
    ]
  }

  private static let viridis = [
    "#440154", "#472D7B", "#3B528B", "#2C728E", "#21918C", "#28AE80", "#5EC962", "#ADDC30",
    "#FDE725",
  ]

  private static func ticks(_ axis: Axis) -> String {
    axis.ticks.map { "\(gnuplotQuoted(axis.label($0))) \($0)" }.joined(separator: ", ")
  }
}
