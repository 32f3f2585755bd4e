import Configuration
import Reports

/// A sentence someone believes, what was measured, and whether it held.
package struct Claim: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case held
    case partly
    case failed = "did not hold"
    case notMeasured = "not measured"
  }

  package let statement: String
  package let measured: String
  package let verdict: Verdict

  package init(statement: String, measured: String, verdict: Verdict) {
    self.statement = statement
    self.measured = measured
    self.verdict = verdict
  }
}

extension Claim {
  /// "Runs of a model are alike": after the last epoch all seeds lie within a twentieth of what the
  /// median gained since the first. A run that ended early speaks against it.
  package static func alike(_ model: ModelRuns) -> Claim {
    let statement = "\(model.name): alike from seed to seed"
    let last = model.lastEpoch
    let (start, end) = (model.values(at: 1), model.values(at: last))
    let ended = model.runs.count { $0.ending != nil }
    if ended > 0, model.runs.count > 1 {
      return Claim(
        statement: statement, measured: "\(ended) of \(model.runs.count) seeds ended early",
        verdict: .failed)
    }
    guard end.count > 1, let early = Quartiles(start), let late = Quartiles(end) else {
      return Claim(
        statement: statement, measured: "fewer than two runs", verdict: .notMeasured)
    }
    let range = (end.max() ?? 0) - (end.min() ?? 0)
    let measured =
      "epoch \(last): \(shown(late.median)), range \(shown(range)) nats; epoch 1: "
      + "\(shown(early.median)), range \(shown(model.range(at: 1))); \(end.count) seeds"
    let isAlike = range <= abs(late.median - early.median) / 20 && end.count == model.runs.count
    return Claim(
      statement: statement, measured: model.told(measured), verdict: isAlike ? .held : .failed)
  }

  /// "One model reaches given values before another", in epochs and in seconds, by medians over
  /// seeds; a run that never does counts as later than any.
  ///
  /// It held where every value that either reaches was reached first in both, it held partly where
  /// that is so for some, or for one of the two clocks.
  package static func faster(
    _ model: ModelRuns, than other: ModelRuns, values: [Double]
  ) -> Claim {
    var comparisons: [Bool] = []
    var lines: [String] = []
    for value in values {
      let pair = [model, other].map { Arrival($0, value) }
      guard pair.contains(where: { $0.epochs.isFinite }) else { continue }
      comparisons.append(pair[0].epochs < pair[1].epochs)
      if pair.allSatisfy({ $0.seconds != nil }), let a = pair[0].seconds, let b = pair[1].seconds {
        comparisons.append(a < b)
      }
      lines.append("\(shown(value)): \(Arrival.text(pair[0], against: pair[1]))")
    }
    let statement = "\(model.name) learns faster than \(other.name)"
    guard !comparisons.isEmpty else {
      return Claim(
        statement: statement, measured: "neither reached any of the values asked for",
        verdict: .notMeasured)
    }
    let kinds = "(\(model.kind.inWords) against \(other.kind.inWords))"
    return Claim(
      statement: statement, measured: lines.joined(separator: "; ") + " " + kinds,
      verdict: comparisons.allSatisfy { $0 }
        ? .held : comparisons.contains(true) ? .partly : .failed)
  }

  /// "It does not get stuck": no run ends below what independent pixels reach, or diverges.
  ///
  /// - Parameter baseline: the log-likelihood of independent pixels on the same images, nats.
  package static func notStuck(_ model: ModelRuns, baseline: Double) -> Claim {
    let diverged = model.runs.filter { $0.ending != nil }
    let stuck = model.runs.filter {
      $0.ending == nil && ($0.points.last?.value ?? -.infinity) < baseline
    }
    let ends = model.runs.filter { $0.ending == nil }.compactMap(\.points.last?.value)
      .filter { !$0.isNaN }
    var measured =
      "\(stuck.count) of \(model.runs.count) seeds below independent pixels "
      + "(\(shown(baseline))), \(diverged.count) diverged"
    if let worst = ends.min() { measured += "; worst \(shown(worst))" }
    let bad = stuck.count + diverged.count
    return Claim(
      statement: "\(model.name): does not get stuck", measured: model.told(measured),
      verdict: bad == 0 ? .held : bad < model.runs.count ? .partly : .failed)
  }

  /// A number for people.
  private static func shown(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    let tenths = Int(bounded: (abs(value) * 10).rounded())
    return "\(value < 0 && tenths > 0 ? "\u{2212}" : "")\(tenths / 10).\(tenths % 10)"
  }

  /// When a model's runs reach a value, by the median run.
  private struct Arrival {
    let epochs: Double
    /// Nil where any run's seconds were not measured.
    let seconds: Double?

    init(_ model: ModelRuns, _ value: Double) {
      let points = model.runs.map { $0.first(reaching: value) }
      epochs = Arrival.median(points.map { $0.map { Double($0.epoch) } ?? .infinity })
      let isTimed = points.allSatisfy { $0 == nil || $0?.seconds != nil }
      seconds =
        isTimed ? Arrival.median(points.map { $0?.seconds ?? .infinity }) : nil
    }

    /// The upper of the middle two: an event half of the runs never see has no median.
    private static func median(_ values: [Double]) -> Double {
      values.isEmpty ? .infinity : values.sorted()[values.count / 2]
    }

    /// `2 against 6 epochs, 1.7 against 5.0 s`.
    static func text(_ a: Arrival, against b: Arrival) -> String {
      let epochs = [a, b].map { $0.epochs.isFinite ? "\(Int(bounded: $0.epochs))" : "never" }
      let inEpochs = "\(epochs[0]) against \(epochs[1]) epochs"
      guard let first = a.seconds, let second = b.seconds else { return inEpochs }
      let seconds = [first, second].map { $0.isFinite ? Claim.shown($0) : "never" }
      return "\(inEpochs), \(seconds[0]) against \(seconds[1]) s"
    }
  }
}

extension ModelRuns {
  fileprivate func values(at epoch: Int) -> [Double] {
    runs.compactMap { $0.value(at: epoch) }.filter { !$0.isNaN }
  }

  fileprivate func range(at epoch: Int) -> Double {
    let values = values(at: epoch)
    return (values.max() ?? 0) - (values.min() ?? 0)
  }

  /// With the word that says what the numbers are.
  fileprivate func told(_ text: String) -> String { "\(text) (\(kind.inWords))" }
}
