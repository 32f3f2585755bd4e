import Circuits
import Models
import Numerics
import Storage

/// One number of a conversion: the model as it was, as converted, or as trained on.
struct ConversionRow {
  /// `before`, `converted`, `fine-tuned`.
  let step: String
  let choice: LikelihoodChoice
  let summary: LogLikelihoodSummary
  let model: Model

  init(
    step: String, _ model: Model, _ choice: LikelihoodChoice, of images: some SampleSource,
    workers: ForkJoin, progress: (Int) throws -> Void = { _ in }
  ) throws {
    let circuit = try choice.circuit(of: model)
    summary = LogLikelihoodSummary(
      try circuit.logLikelihoods(
        images, derived: circuit.checkedDerived(from: model.parameters), workers: workers,
        progress: progress
      ).requireFinite())
    self.step = step
    self.choice = choice
    self.model = model
  }

  /// `converted, 20 images: -31.20 ± 0.51 nats/image (exact), 0.7 bits/dimension, binarisation threshold 0.5`.
  var sentence: String {
    "\(step), \(summary.images) images: \(MetricsTable.sentence(summary, model: model, choice))"
  }
}

enum ConversionTable {
  static func table(of rows: [ConversionRow]) -> Table {
    let summaries = rows.map(\.summary)
    return Table(
      title: "log-likelihood of a model before and after its conversion",
      columns: [
        TableColumn("step", .strings(rows.map(\.step))),
        TableColumn("estimator", .strings(rows.map(\.choice.description))),
        TableColumn("images", .integers(summaries.map { Int64($0.images) })),
        TableColumn("meanLogLikelihood", unit: "nats/image", .doubles(summaries.map(\.mean))),
        TableColumn(
          "standardError", unit: "nats/image", .doubles(summaries.map(\.standardError))),
        TableColumn("likelihood", .strings(summaries.map(\.kind.rawValue))),
        TableColumn("binarisation", .strings(rows.map(\.model.binarisation.name))),
        TableColumn(
          "parameters", .integers(rows.map { Int64($0.model.circuit.counts.parameters) })),
      ])
  }

  /// What fixed nodes did to the number, where both words are known.
  static func remark(_ rows: [ConversionRow]) -> String? {
    guard let converted = rows.first(where: { $0.step == "converted" }) else { return nil }
    let isTuned = rows.contains { $0.step == "fine-tuned" }
    let change = rows.first { $0.step == "before" }.map { before -> String in
      let difference = converted.summary.mean - before.summary.mean
      return " (here \(rounded(abs(difference))) nats/image \(difference < 0 ? "below" : "above") "
        + "the \(before.summary.kind.rawValue) before)"
    }
    return "fixed nodes of the prior alone can cost nats\(change ?? "")"
      + (isTuned ? "" : "; training on from here wins them back: fine-tune")
  }
}
