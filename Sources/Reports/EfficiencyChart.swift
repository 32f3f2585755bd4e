/// Data efficiency of models: log-likelihood against the number of training images, and the gap
/// between training and test images.
package struct EfficiencyChart: Sendable {
  /// One trained model.
  package struct Run: Sendable {
    /// Number of training images, above zero.
    package var images: Int
    /// Mean over the training images, nats an image; nil where it was not measured.
    package var training: Double?
    /// Mean over the test images, nats an image.
    package var test: Double

    package init(images: Int, training: Double?, test: Double) {
      self.images = images
      self.training = training
      self.test = test
    }
  }

  package struct Model: Sendable {
    package var name: String
    /// Of every seed and every number of images, in any order.
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
  package var models: [Model]

  package init(title: String, models: [Model]) {
    self.title = title
    self.models = models
  }

  /// Test log-likelihood: medians, bands from quartile to quartile, each run a faint point.
  package var test: LineChart {
    chart(yLabel: "mean test log-likelihood, nats per image", towards: .bottom) { $0.test }
  }

  /// Training minus test log-likelihood, likewise: zero without overfitting.
  package var gap: LineChart {
    chart(yLabel: "training minus test log-likelihood, nats per image", towards: .top) { run in
      run.training.map { $0 - run.test }
    }
  }

  /// On which side of the frame bad values lie.
  private enum Side { case bottom, top }

  private func chart(
    yLabel: String, towards side: Side, value: (Run) -> Double?
  ) -> LineChart {
    let names = kindNames(models.map { ($0.name, $0.kind) })
    let points = models.map { model in
      model.runs.compactMap { run in
        value(run).map { LineChart.Point(x: Double(run.images), y: $0) }
      }
    }
    let lines = points.map { points in
      let columns = Dictionary(grouping: points, by: \.x).sorted { $0.key < $1.key }
      return QuartileLine(columns.map { ($0.key, $0.value.map(\.y)) })
    }
    let series = models.indices.map {
      LineChart.Series(name: names[$0], points: lines[$0].median, colour: $0)
    }
    let single = models.indices.map {
      LineChart.Series(
        name: "\(models[$0].name), runs", points: points[$0], style: .faintPoints, colour: $0)
    }
    // Upside down where the bad values lie above.
    let sign = side == .bottom ? 1.0 : -1.0
    let values = points.flatMap { $0.map { sign * $0.y } }
    let range = ShownRange(
      of: lines.map { $0.median.map { LineChart.Point(x: $0.x, y: sign * $0.y) } },
      others: values, skipsBeginnings: false)
    var chart = LineChart(
      title: title, xLabel: "training images", yLabel: kindLabel(yLabel, models.map(\.kind)),
      series: series + single)
    chart.xScale = .logarithmic
    chart.bands = models.indices.filter { !lines[$0].slices.isEmpty }.map {
      LineChart.Band(name: models[$0].name, slices: lines[$0].slices, colour: $0)
    }
    let limit = range.lowest.map { sign * $0 }
    if side == .bottom { chart.lowestY = limit } else { chart.highestY = limit }
    chart.bandsAre = "quartiles"
    chart.note = note(values, range, side)
    return chart
  }

  private func note(_ values: [Double], _ range: ShownRange, _ side: Side) -> String {
    let outside = values.count { range.isLeft(by: [$0]) }
    if outside == 0 { return "" }
    return "\(outside) of \(values.count) runs \(outside == 1 ? "lies" : "lie")"
      + (side == .bottom ? " below the frame" : " above the frame")
  }
}
