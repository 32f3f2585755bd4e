/// Training curves of models over several seeds: medians, quartiles, and the single runs behind.
///
/// The median over an x is over the runs that have a value there. A run that ended early is in it
/// up to its end, and a cross stands there: what the median is after that, it is without that run.
package struct SeedCurves: Sendable {
  package struct Run: Sendable {
    /// "seed 1".
    package var name: String
    /// In any order; by x each y, which may be -inf or NaN.
    package var points: [LineChart.Point]
    /// "diverged in epoch 2"; nil if the run finished.
    package var ending: String?

    package init(name: String, points: [LineChart.Point], ending: String? = nil) {
      self.name = name
      self.points = points.sorted { $0.x < $1.x }
      self.ending = ending
    }
  }

  package struct Model: Sendable {
    package var name: String
    package var runs: [Run]
    /// What its numbers are: "exact", "lower bound", "estimate".
    package var kind: String

    package init(name: String, runs: [Run], kind: String) {
      self.name = name
      self.runs = runs
      self.kind = kind
    }
  }

  package var title: String
  package var xLabel: String
  /// Without the kind of number, which is added.
  package var yLabel: String
  package var models: [Model]
  package var xScale: LineChart.Scale

  package init(
    title: String, xLabel: String, yLabel: String, models: [Model],
    xScale: LineChart.Scale = .linear
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.models = models
    self.xScale = xScale
  }

  /// With more models than this, their single runs would hide the medians.
  private static let mostWithRuns = 4

  /// One chart a model: each run faint, the median, the band from quartile to quartile. The models'
  /// colours are those of `together`; the axes are each chart's own.
  package var panels: [LineChart] {
    models.enumerated().map { index, model in
      var chart = chart(of: [(index, model)], showsRuns: true)
      chart.title = title.isEmpty ? model.name : "\(model.name): \(title)"
      chart.yLabel = kindLabel(yLabel, [model.kind])
      chart.annotations = crosses(model, colour: nil) { "\($0.name) \($0.ending ?? "")" }
      return chart
    }
  }

  /// All models: medians and bands, and up to four models' single runs.
  package var together: LineChart {
    var chart = chart(
      of: Array(models.enumerated().map { ($0.offset, $0.element) }),
      showsRuns: models.count <= Self.mostWithRuns)
    chart.title = title
    chart.yLabel = kindLabel(yLabel, models.map(\.kind))
    chart.annotations = models.enumerated().flatMap { index, model in
      crosses(model, colour: index) { _ in "" }
    }
    return chart
  }

  private func chart(of chosen: [(index: Int, model: Model)], showsRuns: Bool) -> LineChart {
    let names = chosen.count == 1 ? nil : kindNames(chosen.map { ($0.model.name, $0.model.kind) })
    var lines: [LineChart.Series] = []
    var behind: [LineChart.Series] = []
    var bands: [LineChart.Band] = []
    for (place, (index, model)) in chosen.enumerated() {
      let line = QuartileLine(curves: model.runs.map(\.points))
      let isSingle = model.runs.count == 1
      let own = isSingle ? model.runs[0].name : "median of \(model.runs.count)"
      lines.append(
        LineChart.Series(name: names?[place] ?? own, points: line.median, colour: index))
      // Of more models than colours, bands would only cover each other: each panel has its own.
      if !line.slices.isEmpty, chosen.count <= Palette.lines.count {
        bands.append(LineChart.Band(name: model.name, slices: line.slices, colour: index))
      }
      guard showsRuns && !isSingle else { continue }
      behind += model.runs.map {
        LineChart.Series(
          name: "\(model.name), \($0.name)", points: $0.points, style: .faint, colour: index)
      }
    }
    let range = shownRange(lines, showsRuns ? chosen.flatMap(\.model.runs) : [])
    var chart = LineChart(
      title: "", xLabel: xLabel, yLabel: "", series: lines + behind, lowestY: range.lowest)
    chart.xScale = xScale
    chart.bands = bands
    chart.bandsAre = "quartiles"
    chart.note = note(chosen.flatMap(\.model.runs), range)
    return chart
  }

  /// The range of the y axis. A run that ended early is at the beginning of its curve, and is left out.
  private func shownRange(_ medians: [LineChart.Series], _ runs: [Run]) -> ShownRange {
    ShownRange(
      of: medians.map(\.points) + runs.filter { $0.ending == nil }.map(\.points),
      others: runs.flatMap { $0.points.map(\.y) }, skipsBeginnings: true)
  }

  /// Where runs ended early: at the last number that they reached.
  private func crosses(
    _ model: Model, colour: Int?, text: (Run) -> String
  ) -> [LineChart.Annotation] {
    model.runs.filter { $0.ending != nil }.compactMap { run in
      run.points.last { $0.x.isFinite && $0.y.isFinite }.map {
        LineChart.Annotation(point: $0, text: text(run), mark: .cross, colour: colour)
      }
    }
  }

  private func note(_ runs: [Run], _ range: ShownRange) -> String {
    let ended = runs.count { $0.ending != nil }
    let below = runs.count { range.isLeft(by: $0.points.map(\.y)) }
    let all = "\(runs.count) \(runs.count == 1 ? "run" : "runs")"
    var parts: [String] = []
    if ended > 0 { parts.append("\u{D7}: \(ended) of \(all) ended early") }
    if below > 0 {
      parts.append("\(below) of \(all) \(below == 1 ? "goes" : "go") below the frame")
    }
    return parts.joined(separator: "; ")
  }
}

/// The y label with the kind of all numbers, where there is one.
func kindLabel(_ label: String, _ kinds: [String]) -> String {
  guard let kind = Set(kinds).count == 1 ? kinds.first : nil, !kind.isEmpty else { return label }
  return "\(label) (\(kind))"
}

/// The models' names; with each's kind of number where kinds differ.
func kindNames(_ models: [(name: String, kind: String)]) -> [String] {
  guard Set(models.map(\.kind)).count > 1 else { return models.map(\.name) }
  return models.map { $0.kind.isEmpty ? $0.name : "\($0.name), \($0.kind)" }
}
