import Synchronization
import Workflow

/// What a run told, from any thread.
final class EventLog: Sendable {
  private let events = Mutex<[ProgressEvent]>([])

  func add(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
  var all: [ProgressEvent] { events.withLock { $0 } }
}

/// What a run did and told.
struct RunSummary {
  let result: PipelineResult
  let events: [ProgressEvent]

  var didNothing: Bool { result.didNothing }

  /// Stages that were worked out, in order.
  var ran: [String] { result.stages.filter { $0.status == .ran }.map(\.name) }

  var warnings: [String] {
    events.compactMap { if case .warning(_, let text) = $0 { text } else { nil } }
  }

  var notes: [String] {
    events.compactMap { if case .note(_, let text) = $0 { text } else { nil } }
  }

  func stage(_ name: String) -> PipelineResult.StageResult? {
    result.stages.first { $0.name == name }
  }
}
