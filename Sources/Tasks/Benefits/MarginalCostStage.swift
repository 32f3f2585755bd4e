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
  static let version = 2
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
  let specifications: [(name: String, specification: ModelSpecification)]

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
    specifications = fields.nestedList(
      "models", meaning: "the circuits, untrained, each with a name"
    ).compactMap { own in
      ModelSpecification.read(own)
    }
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let workers = ForkJoin(workers: 1)
    var series: [LineChart.Series] = []
    for (done, entry) in specifications.enumerated() {
      var points: [LineChart.Point] = []
      for side in sides {
        try context.checkCancellation()
        let circuit = try entry.specification.circuit(
          of: ImageShape(height: side, width: side))
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
      context.progress(completed: done + 1, total: specifications.count, unit: "models")
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

extension ModelSpecification {
  /// A circuit of a list, `{name, superpixel, structure, units, products, leaf}`; nil after a recorded mistake.
  static func read(_ fields: Fields) -> (name: String, specification: ModelSpecification)? {
    let name = fields.string("name", meaning: "name of the circuit in the chart")
    let superpixel = fields.ints(
      "superpixel", default: [4, 4], count: 2, in: 1...65_536,
      meaning: "height and width of a superpixel, in pixels")
    let units = fields.int(
      "units", default: 2, in: 1...1_024,
      meaning: "units of each region: sums, or leaf distributions")
    let structure = fields.choice(
      "structure", from: Catalogues.structures, default: PoonDomingos.kind,
      meaning: "how the image is cut into regions")
    let products =
      fields.optionalChoice(
        "products", from: Catalogues.products,
        meaning:
          "which products of its children's units a partition has; dense where it is not written")
      ?? DenseProducts()
    let leaf = fields.choice(
      "leaf", from: Catalogues.leaves, default: BernoulliLeaf.kind,
      meaning: "distribution of the pixels of a superpixel")
    guard let structure, let leaf else { return nil }
    return (
      name,
      ModelSpecification(
        superpixel: superpixel, structure: structure, units: units, products: products,
        leaf: leaf, binarisation: .none)
    )
  }
}
