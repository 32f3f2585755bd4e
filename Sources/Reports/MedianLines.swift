/// Results of several models along an axis: a line through the median of each model's places, the
/// single runs as faint points behind.
///
/// The runs of a place differ in their seed alone. A model with one place is a mark.
package struct MedianLines: Sendable {
  package struct Model: Sendable {
    package var name: String
    /// The runs of each place, in any order. A place lies at the median of its runs along each axis; one
    /// without runs is left out.
    package var places: [[LineChart.Point]]
    /// What its numbers are: "exact", "lower bound", "estimate".
    package var kind: String

    package init(name: String, places: [[LineChart.Point]], kind: String) {
      self.name = name
      self.places = places
      self.kind = kind
    }
  }

  /// On which side of the frame bad values lie.
  package enum Side: Sendable { case bottom, top }

  package var title: String
  package var xLabel: String
  /// Without the kind of number, which is added.
  package var yLabel: String
  package var models: [Model]
  package var worse: Side
  /// Whether there are bands from quartile to quartile: bands of many models would cover each other.
  package var hasBands = false
  /// Published values.
  package var levels: [LineChart.Level] = []
  /// Further remarks for the reader; may be empty.
  package var note = ""

  package init(title: String, xLabel: String, yLabel: String, models: [Model], worse: Side) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.models = models
    self.worse = worse
  }

  package var chart: LineChart {
    let names = kindNames(models.map { ($0.name, $0.kind) })
    let lines = models.map { QuartileLine(places: $0.places) }
    let medians = models.indices.map {
      LineChart.Series(
        name: names[$0], points: lines[$0].median,
        style: lines[$0].median.count == 1 ? .points : .solid, colour: $0)
    }
    let single = models.indices.filter { models[$0].places.contains { $0.count > 1 } }.map {
      LineChart.Series(
        name: "\(models[$0].name), runs", points: Array(models[$0].places.joined()),
        style: .faintPoints, colour: $0)
    }
    var chart = LineChart(
      title: title, xLabel: xLabel, yLabel: kindLabel(yLabel, models.map(\.kind)),
      series: medians + single)
    chart.xScale = .logarithmic
    if hasBands {
      chart.bands = models.indices.filter { !lines[$0].slices.isEmpty }.map {
        LineChart.Band(name: models[$0].name, slices: lines[$0].slices, colour: $0)
      }
      chart.bandsAre = "quartiles"
    }
    chart.levels = levels
    limit(&chart, to: lines.map(\.median))
    return chart
  }

  /// Limits the y axis where bad values would compress the others, and notes how many runs are outside.
  private func limit(_ chart: inout LineChart, to medians: [[LineChart.Point]]) {
    // Upside down where the bad values lie above.
    let sign = worse == .bottom ? 1.0 : -1.0
    let values = models.flatMap { $0.places.joined().map { sign * $0.y } }
    let range = ShownRange(
      of: medians.map { $0.map { LineChart.Point(x: $0.x, y: sign * $0.y) } }, others: values,
      skipsBeginnings: false)
    // Levels are shown, however bad.
    let limit = range.lowest.map { sign * levels.map { sign * $0.y }.reduce($0, min) }
    if worse == .bottom { chart.lowestY = limit } else { chart.highestY = limit }
    let least = limit.map { sign * $0 } ?? -.greatestFiniteMagnitude
    let outside = values.count { $0 < least }
    chart.noteTellsCuts = outside > 0
    let words =
      outside == 0
      ? ""
      : "\(outside) of \(values.count) runs \(outside == 1 ? "lies" : "lie")"
        + (worse == .bottom ? " below the frame" : " above the frame")
    chart.note = [note, words].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
