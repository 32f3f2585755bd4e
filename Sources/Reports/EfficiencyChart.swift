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

  private func chart(
    yLabel: String, towards worse: MedianLines.Side, value: (Run) -> Double?
  ) -> LineChart {
    var lines = MedianLines(
      title: title, xLabel: "training images", yLabel: yLabel,
      models: models.map { model in
        let points = model.runs.compactMap { run in
          value(run).map { LineChart.Point(x: Double(run.images), y: $0) }
        }
        let places = Dictionary(grouping: points, by: \.x).sorted { $0.key < $1.key }
        return MedianLines.Model(
          name: model.name, places: places.map(\.value), kind: model.kind)
      }, worse: worse)
    lines.hasBands = true
    return lines.chart
  }
}
