import Circuits
import Models
import Storage

/// How a training ended: with all its epochs, early because validation no longer improved, or at the first
/// number that was not finite.
package enum TrainingOutcome: Sendable, Equatable {
  case finished
  /// After an epoch, as asked: no failure.
  case stopped(epoch: Int, reason: String)
  case diverged(Divergence)

  package var divergence: Divergence? {
    if case .diverged(let divergence) = self { return divergence }
    return nil
  }

  /// One line; `finished`, or where it ended and by what.
  package var description: String {
    switch self {
    case .finished: "finished"
    case .stopped(let epoch, let reason): "stopped after epoch \(epoch): \(reason)"
    case .diverged(let divergence):
      "diverged in epoch \(divergence.epoch), step \(divergence.step): \(divergence.reason)"
    }
  }

  /// One row: `status` (finished, stopped, diverged), `epoch`, `step`, `leaf` (-1: no leaf's doing),
  /// `reason`.
  var table: Table {
    switch self {
    case .finished: Self.table("finished", epoch: 0, reason: "")
    case .stopped(let epoch, let reason): Self.table("stopped", epoch: epoch, reason: reason)
    case .diverged(let divergence):
      Self.table(
        "diverged", epoch: divergence.epoch, step: divergence.step, leaf: divergence.leaf,
        reason: divergence.reason)
    }
  }

  private static func table(
    _ status: String, epoch: Int, step: Int = 0, leaf: Int? = nil, reason: String
  ) -> Table {
    Table(
      title: "how the training ended",
      columns: [
        TableColumn("status", .strings([status])),
        TableColumn("epoch", .integers([Int64(epoch)])),
        TableColumn("step", .integers([Int64(step)])),
        TableColumn("leaf", .integers([Int64(leaf ?? -1)])),
        TableColumn("reason", .strings([reason])),
      ])
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ table: Table, path: String) throws -> TrainingOutcome {
    guard case .strings(let status)? = table["status"], case .integers(let epoch)? = table["epoch"],
      case .integers(let step)? = table["step"], case .integers(let leaf)? = table["leaf"],
      case .strings(let reason)? = table["reason"], status.count == 1
    else { throw ModelFault(path: path, reason: "a curve that does not say how it ended") }
    if status[0] == "stopped" { return .stopped(epoch: Int(epoch[0]), reason: reason[0]) }
    guard status[0] == "diverged" else { return .finished }
    return .diverged(
      Divergence(
        epoch: Int(epoch[0]), step: Int(step[0]), leaf: leaf[0] < 0 ? nil : Int(leaf[0]),
        reason: reason[0]))
  }
}
