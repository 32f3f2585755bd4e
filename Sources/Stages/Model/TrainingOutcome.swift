import Learning
import Storage

/// How a training ended: with all its epochs, or at the first number that was not finite.
package enum TrainingOutcome: Sendable, Equatable {
  case finished
  case diverged(Divergence)

  package var divergence: Divergence? {
    if case .diverged(let divergence) = self { return divergence }
    return nil
  }

  /// One line; `finished`, or where and by what it diverged.
  package var description: String {
    guard let divergence else { return "finished" }
    return "diverged in epoch \(divergence.epoch), step \(divergence.step): \(divergence.reason)"
  }

  /// One row: `status`, `epoch`, `step`, `leaf` (-1: no leaf's doing), `reason`.
  var table: Table {
    Table(
      title: "how the training ended",
      columns: [
        TableColumn("status", .strings([divergence == nil ? "finished" : "diverged"])),
        TableColumn("epoch", .integers([Int64(divergence?.epoch ?? 0)])),
        TableColumn("step", .integers([Int64(divergence?.step ?? 0)])),
        TableColumn("leaf", .integers([Int64(divergence?.leaf ?? -1)])),
        TableColumn("reason", .strings([divergence?.reason ?? ""])),
      ])
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ table: Table, path: String) throws -> TrainingOutcome {
    guard case .strings(let status)? = table["status"], case .integers(let epoch)? = table["epoch"],
      case .integers(let step)? = table["step"], case .integers(let leaf)? = table["leaf"],
      case .strings(let reason)? = table["reason"], status.count == 1
    else { throw ModelFault(path: path, reason: "a curve that does not say how it ended") }
    guard status[0] == "diverged" else { return .finished }
    return .diverged(
      Divergence(
        epoch: Int(epoch[0]), step: Int(step[0]), leaf: leaf[0] < 0 ? nil : Int(leaf[0]),
        reason: reason[0]))
  }
}
