import Configuration
import Models
import Workflow

/// When a training ends because the validation images no longer gain by it: a pure function of its curve,
/// so that an interruption does not show.
package struct EarlyStopping: Sendable, Equatable {
  /// Epochs that may pass without an improvement.
  package let patience: Int
  /// What counts as one: more nats an image than this.
  package let minimumImprovement: Double

  package init(patience: Int, minimumImprovement: Double = 0) {
    self.patience = patience
    self.minimumImprovement = minimumImprovement
  }

  /// Of `patience` and `minimumImprovement`; nil where neither is written.
  init?(fields: StageFields) {
    let patience = fields.optionalInt(
      "patience", in: 1...1_000_000,
      meaning: "epochs without improvement of the validation images after which training ends")
    let improvement = fields.optionalDouble(
      "minimumImprovement", in: 0...1e9,
      meaning: "least improvement that counts, in nats per image; 0 where it is not written")
    guard let patience else {
      if improvement != nil {
        fields.complain(
          "minimumImprovement", "is what patience waits for: expected patience as well")
      }
      return nil
    }
    self.init(patience: patience, minimumImprovement: improvement ?? 0)
  }

  /// The last epoch that improved on all before it, if `patience` others followed; else nil.
  package func lastImprovement(endedBy curve: some Collection<EpochRecord>) -> Int? {
    var best: EpochRecord?
    for record in curve {
      if let known = best, !(record.validation > known.validation + minimumImprovement) { continue }
      best = record
    }
    guard let best, let last = curve.reversed().first?.epoch else { return nil }
    return last - best.epoch >= patience ? best.epoch : nil
  }

  /// How a training with such a curve ended; nil if it goes on.
  func outcome(_ curve: [EpochRecord]) -> TrainingOutcome? {
    guard let best = lastImprovement(endedBy: curve) else { return nil }
    let least =
      minimumImprovement > 0 ? " by more than \(rounded(minimumImprovement, decimals: 3)) nats" : ""
    return .stopped(
      epoch: curve.count,
      reason: "validation did not improve\(least) in the \(patience) epochs after epoch \(best)")
  }
}

/// Early stopping asked of a training that has no validation images (exit code 78).
struct PatienceFault: Fault {
  var exitCode: ExitCode { .configuration }
  var description: String {
    "patience: expected validation images to watch, found none; give the split some, or leave "
      + "`patience` out"
  }
}
