/// Free places on a chart: for the words beside a marked point, and for names at the ends of lines.
extension ChartLayout {
  /// A name at the end of its line, inside the frame.
  struct LineEnd {
    /// Of the series.
    let index: Int
    let label: Label
    let frame: Frame
  }

  /// The names of lines that end well before the frame's side, where there is a free place beside
  /// the end: a name in the column at the side would need a line to it, which reads as data.
  func namesAtEnds(_ names: LineNames, _ chart: LineChart) -> [LineEnd] {
    let obstacles = Obstacles(self, chart)
    var taken: [Frame] = []
    return names.names.compactMap { name in
      let tip = position(clamped(name.end))
      guard clamped(name.end) == name.end,
        plot.right - tip.x > 0.1 * (plot.right - plot.left)
      else { return nil }
      let annotation = LineChart.Annotation(
        point: name.end, text: chart.series[name.index].name, mark: .none,
        colour: chart.series[name.index].colour ?? name.index)
      let near = places(for: annotation).prefix(10).filter { plot.contains($0.frame) }
      let place = near.first { place in
        !taken.contains { $0.overlaps(place.frame) } && obstacles.leave(place, annotation)
      }
      guard let place else { return nil }
      taken.append(place.frame)
      return LineEnd(index: name.index, label: place.label, frame: place.frame)
    }
  }

  /// Each annotation's words on the nearest free place: on no line, no mark and no other text.
  func annotations(of chart: LineChart, beside names: [Frame] = []) -> [Label] {
    let obstacles = Obstacles(self, chart)
    let grid = yAxis.ticks.map { plot.bottom + yAxis.position($0) * (plot.top - plot.bottom) }
    let shown = chart.annotations.filter { chart.shows($0.point) }
    var taken = names + obstacles.marks
    return shown.filter { !$0.text.isEmpty }.compactMap { annotation in
      let places = places(for: annotation).filter { plot.contains($0.frame) }
      let apart = places.filter { place in !taken.contains { $0.overlaps(place.frame) } }
      let free = apart.filter { obstacles.leave($0, annotation) }
      // Off the grid too, if that is not far.
      let offGrid = free.prefix(8).first { place in
        !grid.contains { place.frame.bottom + 3 < $0 && $0 < place.frame.top - 3 }
      }
      guard let place = offGrid ?? free.first ?? apart.first ?? places.first else { return nil }
      taken.append(place.frame)
      return place.label
    }
  }

  /// What words may not lie on.
  private struct Obstacles {
    let lines: [Frame]
    let marks: [Frame]

    init(_ layout: ChartLayout, _ chart: LineChart) {
      lines =
        chart.series.flatMap { layout.covered(by: $0, chart) }
        + chart.levels.filter { chart.yScale.shows($0.y) }.map { level in
          let y = layout.position(LineChart.Point(x: layout.xAxis.range.lowerBound, y: level.y)).y
          return Frame(left: layout.plot.left, right: layout.plot.right, bottom: y - 5, top: y + 5)
        }
      marks = chart.annotations.filter { chart.shows($0.point) && $0.mark != .none }.map {
        let (x, y) = layout.position(layout.clamped($0.point))
        return Frame(left: x - 11, right: x + 11, bottom: y - 11, top: y + 11)
      }
    }

    /// Whether a place is on no line, and no line lies between it and its mark.
    func leave(_ place: Place, _ annotation: LineChart.Annotation) -> Bool {
      !lines.contains { line in
        line.overlaps(place.frame) || annotation.mark != .none && line.overlaps(place.gap)
      }
    }
  }

  /// A text's place, and what lies between it and the mark: a line there would part them.
  struct Place {
    let label: Label
    let frame: Frame
    let gap: Frame
  }

  /// The nearest first.
  func places(for annotation: LineChart.Annotation) -> [Place] {
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
  private static let offsets: [(x: Double, y: Double)] = [
    1.2, 1.5, 1.8, 2.2, 2.6, 3, 3.5, 4, 5, 6,
  ].flatMap { line in
    [0.0, -0.4, 0.4, -0.6, 0.6, -0.9, 0.9, -1.2, 1.2].flatMap { [($0, -line), ($0, line)] }
  }

  /// The corners of steps.
  private func steps(_ points: [LineChart.Point]) -> [LineChart.Point] {
    zip(points, points.dropFirst()).flatMap { [$0, LineChart.Point(x: $1.x, y: $0.y)] }
  }

  /// Small squares along a series' visible part, close enough to leave no text between two.
  fileprivate func covered(by series: LineChart.Series, _ chart: LineChart) -> [Frame] {
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
