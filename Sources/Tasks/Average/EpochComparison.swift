import Circuits
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// The mean log-likelihoods of a training's epochs and of averages of them, on the same images.
struct EpochComparison {
  let stage: AverageStage
  let context: StageContext
  let circuit: Circuit
  let samples: Samples
  /// Evaluations that there will be.
  let total: Int
  private var rows: [Row] = []

  init(
    stage: AverageStage, context: StageContext, circuit: Circuit, samples: Samples, total: Int
  ) {
    self.stage = stage
    self.context = context
    self.circuit = circuit
    self.samples = samples
    self.total = total
  }

  private struct Row {
    let name: String
    let epochs: Int
    let value: Double
  }

  private var best: Row? { rows.max { $0.value < $1.value } }

  /// Evaluates parameters, of which the first of equals is the best.
  ///
  /// - Parameter epochs: that they are the mean of.
  /// - Throws: `NotFiniteFault`, `OverflowFault`.
  mutating func isBest(_ model: Model, named name: String, epochs: Int = 1) throws -> Bool {
    let (context, total) = (context, total * samples.sampleCount)
    let done = rows.count * samples.sampleCount
    let values = try circuit.logLikelihoods(
      samples, derived: circuit.checkedDerived(from: model.parameters),
      workers: ForkJoin(workers: context.workers)
    ) {
      try context.checkCancellation()
      context.progress(
        completed: done + $0, total: total, unit: "images", detail: name)
    }.requireFinite()
    let row = Row(name: name, epochs: epochs, value: LogLikelihoodSummary(values).mean)
    let isBest = best.map { row.value > $0.value } ?? true
    rows.append(row)
    return isBest
  }

  /// Tells the best epoch and all averages, and writes the table of all.
  func report() throws {
    let single = rows.filter { $0.epochs == 1 }.max { $0.value < $1.value }
    for row in [single].compactMap({ $0 }) + rows.filter({ $0.epochs > 1 }) {
      context.note("\(row.name): \(stage.part.rawValue) \(rounded(row.value)) nats/image")
    }
    if let best { context.note("kept: \(best.name)") }
    let table = Table(
      title: "epochs of a training, and averages of the last ones",
      columns: [
        TableColumn("parameters", .strings(rows.map(\.name))),
        TableColumn("epochs", .integers(rows.map { Int64($0.epochs) })),
        TableColumn("logLikelihood", unit: "nats/image", .doubles(rows.map(\.value))),
      ])
    try table.writeCSV(to: joinPath(context.folder, "averages.csv"))
  }
}
