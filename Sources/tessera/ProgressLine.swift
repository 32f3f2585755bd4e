import Configuration
import Foundation

/// What is known of one stage at work.
struct StageProgress {
  let name: String
  let started: ContinuousClock.Instant
  var lastShown: ContinuousClock.Instant?
  var completed = 0
  var total = 0
  var unit = ""
  var detail = ""

  /// Units a second since the start; 0 where nothing is done yet.
  func rate(at now: ContinuousClock.Instant) -> Double {
    let elapsed = seconds(now - started)
    return elapsed > 0 ? Double(completed) / elapsed : 0
  }

  /// Seconds left at this rate, or nil where there is none.
  func left(at now: ContinuousClock.Instant) -> Double? {
    let rate = rate(at: now)
    return rate > 0 ? Double(total - completed) / rate : nil
  }

  private var percent: Int { completed * 100 / max(total, 1) }

  /// `spn/seed-1: 34 %, 27200 images/s, 2 min 10 s left, epoch 3/10`.
  func line(at now: ContinuousClock.Instant) -> String {
    var text = "\(name): \(percent) %"
    if let left = left(at: now) {
      text += ", \(Int(rate(at: now))) \(unit)/s, \(durationText(left)) left"
    }
    return detail.isEmpty ? text : "\(text), \(detail)"
  }

  /// `spn/seed-1 34 %`.
  var short: String { total > 0 ? "\(name) \(percent) %" : name }
}

/// The one line of a terminal about everything at work, in at most `width` columns.
struct ProgressLine {
  let done: Int
  let steps: Int
  let stages: [StageProgress]
  let now: ContinuousClock.Instant

  /// `3 of 12: spn/seed-1 34 %, spn/seed-2 31 %, 2 more, 2 min 10 s left`.
  func text(width: Int) -> String {
    let count = steps > 1 ? "\(done) of \(steps): " : ""
    if stages.count == 1 { return String((count + stages[0].line(at: now)).prefix(width)) }
    let longest = stages.compactMap { $0.left(at: now) }.max()
    let left = longest.map { ", \(durationText($0)) left" } ?? ""
    for shown in stride(from: stages.count, to: 0, by: -1) {
      let more = shown < stages.count ? ", \(stages.count - shown) more" : ""
      let names = stages.prefix(shown).map(\.short).joined(separator: ", ")
      let line = count + names + more + left
      if line.count <= width { return line }
    }
    return String("\(count)\(stages.count) stages at work\(left)".prefix(width))
  }
}

func durationText(_ seconds: Double) -> String {
  if seconds < 60 { return String(format: "%.1f s", seconds) }
  let whole = Int(bounded: seconds.rounded())
  if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
}

private func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
