import Configuration
import Foundation

/// What is known of one stage at work.
package struct StageProgress: Sendable {
  package let name: String
  package let started: ContinuousClock.Instant
  package var lastShown: ContinuousClock.Instant?
  private var completed = 0
  private var total = 0
  private var unit = ""
  private var detail = ""
  /// The first report: what was done before it, as by an earlier run, does not count for the rate.
  private var first: (completed: Int, at: ContinuousClock.Instant)?

  package init(name: String, started: ContinuousClock.Instant) {
    self.name = name
    self.started = started
  }

  package mutating func report(
    completed: Int, total: Int, unit: String, detail: String, at now: ContinuousClock.Instant
  ) {
    (self.completed, self.total, self.unit, self.detail) = (completed, total, unit, detail)
    if first == nil { first = (completed, now) }
  }

  /// Units a second since the first report; 0 where nothing more is done.
  private func rate(at now: ContinuousClock.Instant) -> Double {
    guard let first else { return 0 }
    let elapsed = seconds(now - first.at)
    return elapsed > 0 ? Double(completed - first.completed) / elapsed : 0
  }

  /// `2 min 10 s left`: of this stage, at its mean rate so far. `finishing` where all is counted and
  /// results are written; nil where there is no rate yet.
  private func left(at now: ContinuousClock.Instant) -> String? {
    guard total > 0, completed < total else { return total > 0 ? "finishing" : nil }
    let rate = rate(at: now)
    return rate > 0 ? "\(durationText(Double(total - completed) / rate)) left" : nil
  }

  private var share: String { total > 0 ? " \(completed * 100 / total) %" : "" }

  /// `spn/seed-1: 34 %, 2 min 10 s left, 27200 images/s, epoch 3/10`, without its last parts where
  /// they have no room.
  package func line(at now: ContinuousClock.Instant, width: Int = .max) -> String {
    let rate = rate(at: now)
    let known: [String?] = [
      left(at: now), rate > 0 ? "\(Int(bounded: rate)) \(unit)/s" : nil,
      detail.isEmpty ? nil : detail,
    ]
    let parts = known.compactMap { $0 }
    for count in (0...parts.count).reversed() {
      let head = total > 0 ? "\(name):\(share)" : name
      let text = ([head] + parts.prefix(count)).joined(separator: ", ")
      if TerminalText.columns(of: text) <= width { return text }
    }
    return TerminalText.clipped("\(name)\(share)", to: width)
  }

  /// `spn/seed-1 34 % (2 min 10 s left)`: the time left of the stage, not of the run.
  fileprivate func brief(at now: ContinuousClock.Instant, timed: Bool) -> String {
    let left = timed ? left(at: now).map { " (\($0))" } ?? "" : ""
    return "\(name)\(share)\(left)"
  }
}

/// The one line of a terminal about everything at work.
package struct ProgressLine: Sendable {
  let done: Int
  let steps: Int
  let stages: [StageProgress]
  let now: ContinuousClock.Instant

  package init(
    done: Int, steps: Int, stages: [StageProgress], now: ContinuousClock.Instant
  ) {
    self.done = done
    self.steps = steps
    self.stages = stages
    self.now = now
  }

  /// In at most `width` columns, what has no room left out:
  /// `3 of 12 stages done, 2 running: spn/seed-1 34 % (2 min left), spn/seed-2 31 % (2 min left)`.
  package func text(width: Int) -> String {
    let count = steps > 1 ? "\(done) of \(steps) stages done" : ""
    if stages.count == 1 {
      let lead = count.isEmpty ? "" : "\(count); "
      let room = width - TerminalText.columns(of: lead)
      // Rather the stage's percentage than the run's stages.
      let line = stages[0].line(at: now, width: room)
      return line.isEmpty || line.hasSuffix("\u{2026}")
        ? stages[0].line(at: now, width: width) : lead + line
    }
    let lead = (count.isEmpty ? "" : "\(count), ") + "\(stages.count) running"
    return candidates(lead).first { TerminalText.columns(of: $0) <= width }
      ?? TerminalText.clipped(lead, to: width)
  }

  /// The fullest first.
  private func candidates(_ lead: String) -> [String] {
    func line(_ shown: Int, timed: Bool) -> String {
      let more = shown < stages.count ? ["\(stages.count - shown) more"] : []
      let names = stages.prefix(shown).map { $0.brief(at: now, timed: timed) }
      return "\(lead): " + (names + more).joined(separator: ", ")
    }
    guard !stages.isEmpty else { return [lead] }
    return [line(stages.count, timed: true)]
      + (1...stages.count).reversed().map { line($0, timed: false) } + [lead]
  }
}

package func durationText(_ seconds: Double) -> String {
  if seconds < 60 { return String(format: "%.1f s", seconds) }
  guard seconds < 1e9 else { return "years" }
  let whole = Int(bounded: seconds.rounded())
  if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
}

private func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
