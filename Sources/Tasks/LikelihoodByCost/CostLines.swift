import Storage
import Workflow

/// The numbers behind a figure of likelihoods against costs.
struct CostLines {
  /// One trained model.
  struct Run {
    let label: String
    let variant: Variant
    let metrics: MetricsTable.Row
    /// Of its training; nil where they are not needed or were not measured.
    let timings: EpochTimings?

    /// Seconds of training, all epochs together and without validation.
    var seconds: Double? {
      timings.flatMap { $0.trainSeconds(upTo: $0.epochs.count)?.last }
    }

    /// `2`, or `1 2` where epochs had different numbers.
    var workers: String {
      Set(timings?.epochs.map(\.workers) ?? []).sorted().map(String.init).joined(separator: " ")
    }

    /// The values of the axes but the seed: `k 4`; empty where nothing is swept.
    var swept: String {
      let values = variant.without(Variant.seedAxis)
      return values.isEmpty ? "" : values.inWords
    }
  }

  /// One model with each combination of its swept values.
  struct Line {
    let label: String
    /// The runs of one combination each, which differ in their seed alone.
    let places: [[Run]]

    /// Kind of its numbers, `exact`; several are joined by `or`.
    var kind: String {
      Set(places.joined().map(\.metrics.kindInWords)).sorted().joined(separator: " or ")
    }
  }

  let all: [Line]

  var runs: [Run] { all.flatMap { $0.places.joined() } }

  /// `points: k = 4, 8, 16`, where every line has these values of one axis, or the first few of them.
  var sweptInWords: String? {
    let swept = all.filter { $0.places.count > 1 }.map { line in
      line.places.compactMap { $0.first?.variant.without(Variant.seedAxis) }
    }
    guard let longest = swept.max(by: { $0.count < $1.count }),
      swept.allSatisfy({ longest.starts(with: $0) })
    else { return nil }
    let axes = Set(longest.flatMap { $0.coordinates.map(\.axis) })
    guard axes.count == 1, let axis = axes.first else { return nil }
    return "points: \(axis) = " + longest.compactMap { $0[axis] }.joined(separator: ", ")
  }

  /// `1 of 8 trainings ended early`; nil where none did.
  var endedInWords: String? {
    let ended = runs.count { $0.metrics.training != "finished" }
    return ended == 0
      ? nil : "\(ended) of \(runs.count) training\(runs.count == 1 ? "" : "s") ended early"
  }

  /// `2 of 8 runs have no measured time`; nil for none.
  func unmeasuredInWords(_ count: Int) -> String? {
    let all = "\(runs.count) run\(runs.count == 1 ? "" : "s")"
    return count == 0
      ? nil : "\(count) of \(all) \(count == 1 ? "has" : "have") no measured time"
  }

  /// A row a run, in the pipeline's order.
  func table(hasTimes: Bool) -> Table {
    let runs = runs
    let rows = runs.map(\.metrics)
    let times = [
      TableColumn("seconds", unit: "s", .doubles(runs.map { $0.seconds ?? .nan })),
      TableColumn("workers", .strings(runs.map(\.workers))),
    ]
    return Table(
      title: "likelihood and cost of each training",
      columns: [
        TableColumn("model", .strings(runs.map(\.label))),
        TableColumn("swept", .strings(runs.map(\.swept))),
        TableColumn("seed", .strings(runs.map { $0.variant[Variant.seedAxis] ?? "" })),
        TableColumn("parameters", .integers(rows.map { Int64($0.parameters) })),
      ] + (hasTimes ? times : []) + [
        TableColumn("meanLogLikelihood", unit: "nats/image", .doubles(rows.map(\.mean))),
        TableColumn("standardError", unit: "nats/image", .doubles(rows.map(\.standardError))),
        TableColumn(
          "bitsPerDimension", unit: "bits/dimension", .doubles(rows.map(\.bitsPerDimension))),
        TableColumn(
          "bitsStandardError", unit: "bits/dimension", .doubles(rows.map(\.bitsStandardError))),
        TableColumn("estimator", .strings(rows.map(\.estimator))),
        TableColumn("likelihood", .strings(rows.map(\.kind))),
        TableColumn("part", .strings(rows.map(\.part))),
        TableColumn("images", .integers(rows.map { Int64($0.images) })),
        TableColumn("training", .strings(rows.map(\.training))),
      ])
  }
}
