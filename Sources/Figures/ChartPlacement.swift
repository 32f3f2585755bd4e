/// Free places on a chart: for the words beside a marked point, and for the legend.
extension ChartLayout {
  /// Each annotation's words on the nearest free place: on no line, no mark and no other text.
  func annotations(of chart: LineChart) -> [Label] {
    let lines = chart.series.flatMap { covered(by: $0, chart) }
    let grid = yAxis.ticks.map { plot.bottom + yAxis.position($0) * (plot.top - plot.bottom) }
    let shown = chart.annotations.filter { chart.shows($0.point) }
    var taken = shown.filter { $0.mark != .none }.map { annotation in
      let (x, y) = position(clamped(annotation.point))
      return Frame(left: x - 11, right: x + 11, bottom: y - 11, top: y + 11)
    }
    return shown.filter { !$0.text.isEmpty }.compactMap { annotation in
      let places = places(for: annotation).filter { plot.contains($0.frame) }
      let apart = places.filter { place in !taken.contains { $0.overlaps(place.frame) } }
      let free = apart.filter { place in
        !lines.contains { line in
          line.overlaps(place.frame) || annotation.mark != .none && line.overlaps(place.gap)
        }
      }
      // Off the grid too, if that is not far.
      let offGrid = free.prefix(8).first { place in
        !grid.contains { place.frame.bottom + 3 < $0 && $0 < place.frame.top - 3 }
      }
      guard let place = offGrid ?? free.first ?? apart.first ?? places.first else { return nil }
      taken.append(place.frame)
      return place.label
    }
  }

  /// A text's place, and what lies between it and the mark: a line there would part them.
  private struct Place {
    let label: Label
    let frame: Frame
    let gap: Frame
  }

  /// The nearest first.
  private func places(for annotation: LineChart.Annotation) -> [Place] {
    let text = TextMetrics.fitted(annotation.text, into: plot.right - plot.left - 12)
    let (x, y) = position(clamped(annotation.point))
    let width = TextMetrics.width(text)
    let half = Self.lineHeight / 2
    let mark = annotation.mark == .none ? 6.0 : 14.0
    // Beside the mark, or above and below it and shifted.
    let beside = [-1.0, 1].map { (x: x + $0 * (width / 2 + 1.5 * mark), y: y) }
    let around = Self.offsets.map { (x: x + $0.x * width, y: y + $0.y * Self.lineHeight) }
    return (around.prefix(2) + beside + around.dropFirst(2)).map { middle in
      let left = min(max(middle.x - width / 2, plot.left + 6), plot.right - width)
      let frame = Frame(
        left: left, right: left + width, bottom: middle.y - half, top: middle.y + half)
      let nearest = min(max(x, frame.left), frame.right)
      let isBelow = middle.y < y
      return Place(
        label: Label(
          text: text, x: left, y: middle.y, alignment: .left, colour: annotation.textColour),
        frame: frame,
        gap: Frame(
          left: min(x, nearest), right: max(x, nearest) + 1,
          bottom: isBelow ? frame.top : y + mark, top: isBelow ? y - mark : frame.bottom))
    }
  }

  /// From the point to the text's middle: in widths of the text, and in lines.
  private static let offsets: [(x: Double, y: Double)] = [1.2, 1.5, 1.8, 2.2, 3, 4, 5, 6].flatMap {
    line in [0.0, -0.4, 0.4, -0.6, 0.6].flatMap { [($0, -line), ($0, line)] }
  }

  /// The corners of steps.
  private func steps(_ points: [LineChart.Point]) -> [LineChart.Point] {
    zip(points, points.dropFirst()).flatMap { [$0, LineChart.Point(x: $1.x, y: $0.y)] }
  }

  /// The corner with the least of the lines, for a legend: as gnuplot names it.
  func emptiestCorner(_ chart: LineChart, rows: Int) -> String {
    let lines = chart.series.flatMap { covered(by: $0, chart) }
    let (width, height) = ((plot.right - plot.left) / 2, Double(rows) * Self.lineHeight + 20)
    let corners = ["right bottom", "right top", "left top", "left bottom"].map { name in
      let left = name.hasPrefix("left") ? plot.left : plot.right - width
      let bottom = name.hasSuffix("bottom") ? plot.bottom : plot.top - height
      let corner = Frame(left: left, right: left + width, bottom: bottom, top: bottom + height)
      return (name: name, count: lines.count { $0.overlaps(corner) })
    }
    return corners.min { $0.count < $1.count }?.name ?? "right bottom"
  }

  /// Small squares along a series' visible part, close enough to leave no text between two.
  private func covered(by series: LineChart.Series, _ chart: LineChart) -> [Frame] {
    let points = series.points.filter(chart.shows).sorted { $0.x < $1.x }
    let ends = (series.style == .steps ? steps(points) : points).map(position)
    guard series.style.hasLine else {
      return ends.map { Frame(left: $0.x - 6, right: $0.x + 6, bottom: $0.y - 6, top: $0.y + 6) }
    }
    return zip(ends, ends.dropFirst()).flatMap { from, to -> [Frame] in
      // A line that leaves the frame may end far away.
      let rise = to.y - from.y
      let crossings = [plot.bottom, plot.top].map { rise == 0 ? 0 : ($0 - from.y) / rise }.sorted()
      let begin = rise == 0 ? 0 : max(crossings[0], 0)
      let end = rise == 0 ? 1 : min(crossings[1], 1)
      guard begin < end else { return [] }
      let length = (end - begin) * (abs(to.x - from.x) + abs(rise))
      let steps = max(length / 8, 1).rounded(.up)
      return stride(from: 0, through: steps, by: 1).map { step in
        let share = begin + (end - begin) * step / steps
        let (x, y) = (from.x + (to.x - from.x) * share, from.y + rise * share)
        return Frame(left: x - 5, right: x + 5, bottom: y - 5, top: y + 5)
      }
    }
  }
}
