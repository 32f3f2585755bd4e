import Circuits
import Storage

/// The training curve as a table, in a file of its own and in every model file.
package enum CurveTable {
  package static func table(of records: [EpochRecord], _ kind: LikelihoodKind) -> Table {
    Table(
      title: "training curve: mean log-likelihoods",
      columns: [
        TableColumn("epoch", .integers(records.map { Int64($0.epoch) })),
        TableColumn("train", unit: "nats/image", .doubles(records.map(\.train))),
        TableColumn("validation", unit: "nats/image", .doubles(records.map(\.validation))),
        TableColumn(
          "validationStandardError", unit: "nats/image",
          .doubles(records.map(\.validationStandardError))),
        TableColumn("likelihood", .strings(records.map { _ in kind.rawValue })),
      ])
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  package static func records(of table: Table, path: String) throws -> [EpochRecord] {
    guard case .integers(let epochs)? = table["epoch"], case .doubles(let train)? = table["train"],
      case .doubles(let validation)? = table["validation"],
      case .doubles(let errors)? = table["validationStandardError"]
    else { throw ModelFault(path: path, reason: "not a training curve") }
    return epochs.indices.map {
      EpochRecord(
        epoch: Int(epochs[$0]), train: train[$0], validation: validation[$0],
        validationStandardError: errors[$0])
    }
  }

  /// What the curve's numbers are; nil for an empty curve.
  package static func kind(of table: Table, path: String) throws -> LikelihoodKind? {
    guard case .strings(let words)? = table["likelihood"] else {
      throw ModelFault(path: path, reason: "a curve that does not say what its numbers are")
    }
    return words.first.flatMap(LikelihoodKind.init(rawValue:))
  }
}
