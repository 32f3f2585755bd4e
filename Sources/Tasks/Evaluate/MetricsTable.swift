import Circuits
import Configuration
import Datasets
import Models
import Storage

/// Rows of an evaluation.
enum MetricsTable {
  /// What others read of a row.
  struct Row {
    /// With what was hidden, so that numbers of other pixels are never taken for the same.
    let estimator: String
    /// The mask of the hidden pixels; empty where none are hidden.
    let hidden: String
    let kind: String
    let part: String
    let images: Int
    let mean: Double
    let standardError: Double
    /// NaN for a density, and where pixels are hidden.
    let bitsPerDimension: Double
    let parameters: Int
    /// `finished`, or how the training of the model ended.
    let training: String

    /// `lower bound`.
    var kindInWords: String { LikelihoodKind(rawValue: kind)?.inWords ?? kind }

    /// The standard error in bits per dimension, which are nats times a constant.
    var bitsStandardError: Double {
      mean == 0 ? bitsPerDimension : standardError * (bitsPerDimension / -mean)
    }
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ path: String) throws -> [Row] {
    let file = try HDF5File.open(path)
    let table = try file.table("/metrics")
    try file.close()
    guard case .strings(let estimators)? = table["estimator"],
      case .strings(let kinds)? = table["likelihood"],
      case .strings(let parts)? = table["part"],
      case .integers(let images)? = table["images"],
      case .doubles(let means)? = table["meanLogLikelihood"],
      case .doubles(let errors)? = table["standardError"],
      case .doubles(let bits)? = table["bitsPerDimension"],
      case .integers(let parameters)? = table["parameters"],
      case .strings(let trainings)? = table["training"],
      case .strings(let hidden)? = table["hidden"]
    else { throw ModelFault(path: path, reason: "no table of metrics") }
    return estimators.indices.map {
      Row(
        estimator: hidden[$0].isEmpty
          ? estimators[$0] : "\(estimators[$0]), \(hidden[$0]) hidden",
        hidden: hidden[$0], kind: kinds[$0], part: parts[$0], images: Int(images[$0]),
        mean: means[$0], standardError: errors[$0],
        bitsPerDimension: bits[$0], parameters: Int(parameters[$0]), training: trainings[$0])
    }
  }

  /// The images of an evaluation.
  struct Images {
    let dataset: String
    let part: Part
    let hiding: MaskChoice?
    let choice: SampleChoice
    /// The size that they had before; nil if they have it still.
    let resizedFrom: String?
  }

  /// - Parameter outcome: how the training of the model ended; nil if it finished.
  static func table(
    of evaluations: [Evaluation], model: Model, _ images: Images, outcome: String?
  ) -> Table {
    let hiding = images.hiding
    let summaries = evaluations.map(\.summary)
    let parameters = model.circuit.counts.parameters
    func same(_ text: String) -> TableValues { .strings(evaluations.map { _ in text }) }
    return Table(
      title: "log-likelihood",
      columns: [
        TableColumn("dataset", same(images.dataset)),
        TableColumn("part", same(images.part.rawValue)),
        TableColumn("images", .integers(summaries.map { Int64($0.images) })),
        TableColumn("estimator", .strings(evaluations.map(\.choice.description))),
        TableColumn("meanLogLikelihood", unit: "nats/image", .doubles(summaries.map(\.mean))),
        TableColumn(
          "standardError", unit: "nats/image", .doubles(summaries.map(\.standardError))),
        TableColumn(
          "bitsPerDimension", unit: "bits/dimension",
          .doubles(summaries.map { hiding == nil ? model.bitsPerDimension($0) : .nan })),
        TableColumn("likelihood", .strings(summaries.map(\.kind.rawValue))),
        TableColumn("binarisation", same(model.binarisation.name)),
        TableColumn("hidden", same(hiding?.description ?? "")),
        TableColumn("resizedFrom", same(images.resizedFrom ?? "")),
        TableColumn("epoch", .integers(evaluations.map { _ in Int64(model.epoch) })),
        TableColumn("parameters", .integers(evaluations.map { _ in Int64(parameters) })),
        TableColumn("training", same(outcome ?? "finished")),
        TableColumn("choice", same(images.choice.words)),
      ])
  }

  /// One row an image and estimator.
  static func images(_ evaluations: [Evaluation], samples: Samples) -> Table {
    let count = samples.sampleCount
    let (indices, labels) = (samples.indices, samples.labels)
    let names = labels.map { label in
      samples.classNames.indices.contains(Int(label)) ? samples.classNames[Int(label)] : ""
    }
    return Table(
      title: "log-likelihood of each image",
      columns: [
        TableColumn("index", .integers(evaluations.flatMap { _ in indices })),
        TableColumn("label", .integers(evaluations.flatMap { _ in labels.map(Int64.init) })),
        TableColumn("className", .strings(evaluations.flatMap { _ in names })),
        TableColumn(
          "estimator",
          .strings(
            evaluations.flatMap { Array(repeating: $0.choice.description, count: count) })),
        TableColumn(
          "logLikelihood", unit: "nats", .doubles(evaluations.flatMap(\.values.values))),
        TableColumn(
          "likelihood",
          .strings(
            evaluations.flatMap { Array(repeating: $0.values.kind.rawValue, count: count) })),
      ])
  }

  /// `-118.20 ± 0.51 nats/image (exact), 0.2175 bits/dimension, binarisation threshold 0.5`.
  static func sentence(
    _ summary: LogLikelihoodSummary, model: Model, _ choice: LikelihoodChoice = .trained,
    hiding: MaskChoice? = nil
  ) -> String {
    let number =
      "\(rounded(summary.mean)) ± \(rounded(summary.standardError)) nats/image "
      + "(\(summary.kind.rawValue)\(choice == .trained ? "" : ", \(choice)"))"
    let hidden = hiding.map { ", \($0) hidden" } ?? ""
    return number + bits(summary, model: model, hiding: hiding)
      + ", binarisation \(model.binarisation.name)\(hidden)"
  }

  /// Bits per dimension, or why there are none; nothing of the values that a mask leaves.
  private static func bits(
    _ summary: LogLikelihoodSummary, model: Model, hiding: MaskChoice?
  ) -> String {
    if model.circuit.leaf.traits.isDensity { return ", density, no bits per dimension" }
    guard hiding == nil else { return "" }
    return ", \(rounded(model.bitsPerDimension(summary), decimals: 4)) bits/dimension"
  }
}
