import Synchronization
import Workflow

/// Prints a run's events to stderr: on a terminal one rewritten line about all running stages, with
/// rate and time left; elsewhere plain lines, with progress every ten seconds at most.
final class ProgressPrinter: Sendable {
  private struct State {
    /// In the order they started.
    var running: [StageProgress] = []
    var done = 0
    var lastShown: ContinuousClock.Instant?
    var hasOpenLine = false
  }

  private let state = Mutex(State())
  private let isInteractive: Bool
  private let steps: Int

  /// `steps`: how many steps the run has.
  init(steps: Int, isInteractive: Bool = Terminal.isInteractive) {
    self.steps = steps
    self.isInteractive = isInteractive
  }

  func show(_ event: ProgressEvent) {
    state.withLock { state in
      switch event {
      case .stageStarted(let stage, let kind, let reason):
        state.running.append(StageProgress(name: stage, started: .now))
        line("\(stage): \(kind) (\(reason))", &state)
      case .progress(let stage, let completed, let total, let unit, let detail):
        guard let index = state.running.firstIndex(where: { $0.name == stage }) else { return }
        state.running[index].report(
          completed: completed, total: total, unit: unit, detail: detail, at: .now)
        showProgress(index, &state)
      case .note(let stage, let text): line("\(stage): \(text)", &state)
      case .warning(let stage, let text): line("\(stage): warning: \(text)", &state)
      case .stageCached(let stage, let failure): end(stage, "cached", failure, &state)
      case .stageFinished(let stage, let seconds, let failure):
        end(stage, "done in \(durationText(seconds))", failure, &state)
      case .stageRestored(let stage, let files):
        line("\(stage): written again, missing or edited: \(files.joined(separator: ", "))", &state)
      }
    }
  }

  /// Ends a rewritten line, so that what follows starts on its own.
  func finish() { state.withLock { close(&$0) } }

  private func end(_ stage: String, _ how: String, _ failure: String?, _ state: inout State) {
    state.running.removeAll { $0.name == stage }
    state.done += 1
    line("\(stage): \(how)" + (failure.map { ", failed: \($0)" } ?? ""), &state)
  }

  private func line(_ text: String, _ state: inout State) {
    close(&state)
    Terminal.message(text)
    state.lastShown = nil
  }

  private func close(_ state: inout State) {
    guard state.hasOpenLine else { return }
    Terminal.rewrite("")
    state.hasOpenLine = false
  }

  private func showProgress(_ index: Int, _ state: inout State) {
    let now = ContinuousClock.now
    if isInteractive {
      if let last = state.lastShown, now - last < .milliseconds(100) { return }
      state.lastShown = now
      let line = ProgressLine(done: state.done, steps: steps, stages: state.running, now: now)
      Terminal.rewrite(line.text(width: Terminal.width - 1))
      state.hasOpenLine = true
    } else {
      let stage = state.running[index]
      // As few lines from several stages as from one.
      let interval = Duration.seconds(10) * state.running.count
      guard now - (stage.lastShown ?? stage.started) >= interval else { return }
      state.running[index].lastShown = now
      Terminal.message(stage.line(at: now))
    }
  }
}
