import Circuits
import Configuration
import Foundation
import Reports
import Storage

/// Our tables as they are shown to people; the numbers behind them are in HDF5 and CSV.
enum TableFigures {
  /// `-105.92`, with a true minus sign.
  static func nats(_ value: Double) -> String {
    rounded(value).replacing("-", with: "\u{2212}")
  }

  /// `105,056`.
  static func count(_ value: Int) -> String {
    let digits = Array(String(abs(value)).reversed())
    let groups = stride(from: 0, to: digits.count, by: 3).map { start in
      String(digits[start..<min(start + 3, digits.count)].reversed())
    }
    return (value < 0 ? "\u{2212}" : "") + groups.reversed().joined(separator: ",")
  }

  /// `3.2 s`, `45 ms`, `2 min 5 s`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 0.001 {
      return String(format: "%.\(seconds < 0.000_01 ? 1 : 0)f \u{B5}s", seconds * 1e6)
    }
    if seconds < 0.1 { return String(format: "%.1f ms", seconds * 1e3) }
    if seconds < 100 { return String(format: "%.1f s", seconds) }
    return "\(Int(bounded: seconds) / 60) min \(Int(bounded: seconds) % 60) s"
  }

  // MARK: The comparison of models

  static func comparison(_ rows: [ComparisonRow], title: String) -> TableFigure {
    var footnotes = [
      "nats an image; median over the seeds' means, quartiles in brackets; the standard error of one "
        + "seed's mean over the images is at most "
        + "\(rounded(rows.flatMap(\.standardErrors).filter { !$0.isNaN }.max() ?? .nan))"
    ]
    if rows.contains(where: { $0.diverged > 0 }) {
      footnotes.append("a seed that diverged counts with the parameters it had kept")
    }
    return TableFigure(
      title: title,
      columns: [
        .init("model"), .init("parameters", .right), .init("number"), .init("images", .right),
        .init("seeds", .right), .init("median", .right), .init("quartiles", .right),
      ],
      rows: rows.map { row in
        let all = Quartiles(row.means)
        let seeds = row.diverged == 0 ? "" : ", \(row.diverged) diverged"
        return TableFigure.Row(
          row.model,
          [
            .init(count(row.parameters)), .init(number(row)), .init(count(row.images)),
            .init("\(row.means.count)\(seeds)"), .init(all.map { nats($0.median) } ?? "none"),
            .init(all.map { "[\(nats($0.lower)), \(nats($0.upper))]" } ?? ""),
          ])
      }, footnotes: footnotes)
  }

  /// The same in few columns and rows: of each model the tightest lower bound, and of other kinds the
  /// last number.
  static func briefComparison(_ all: [ComparisonRow]) -> TableFigure {
    func median(_ row: ComparisonRow) -> Double { Quartiles(row.means)?.median ?? -.infinity }
    let rows = all.indices.filter { index in
      let row = all[index]
      let siblings = all.indices.filter {
        (all[$0].model, all[$0].kind, all[$0].images) == (row.model, row.kind, row.images)
      }
      guard row.kind == LikelihoodKind.lowerBound.rawValue else { return index == siblings.last }
      return index == siblings.max { median(all[$0]) < median(all[$1]) }
    }.map { all[$0] }
    let seeds = rows.map(\.means.count).max() ?? 0
    let most = rows.map(\.images).max() ?? 0
    return TableFigure(
      columns: [
        .init("model"), .init("number"), .init("median", .right), .init("spread", .right),
      ],
      rows: rows.map { row in
        let all = Quartiles(row.means)
        let diverged = row.diverged == 0 ? "" : ", \(row.diverged) diverged"
        return TableFigure.Row(
          row.model,
          [
            .init(
              number(row) + (row.images < most ? ", first \(count(row.images))" : "") + diverged),
            .init(all.map { nats($0.median) } ?? "none"),
            .init(
              row.means.count < 2
                ? "one seed" : all.map { rounded($0.upper - $0.lower) } ?? ""),
          ])
      },
      footnotes: [
        "nats an image, over up to \(seeds) seeds; spread: from quartile to quartile; all numbers are in "
          + "comparison.csv"
      ])
  }

  private static func number(_ row: ComparisonRow) -> String {
    let kind = LikelihoodKind(rawValue: row.kind)?.inWords ?? row.kind
    return row.estimator == "trained" ? kind : "\(row.estimator): \(kind)"
  }

  // MARK: Counts

  static func counts(_ models: [(label: String, counts: CircuitCounts)]) -> TableFigure {
    TableFigure(
      columns: [
        .init("model"), .init("regions", .right), .init("partitions", .right),
        .init("leaf units", .right), .init("sums", .right), .init("products", .right),
        .init("parameters", .right),
      ],
      rows: models.map { model in
        let counts = model.counts
        return TableFigure.Row(
          model.label,
          [
            counts.regions, counts.partitions, counts.leafUnits, counts.sumNodes,
            counts.productNodes, counts.parameters,
          ].map { .init(count($0)) })
      }, footnotes: ["counted in the trained models; root weights, fixed at 1/K, apart"])
  }

  // MARK: Questions

  static func questions(
    _ models: [(label: String, answers: [Answer])], title: String = ""
  ) -> TableFigure {
    TableFigure(
      title: title, columns: [.init("question")] + models.map { .init($0.label) },
      rows: Question.allCases.map { question in
        TableFigure.Row(
          question.rawValue,
          models.map { model in
            model.answers.first { $0.question == question }.map(cell) ?? .init("not asked")
          })
      },
      footnotes: [
        "time an image, on the machine of this run\(workers(models.flatMap(\.answers))); marginalising: "
          + "the lower superpixels hidden, one pass; missing variables: their posterior mean, two passes"
      ])
  }

  /// `, by 1 worker`, `, by 1 or 2 workers`.
  private static func workers(_ answers: [Answer]) -> String {
    let numbers = Set(answers.filter { $0.seconds != nil }.map(\.workers)).sorted()
    let words = numbers.map(String.init).joined(separator: " or ")
    return numbers.isEmpty ? "" : ", by \(words) worker\(numbers == [1] ? "" : "s")"
  }

  private static func cell(_ answer: Answer) -> TableFigure.Cell {
    guard let seconds = answer.seconds else {
      return .init(answer.remark, .init("no answer", .poor))
    }
    let text = duration(seconds / Double(max(answer.images, 1)))
    guard let kind = answer.kind else { return .init(text) }
    return .init(text, .init(kind.inWords, kind == .exact ? .good : .neutral))
  }

  // MARK: Claims

  static func claims(_ claims: [Claim], title: String = "") -> TableFigure {
    TableFigure(
      title: title, columns: [.init("claim"), .init("measured"), .init("held?")],
      rows: claims.map { claim in
        let tint: TableFigure.Mark.Tint =
          switch claim.verdict {
          case .held: .good
          case .failed: .poor
          case .partly, .notMeasured: .neutral
          }
        return TableFigure.Row(
          claim.statement,
          [.init(claim.measured), .init("", .init(claim.verdict.rawValue, tint))])
      },
      footnotes: [
        "test images; medians over seeds; alike: the range after the last epoch is at most a "
          + "twentieth of what was gained since the first; stuck: below independent pixels"
      ])
  }
}
