import Configuration
import Files

/// What a likelihood is of: only those of the same pixels and the same kind of value share an axis.
struct LikelihoodSubject {
  let label: String
  let stage: String
  /// The mask of the hidden pixels; empty where none are hidden.
  let hidden: String
  /// nil where it is unknown.
  let isDensity: Bool?

  var lacksBits: Bool { !hidden.isEmpty || isDensity == true }

  fileprivate var name: String { "\(label.quoted), stage \(stage.quoted)," }
  fileprivate var hiding: String { hidden.isEmpty ? "hides nothing" : "hides \(hidden.quoted)" }
  fileprivate var values: String { isDensity == true ? "has densities" : "has probabilities" }
}

extension LikelihoodSubject {
  /// Of computed metrics, which do not tell densities where pixels are hidden.
  init(label: String, stage: String, _ row: MetricsTable.Row) {
    self.init(
      label: label, stage: stage, hidden: row.hidden,
      isDensity: row.hidden.isEmpty ? row.bitsPerDimension.isNaN : nil)
  }
}

/// Metrics that have no bits per dimension (exit code 78).
struct BitsFault: Fault {
  let subject: LikelihoodSubject
  var exitCode: ExitCode { .configuration }
  var reason: String {
    let cause = subject.hidden.isEmpty ? "its leaves are densities" : "pixels are hidden"
    return
      "\(subject.name) has no bits per dimension, because \(cause): set unit: nats, or remove the label"
  }
  var description: String { "metrics: \(reason)" }
}

/// Metrics of one figure that cannot be compared (exit code 78).
struct UnlikeMetricsFault: Fault {
  let reason: String
  var exitCode: ExitCode { .configuration }
  var description: String { "metrics: \(reason)" }

  /// nil where all are of the same pixels, and all densities or all probabilities.
  init?(_ subjects: [LikelihoodSubject]) {
    if let first = subjects.first, let other = subjects.first(where: { $0.hidden != first.hidden })
    {
      reason =
        "\(other.name) \(other.hiding), but \(first.name) \(first.hiding): all metrics of a figure must "
        + "have the same hidden pixels"
      return
    }
    let known = subjects.filter { $0.isDensity != nil }
    guard let first = known.first,
      let other = known.first(where: { $0.isDensity != first.isDensity })
    else { return nil }
    reason =
      "\(other.name) \(other.values), but \(first.name) \(first.values): all metrics of a figure must have "
      + "the same kind of value"
  }
}
