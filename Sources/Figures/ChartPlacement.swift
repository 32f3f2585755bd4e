import Files

/// Free places on a chart: for the words beside a marked point, and for the legend.
extension ChartLayout {
  /// Each annotation on the nearest free place: on no line and no other text.
  func annotations(of chart: LineChart) -> [Label] {
    let lines = chart.series.flatMap { covered(by: $0) }
    let grid = yAxis.ticks.map { position(LineChart.Point(x: 0, y: $0)).y }
    var taken: [(label: Label, frame: Frame)] = []
    for annotation in chart.annotations where annotation.point.isFinite {
      let places = places(for: annotation)
      let free = places.filter { place in
        plot.contains(place.frame) && !taken.contains { $0.frame.overlaps(place.frame) }
          && !lines.contains { $0.overlaps(place.frame) || $0.overlaps(place.gap) }
      }
      // Off the grid too, if that is not far.
      let offGrid = free.prefix(8).first { place in
        !grid.contains { place.frame.bottom + 3 < $0 && $0 < place.frame.top - 3 }
      }
      if let place = offGrid ?? free.first ?? places.first {
        taken.append((place.label, place.frame))
      }
    }
    return taken.map(\.label)
  }

  /// A text's place, and what lies between it and the ring: a line there would part them.
  private struct Place {
    let label: Label
    let frame: Frame
    let gap: Frame
  }

  /// The nearest first.
  private func places(for annotation: LineChart.Annotation) -> [Place] {
    let text = Self.fitted(annotation.text, into: plot.right - plot.left)
    let (x, y) = position(annotation.point)
    let width = Self.textWidth(text)
    let half = Self.lineHeight / 2
    let ring = 14.0
    return Self.offsets.map { offset in
      let left = min(max(x + offset.x * width - width / 2, plot.left + 6), plot.right - width)
      let middle = y + offset.y * Self.lineHeight
      let frame = Frame(
        left: left, right: left + width, bottom: middle - half, top: middle + half)
      let nearest = min(max(x, frame.left), frame.right)
      let isBelow = offset.y < 0
      return Place(
        label: Label(text: text, x: left, y: middle, alignment: .left, colour: Palette.text),
        frame: frame,
        gap: Frame(
          left: min(x, nearest), right: max(x, nearest) + 1,
          bottom: isBelow ? frame.top : y + ring, top: isBelow ? y - ring : frame.bottom))
    }
  }

  /// From the point to the text's middle: in widths of the text, and in lines.
  private static let offsets: [(x: Double, y: Double)] = [1.2, 1.5, 1.8, 2.2, 3, 4, 5, 6].flatMap {
    line in [0.0, -0.4, 0.4].flatMap { [($0, -line), ($0, line)] }
  }

  /// The corner with the least of the lines, for a legend: as gnuplot names it.
  func emptiestCorner(_ chart: LineChart, rows: Int) -> String {
    let lines = chart.series.flatMap { covered(by: $0) }
    let (width, height) = ((plot.right - plot.left) / 2, Double(rows) * Self.lineHeight + 20)
    let corners = ["right bottom", "right top", "left top", "left bottom"].map { name in
      let left = name.hasPrefix("left") ? plot.left : plot.right - width
      let bottom = name.hasSuffix("bottom") ? plot.bottom : plot.top - height
      let corner = Frame(left: left, right: left + width, bottom: bottom, top: bottom + height)
      return (name: name, count: lines.count { $0.overlaps(corner) })
    }
    return corners.min { $0.count < $1.count }?.name ?? "right bottom"
  }

  /// Small squares along a line's visible part, close enough to leave no text between two.
  private func covered(by series: LineChart.Series) -> [Frame] {
    let ends = series.points.filter(\.isFinite).sorted { $0.x < $1.x }.map(position)
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
