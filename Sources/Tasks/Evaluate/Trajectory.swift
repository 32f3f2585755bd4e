import Circuits

/// One training run as it is judged: a held-out log-likelihood after each epoch.
package struct Trajectory: Sendable, Equatable {
  package struct Point: Sendable, Equatable {
    /// 0 is before training.
    package let epoch: Int
    /// Mean log-likelihood, nats an image.
    package let value: Double
    /// Seconds of training until then, validation and evaluation apart; nil where not measured.
    package let seconds: Double?

    package init(epoch: Int, value: Double, seconds: Double?) {
      self.epoch = epoch
      self.value = value
      self.seconds = seconds
    }
  }

  /// What tells it from its siblings: `seed 3`.
  package let name: String
  /// By rising epoch.
  package let points: [Point]
  package let kind: LikelihoodKind
  /// How it ended early; nil if it did not.
  package let ending: String?

  package init(name: String, points: [Point], kind: LikelihoodKind, ending: String?) {
    self.name = name
    self.points = points
    self.kind = kind
    self.ending = ending
  }

  /// The first point after training began at which `value` is reached; nil if it never is.
  package func first(reaching value: Double) -> Point? {
    points.first { $0.epoch > 0 && $0.value >= value }
  }

  /// The value after an epoch; nil for a run that ended before.
  package func value(at epoch: Int) -> Double? { points.first { $0.epoch == epoch }?.value }
}

/// The runs of one model from several seeds.
package struct ModelRuns: Sendable {
  package let name: String
  package let runs: [Trajectory]

  package init(name: String, runs: [Trajectory]) {
    self.name = name
    self.runs = runs
  }

  package var lastEpoch: Int { runs.compactMap(\.points.last?.epoch).max() ?? 0 }

  /// The weakest word any of its numbers has.
  package var kind: LikelihoodKind {
    runs.map(\.kind).max { $0.weakness < $1.weakness } ?? .estimate
  }
}

extension LikelihoodKind {
  fileprivate var weakness: Int {
    switch self {
    case .exact: 0
    case .lowerBound: 1
    case .estimate: 2
    }
  }

  /// As a figure says it.
  package var inWords: String {
    switch self {
    case .exact: "exact"
    case .lowerBound: "lower bound"
    case .estimate: "estimate"
    }
  }
}
