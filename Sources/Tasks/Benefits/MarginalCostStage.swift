import Circuits
import Configuration
import Datasets
import Files
import Numerics
import Reports
import Storage
import Workflow

/// Seconds for a marginal with half of the image hidden, against the side of the image: circuits with
/// their initial parameters, because time does not depend on them.
struct MarginalCostStage: Stage {
  static let kind = "marginal-cost"
  static let version = 3
  static let summary = "measured time of a marginal against image size (SVG, PNG, CSV)"
  static let example =
    "cost: {kind: marginal-cost, sides: [8, 16], models: [{name: SPN, superpixel: [1, 1]}]}"
  static let outputs = [OutputPort("figure", .measuredFigure, path: "marginal-cost.csv")]
  static let isFigure = true
  static let isMeasured = true

  let sides: [Int]
  let images: Int
  let repetitions: Int
  let seed: Int
  let circuits: [TimedCircuit]

  init(fields: StageFields) throws {
    sides = fields.ints(
      "sides", default: [8, 12, 16, 20, 24, 28], in: 4...64,
      meaning: "sides of the square images, in pixels")
    images = fields.int(
      "images", default: 128, in: 1...100_000, meaning: "images of each pass that is timed")
    repetitions = fields.int(
      "repetitions", default: 5, in: 1...1_000,
      meaning: "passes whose median is taken, after one that is not counted")
    seed = fields.seed()
    circuits = fields.nestedList("models", meaning: "the circuits, untrained, each with a name")
      .compactMap(TimedCircuit.init)
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let workers = ForkJoin(workers: 1)
    var series: [LineChart.Series] = []
    for (done, entry) in circuits.enumerated() {
      var points: [LineChart.Point] = []
      for side in sides {
        try context.checkCancellation()
        let circuit = try entry.circuit(side: side)
        let derived = circuit.derived(from: circuit.initialParameters(seed: seed))
        let bytes = try (0..<images).flatMap { image in
          try context.checkCancellation()
          return (image * side * side..<(image + 1) * side * side).map { place -> UInt8 in
            NoiseKey(seed: seed, purpose: .masking, sample: place).uniform < 0.2 ? 1 : 0
          }
        }
        let source = MaskedSource(
          ImageRows(bytes, pixelCount: side * side),
          hiding: .shared((0..<side * side).map { $0 / side >= side / 2 }))
        let taken = try median(of: repetitions) {
          _ = try circuit.logLikelihoods(source, derived: derived, workers: workers)
        }
        points.append(LineChart.Point(x: Double(side), y: taken / Double(images)))
      }
      series.append(LineChart.Series(name: entry.name, points: points))
      context.progress(completed: done + 1, total: circuits.count, unit: "models")
    }
    var chart = LineChart(
      title: "Time of an exact marginal", xLabel: "side of the square image, pixels",
      yLabel: "seconds for an image's marginal, one worker", series: series)
    chart.note =
      "lower half hidden; median of \(repetitions) passes over \(images) images; "
      + "initial parameters"
    (chart.xScale, chart.yScale) = (.logarithmic, .logarithmic)
    context.tell(try chart.draw(in: context.folder, named: "marginal-cost"))
  }
}

/// Seconds, the median of some repetitions after one that is not counted.
func median(of repetitions: Int, _ work: () throws -> Void) throws -> Double {
  let clock = ContinuousClock()
  try work()
  let times = try (0..<repetitions).map { _ in try clock.measure(work).seconds }
  return times.sorted()[times.count / 2]
}

/// A circuit of the list, untrained: a model's fields, with its name and superpixels of its own.
struct TimedCircuit: Sendable {
  let name: String
  private let superpixel: [Int]
  private let specification: ModelSpecification

  /// Nil after a recorded mistake.
  init?(_ fields: Fields) {
    name = fields.string("name", meaning: "name of the circuit in the chart")
    superpixel = fields.ints(
      "superpixel", default: [4, 4], count: 2, in: 1...65_536,
      meaning: "height and width of a superpixel, in pixels")
    guard let specification = ModelSpecification(fields) else { return nil }
    self.specification = specification
  }

  /// The circuit of square images. Throws `PartitionFault` and as `ModelSpecification.circuit`.
  func circuit(side: Int) throws -> Circuit {
    try specification.circuit(
      over: GridPartition(
        imageHeight: side, imageWidth: side, cellHeight: superpixel[0], cellWidth: superpixel[1]))
  }
}
