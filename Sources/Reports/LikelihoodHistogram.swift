/// Log-likelihoods of several sets of images under one model, their histograms drawn over each other:
/// what a model has learned, what it knows of its kind, what is new to it.
package struct LikelihoodHistogram: Sendable {
  package struct Images: Sendable {
    package var name: String
    /// Log-likelihood of each image in nats; may be -inf.
    package var values: [Double]
    /// How often each image is among them: once a seed of the model.
    package var seeds: Int

    package init(name: String, values: [Double], seeds: Int = 1) {
      self.name = name
      self.values = values
      self.seeds = seeds
    }

    /// `n = 800`, `n = 800 × 3 seeds`.
    var size: String {
      let images = "n = \(grouped(Double(values.count / max(seeds, 1))))"
      return seeds > 1 ? "\(images) \u{D7} \(seeds) seeds" : images
    }

    /// In nats an image; of no images NaN.
    var mean: Double { values.reduce(0, +) / Double(values.count) }
  }

  package var title: String
  package var sets: [Images]
  /// What the numbers are: "exact", "lower bound", "estimate".
  package var kind: String

  package init(title: String, sets: [Images], kind: String) {
    self.title = title
    self.sets = sets
    self.kind = kind
  }

  /// A line of steps a set, filled down to zero. The table has a row a bin, by its lower edge, and
  /// a last one of zeros where the last bin ends.
  package var chart: LineChart {
    let histogram = SharedHistogram(sets.map(\.values))
    let series = zip(sets, histogram.counts).map { set, counts in
      LineChart.Series(
        name: "\(set.name), \(set.size), "
          + "mean \(oneDecimal(set.mean))",
        points: zip(histogram.edges, counts.shares + [0]).map { LineChart.Point(x: $0, y: $1) },
        style: .steps)
    }
    var chart = LineChart(
      title: title, xLabel: "log-likelihood, nats per image (\(kind))",
      yLabel: "share of a set's images in each bin of \(grouped(histogram.step)) nats",
      series: series)
    chart.note = note(histogram)
    chart.namesStandBelow = true
    chart.floorY = 0
    return chart
  }

  /// What lies outside the frame.
  private func note(_ histogram: SharedHistogram) -> String {
    let outside = zip(sets, histogram.counts).compactMap { set, counts -> String? in
      let sides = [(counts.below, "below"), (counts.above, "above")].filter { $0.0 > 0 }
      guard !sides.isEmpty else { return nil }
      return "\(set.name): " + sides.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
    return outside.isEmpty ? "" : "images outside the frame: \(outside.joined(separator: "; "))"
  }
}
