import Circuits
import Datasets
import Models
import Storage

/// The table of an `evaluate-epochs` stage.
enum TrajectoryTable {
  struct Row {
    let epoch: Int
    let summary: LogLikelihoodSummary
  }

  /// - Parameter outcome: how the training ended early; nil if it did not.
  static func table(
    of rows: [Row], part: Part, _ choice: LikelihoodChoice, images: SampleChoice,
    outcome: String?
  ) -> Table {
    func same(_ text: String) -> TableValues { .strings(rows.map { _ in text }) }
    return Table(
      title: "log-likelihood after each epoch",
      columns: [
        TableColumn("epoch", .integers(rows.map { Int64($0.epoch) })),
        TableColumn("part", same(part.rawValue)),
        TableColumn("images", .integers(rows.map { Int64($0.summary.images) })),
        TableColumn("estimator", same(choice.description)),
        TableColumn("meanLogLikelihood", unit: "nats/image", .doubles(rows.map(\.summary.mean))),
        TableColumn(
          "standardError", unit: "nats/image", .doubles(rows.map(\.summary.standardError))),
        TableColumn("likelihood", .strings(rows.map(\.summary.kind.rawValue))),
        TableColumn("training", same(outcome ?? "finished")),
        TableColumn("choice", same(images.words)),
      ])
  }

  /// The run that a table holds.
  ///
  /// - Parameters:
  ///   - name: what tells it from its siblings.
  ///   - seconds: of training after each epoch from the first; nil where not measured.
  static func trajectory(path: String, name: String, seconds: [Double]?) throws -> Trajectory {
    let file = try HDF5File.open(path)
    let table = try file.table("/trajectory")
    try file.close()
    guard case .integers(let epochs)? = table["epoch"],
      case .doubles(let means)? = table["meanLogLikelihood"],
      case .strings(let words)? = table["likelihood"],
      case .strings(let endings)? = table["training"], let ending = endings.first,
      let kind = words.first.flatMap(LikelihoodKind.init(rawValue:))
    else { throw ModelFault(path: path, reason: "no table of log-likelihoods by epoch") }
    return Trajectory(
      name: name,
      points: epochs.indices.map { index in
        let epoch = Int(epochs[index])
        let time =
          epoch == 0 ? 0 : seconds.flatMap { epoch <= $0.count ? $0[epoch - 1] : nil }
        return Trajectory.Point(
          epoch: epoch, value: means[index], seconds: seconds == nil ? nil : time)
      },
      kind: kind, ending: ending == "finished" ? nil : ending)
  }
}
