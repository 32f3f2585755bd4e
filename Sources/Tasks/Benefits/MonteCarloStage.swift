import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Reports
import Storage
import Workflow

/// A marginal by importance sampling, as models without sums must do it, against the exact one: error
/// by time.
///
/// Hidden pixels are drawn independently, each with its probability under the model when nothing is
/// seen, and each draw is weighted by p(seen, drawn) / q(drawn).
struct MonteCarloStage: Stage {
  static let kind = "monte-carlo"
  static let version = 3
  static let summary =
    "a marginal by importance sampling against the exact one: error by time (SVG, PNG, CSV)"
  static let example =
    "sampled: {kind: monte-carlo, model: spn.model, data: shards, hidden: [16, 64]}"
  static let outputs = [OutputPort("figure", .measuredFigure, path: "monte-carlo.csv")]
  static let isFigure = true
  static let isMeasured = true

  let model: InputReference
  let data: InputReference
  let hidden: [Int]
  let samples: [Int]
  let images: Int
  let repetitions: Int
  let seed: Int

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that is asked")
    data = fields.input("data", .shards, meaning: "images of which the test part is used")
    hidden = fields.ints(
      "hidden", default: [16, 64, 256], in: 1...100_000,
      meaning: "numbers of hidden pixels, one line of the chart each")
    samples = fields.ints(
      "samples", default: [10, 100, 1_000, 10_000], in: 2...1_000_000,
      meaning: "numbers of importance samples, one point of a line each")
    images = fields.int(
      "images", default: 16, in: 1...1_000, meaning: "test images over which the error is taken")
    repetitions = fields.int(
      "repetitions", default: 5, in: 1...1_000,
      meaning: "measurements of the time, of which the median counts")
    seed = fields.seed()
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let asked = try context.testImages(data, of: model, count: images)
    let rows = asked.rows
    let sampler = try ImportanceSampler(model, seed: seed)
    let pixels = model.circuit.pixelCount
    var series: [LineChart.Series] = []
    var exactSeconds: [Double] = []
    let counts = hidden.filter { $0 < pixels }
    for (done, count) in counts.enumerated() {
      let own = sampler.central(count)
      let source = MaskedSource(rows, hiding: .hiding(own, of: pixels))
      let exact = try sampler.logLikelihoods(source)
      exactSeconds.append(
        try median(of: repetitions) { _ = try sampler.logLikelihoods(source) }
          / Double(rows.sampleCount))
      var points: [LineChart.Point] = []
      for draws in samples {
        var errors: [Double] = []
        let seconds = try ContinuousClock().measure {
          for image in 0..<rows.sampleCount {
            try context.checkCancellation()
            let found = try sampler.marginal(
              rows.image(image), number: image, hiding: own, draws: draws)
            errors.append(abs(found - exact[image]))
          }
        }.seconds
        points.append(
          LineChart.Point(
            x: seconds / Double(errors.count),
            y: Quartiles(errors)?.median ?? .nan))
      }
      series.append(LineChart.Series(name: "\(count) pixels hidden", points: points))
      context.progress(completed: done + 1, total: counts.count, unit: "masks")
    }
    context.tell(
      try chart(series, exact: Quartiles(exactSeconds)?.median ?? .nan, images: asked.choice)
        .draw(in: context.folder, named: "monte-carlo"))
  }

  private func chart(_ sampled: [LineChart.Series], exact: Double, images: SampleChoice)
    -> LineChart
  {
    let errors = sampled.flatMap(\.points).map(\.y).filter { $0 > 0 }
    var chart = LineChart(
      title: "A marginal by sampling, and exactly",
      xLabel: "seconds for an image, one worker",
      yLabel: "error of log p(seen), nats", series: sampled)
    if let low = errors.min(), let high = errors.max() {
      chart.series.append(
        LineChart.Series(
          name: "exact",
          points: [
            LineChart.Point(x: exact, y: low / 2), LineChart.Point(x: exact, y: high),
          ], style: .dashed, colour: 6, isNamed: false))
      chart.annotations.append(
        LineChart.Annotation(
          point: LineChart.Point(x: exact, y: low / 2),
          text: "exact: \(TableFigures.duration(exact))", mark: .none,
          colour: 6))
    }
    chart.note =
      "median over \(images.count) of \(images.total) test images, chosen by seed and class; "
      + samples.map { TableFigures.count($0) }.joined(separator: ", ") + " samples"
    (chart.xScale, chart.yScale) = (.logarithmic, .logarithmic)
    return chart
  }
}

/// Importance sampling with independent pixels.
private struct ImportanceSampler {
  let model: Model
  let derived: DerivedParameters
  let seed: Int
  /// `[pixel]`: the probability of outcome 1 when nothing is seen.
  private let prior: [Float]
  private let workers = ForkJoin(workers: 1)

  init(_ model: Model, seed: Int) throws {
    self.model = model
    derived = try model.circuit.checkedDerived(from: model.parameters)
    self.seed = seed
    let pixels = model.circuit.pixelCount
    let nothing = MaskedSource(
      ImageRows(Array(repeating: 0, count: pixels), pixelCount: pixels),
      hiding: .shared(Array(repeating: true, count: pixels)))
    prior = try model.circuit.posteriorMeans(nothing, derived: derived, workers: workers)
  }

  func logLikelihoods(_ source: some SampleSource) throws -> [Double] {
    try model.circuit.logLikelihoods(source, derived: derived, workers: workers)
      .requireFinite().values
  }

  /// Values of the `count` pixels nearest to the image's centre.
  func central(_ count: Int) -> [Int32] {
    let (height, width) = (model.imageHeight, model.imageWidth)
    let all = (0..<height * width).sorted { a, b in
      (distance(a, height, width), a) < (distance(b, height, width), b)
    }
    return ImageShape.values(of: all.prefix(count).sorted(), channels: model.imageChannels)
      .map(Int32.init)
  }

  private func distance(_ pixel: Int, _ height: Int, _ width: Int) -> Int {
    let (down, across) = (2 * (pixel / width) - height + 1, 2 * (pixel % width) - width + 1)
    return down * down + across * across
  }

  /// Completions in memory at a time.
  private static let drawsAtOnce = 4_096

  /// log of the mean weight of `draws` completions.
  func marginal(
    _ image: [UInt8], number: Int, hiding hidden: [Int32], draws: Int
  ) throws -> Double {
    let proposal = hidden.map { min(max(Double(prior[Int($0)]), 0.01), 0.99) }
    let logs = proposal.map { (zero: naturalLogarithm(1 - $0), one: naturalLogarithm($0)) }
    var weights: [Double] = []
    weights.reserveCapacity(draws)
    for first in stride(from: 0, to: draws, by: Self.drawsAtOnce) {
      weights += try logWeights(
        first..<min(first + Self.drawsAtOnce, draws), of: image, number: number, hiding: hidden,
        proposal: zip(proposal, logs).map { ($0, $1.zero, $1.one) })
    }
    return logSumExp(weights) - naturalLogarithm(Double(draws))
  }

  /// log of p(seen, drawn) / q(drawn) of some of an image's completions.
  ///
  /// - Parameter proposal: of each hidden pixel the probability of 1, and the logarithms of those of 0 and of 1.
  private func logWeights(
    _ draws: Range<Int>, of image: [UInt8], number: Int, hiding hidden: [Int32],
    proposal: [(share: Double, zero: Double, one: Double)]
  ) throws -> [Double] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(draws.count * image.count)
    var proposed = Array(repeating: 0.0, count: draws.count)
    var own = image
    for draw in draws {
      try Stopping.check()
      for (place, pixel) in hidden.enumerated() {
        let key = NoiseKey(
          seed: seed, purpose: .completion, image: number, leaf: draw, sample: place)
        let isOne = key.uniform < proposal[place].share
        own[Int(pixel)] = isOne ? 1 : 0
        proposed[draw - draws.lowerBound] += isOne ? proposal[place].one : proposal[place].zero
      }
      bytes += own
    }
    let values = try logLikelihoods(ImageRows(bytes, pixelCount: image.count))
    return zip(values, proposed).map { $0 - $1 }
  }
}
