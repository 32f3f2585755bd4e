import Foundation

/// Something to be timed.
struct Work {
  let name: String
  let workers: Int
  let batch: Int
  /// What one call does, in the unit before `/s`; in nanoseconds' rows how many elements.
  let amount: Double
  let unit: String
  /// Floating-point operations a unit of work that the sum products need at least: two an edge and
  /// image forward, six with gradients. Nil where that is no measure.
  var operations: Double?
  /// Edges of the sums an image: images/s times this is what circuits of any size compare by.
  var edges: Double?
  /// What the machine could do at most, in the row's unit.
  var bound: Double?
  let body: () throws -> Void

  /// Whether the unit is time an element, where less is better.
  var isTime: Bool { unit == "ns" }
}

/// A row of the table.
package struct Measurement: Codable {
  let name: String
  let workers: Int
  let batch: Int
  /// The median; nil where too little of what was timed was undisturbed.
  package var value: Double?
  let unit: String
  /// Repetitions that count.
  package let repetitions: Int
  var quickest: Double?
  var slowest: Double?
  /// Of the sum products, all workers together.
  var gigaflops: Double?
  /// Edges of the sums times images, a second.
  var edgeImages: Double?
  /// What the machine could do at most, in `unit`.
  var bound: Double?
  /// Of the time of one worker, by Amdahl's law.
  package var serialShare: Double?
  /// Repetitions left out because something else took processor time.
  package var disturbed: Int?
  /// Cores that something else had while the row was measured, on average; nil where unknown.
  var foreignCores: Double?

  package var line: String {
    let title = name.padding(toLength: max(28, name.count), withPad: " ", startingAt: 0)
    return "\(title) \(column(workers, 3)) \(column(batch, 6)) " + figures + remarks
  }

  private var figures: String {
    guard let value, let quickest, let slowest else {
      let all = repetitions + (disturbed ?? 0)
      return "no figure: something else took processor time in \(disturbed ?? 0) of \(all) pairs"
    }
    let digits = value < 10 ? 2 : value < 1_000 ? 1 : 0
    func number(_ value: Double) -> String { String(format: "%.\(digits)f", value) }
    var text =
      String(repeating: " ", count: max(0, 10 - number(value).count)) + number(value)
      + " \(unit)  [\(number(quickest)), \(number(slowest))]"
    if let gigaflops { text += String(format: "  %.1f GFLOP/s", gigaflops) }
    if let edgeImages { text += String(format: "  %.2e edges x images/s", edgeImages) }
    if let bound { text += String(format: "  %.0f %% of %.0f", 100 * value / bound, bound) }
    if let serialShare { text += String(format: "  serial share %.0f %%", 100 * serialShare) }
    return text
  }

  /// What makes the figures doubtful.
  private var remarks: String {
    var text = ""
    if value != nil, let disturbed, disturbed > 0 {
      text += "  (\(disturbed) disturbed pairs left out)"
    }
    if let foreignCores, foreignCores > ProcessorUse.mostForeignCores {
      text += String(format: "  DISTURBED: something else had %.2f cores", foreignCores)
    }
    return text
  }

  static let header =
    "name".padding(toLength: 28, withPad: " ", startingAt: 0)
    + " workers batch     median  [quickest, slowest]"

  private func column(_ number: Int, _ width: Int) -> String {
    let text = number == 0 ? "-" : "\(number)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension Measurement {
  /// One warm-up, then the repetitions.
  init(_ work: Work, repetitions: Int) throws {
    try work.body()
    var rates: [Double] = []
    let use = try ProcessorUse.during {
      rates = try (0..<repetitions).map { _ in work.amount / (try seconds(work.body)) }.sorted()
    }
    let median = rates[rates.count / 2]
    func shown(_ rate: Double) -> Double { work.isTime ? 1e9 / rate : rate }
    self.init(
      name: work.name, workers: work.workers, batch: work.batch, value: shown(median),
      unit: work.unit, repetitions: repetitions, quickest: shown(rates[rates.count - 1]),
      slowest: shown(rates[0]), gigaflops: work.operations.map { median * $0 * 1e-9 },
      edgeImages: work.edges.map { median * $0 }, bound: work.bound,
      foreignCores: use.foreignCores)
  }
}

/// How long something takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let parts = try ContinuousClock().measure(body).components
  return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
}
