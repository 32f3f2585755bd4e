import Foundation
import Synchronization
import Workflow

/// Shows a run's events on stderr: one rewritten line with rate and time left on a terminal, plain
/// lines, few and far between, elsewhere.
final class ProgressPrinter: Sendable {
  private struct State {
    var stage = ""
    var started = ContinuousClock.now
    var lastShown: ContinuousClock.Instant?
    var hasOpenLine = false
  }

  private let state = Mutex(State())
  private let isInteractive: Bool

  init(isInteractive: Bool = Terminal.isInteractive) { self.isInteractive = isInteractive }

  func show(_ event: ProgressEvent) {
    state.withLock { state in
      switch event {
      case .stageStarted(let stage, let kind, let reason):
        state.stage = stage
        state.started = .now
        state.lastShown = nil
        line("\(stage): \(kind) (\(reason))", &state)
      case .progress(_, let completed, let total, let unit, let detail):
        showProgress(completed, total, unit, detail, &state)
      case .note(let stage, let text): line("\(stage): \(text)", &state)
      case .warning(let stage, let text): line("\(stage): warning: \(text)", &state)
      case .stageCached(let stage): line("\(stage): cached", &state)
      case .stageFinished(let stage, let seconds):
        line("\(stage): done in \(duration(seconds))", &state)
      case .stageRestored(let stage, let files):
        line("\(stage): written again, missing or edited: \(files.joined(separator: ", "))", &state)
      }
    }
  }

  /// Ends a rewritten line, so that what follows starts on its own.
  func finish() { state.withLock { close(&$0) } }

  private func line(_ text: String, _ state: inout State) {
    close(&state)
    Terminal.message(text)
  }

  private func close(_ state: inout State) {
    guard state.hasOpenLine else { return }
    Terminal.rewrite("")
    state.hasOpenLine = false
  }

  private func showProgress(
    _ completed: Int, _ total: Int, _ unit: String, _ detail: String, _ state: inout State
  ) {
    let now = ContinuousClock.now
    let interval: Duration = isInteractive ? .milliseconds(100) : .seconds(10)
    if let last = state.lastShown ?? (isInteractive ? nil : state.started), now - last < interval {
      return
    }
    state.lastShown = now
    let elapsed = seconds(now - state.started)
    let rate = elapsed > 0 ? Double(completed) / elapsed : 0
    var text = "\(state.stage): \(completed * 100 / max(total, 1)) %"
    if rate > 0 {
      text += ", \(Int(rate)) \(unit)/s, \(duration(Double(total - completed) / rate)) left"
    }
    if !detail.isEmpty { text += ", \(detail)" }
    guard isInteractive else { return Terminal.message(text) }
    Terminal.rewrite(String(text.prefix(Terminal.width - 1)))
    state.hasOpenLine = true
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private func duration(_ seconds: Double) -> String {
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
  }
}
