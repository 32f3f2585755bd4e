import Configuration

/// The training curve of a model: mean log-likelihood by epoch, and the best epoch.
package struct TrainingCurve: Sendable {
  package struct Epoch: Sendable {
    /// From 1.
    package var number: Int
    /// Mean over the epoch's images as they were met, while the parameters changed; nats an image.
    package var training: Double
    /// Mean over the validation images after the epoch, nats an image; nil if none were held out.
    package var validation: Double?

    package init(number: Int, training: Double, validation: Double?) {
      self.number = number
      self.training = training
      self.validation = validation
    }
  }

  package var title: String
  /// What the number is, as it is to be printed: "log-likelihood", "lower bound of the ...".
  package var quantity: String
  package var epochs: [Epoch]
  /// The epoch whose parameters were kept.
  package var best: Int?

  package init(title: String, quantity: String, epochs: [Epoch], best: Int?) {
    self.title = title
    self.quantity = quantity
    self.epochs = epochs
    self.best = best
  }

  package var chart: LineChart {
    let training = epochs.map { LineChart.Point(x: Double($0.number), y: $0.training) }
    let validation = epochs.compactMap { epoch in
      epoch.validation.map { LineChart.Point(x: Double(epoch.number), y: $0) }
    }
    var series = [LineChart.Series(name: "training", points: training, style: .dashed)]
    if !validation.isEmpty {
      series.insert(LineChart.Series(name: "validation", points: validation), at: 0)
    }
    let kept = (validation.isEmpty ? training : validation).first { $0.x == best.map(Double.init) }
    return LineChart(
      title: title, xLabel: "epoch", yLabel: "mean \(quantity), nats per image", series: series,
      annotations: kept.map {
        [
          LineChart.Annotation(
            point: $0, text: "best: epoch \(Int(bounded: $0.x)), \(oneDecimal($0.y))")
        ]
      } ?? [], lowestY: lowestShown)
  }

  /// Leaves the steep first tenth of the epochs out of the axis, where it would take half of it or
  /// more: the later progress would look flat.
  private var lowestShown: Double? {
    func values(_ epochs: some Sequence<Epoch>) -> [Double] {
      epochs.flatMap { [$0.training, $0.validation ?? $0.training] }.filter(\.isFinite)
    }
    let all = values(epochs)
    let later = values(epochs.dropFirst(epochs.count / 10))
    guard let lowest = all.min(), let highest = all.max(), let start = later.min() else {
      return nil
    }
    return highest - start < (highest - lowest) / 2 ? start : nil
  }
}
