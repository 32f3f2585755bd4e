import Configuration
import Files
import Synchronization

/// What a running stage sees of the world: where its inputs lie and its outputs go, how many
/// workers it may use, whether to stop, and whom to tell.
package final class StageContext: Sendable {
  /// An artifact on disk and what made it.
  struct Located: Sendable {
    let path: String
    let fingerprint: String
  }

  static let scratchName = "scratch"

  /// Names for messages and captions; a result that contains them differs between pipelines.
  package let pipeline: String
  package let stage: String
  package let fingerprint: String
  /// Where the stage writes; becomes visible to others as a whole, or not at all.
  package let folder: String
  package let workers: Int
  /// The fields as they were understood, defaults filled in.
  package let resolved: ResolvedValue

  private let located: [InputReference: Located]
  private let outputs: [OutputPort]
  private let cancellation: Cancellation
  private let tell: @Sendable (ProgressEvent) -> Void
  private let measured = Mutex<[String: Double]>([:])

  init(
    pipeline: String, stage: String, fingerprint: String, folder: String, workers: Int,
    resolved: ResolvedValue, located: [InputReference: Located], outputs: [OutputPort],
    cancellation: Cancellation, tell: @escaping @Sendable (ProgressEvent) -> Void
  ) {
    self.pipeline = pipeline
    self.stage = stage
    self.fingerprint = fingerprint
    self.folder = folder
    self.workers = workers
    self.resolved = resolved
    self.located = located
    self.outputs = outputs
    self.cancellation = cancellation
    self.tell = tell
  }

  // MARK: Where things are

  /// The file or folder of an input.
  package func path(of input: InputReference) -> String { locate(input).path }

  /// The fingerprint of the stage that made an input.
  package func fingerprint(of input: InputReference) -> String { locate(input).fingerprint }

  private func locate(_ input: InputReference) -> Located {
    guard let found = located[input] else {
      preconditionFailure("stage \(stage) did not declare its input \(input.port)")
    }
    return found
  }

  /// Where an output of the stage's kind belongs. Folders above it exist; it does not.
  package func outputPath(_ port: String) -> String {
    guard let output = outputs.first(where: { $0.name == port }) else {
      preconditionFailure("stage \(stage) declares no output \(port)")
    }
    return joinPath(folder, output.path)
  }

  /// A folder for checkpoints and other things that are no result: removed when the stage ends
  /// well, kept with the rest of a resumable stage's folder when it does not. Exists.
  package var scratch: String { joinPath(folder, Self.scratchName) }

  // MARK: Stopping

  package var isCancelled: Bool { cancellation.isCancelled }

  /// Throws: `Interrupted` when the run was asked to stop.
  package func checkCancellation() throws { try cancellation.check() }

  // MARK: Telling

  package func progress(completed: Int, total: Int, unit: String, detail: String = "") {
    tell(
      .progress(
        stage: stage, completed: completed, total: total, unit: unit, detail: detail))
  }

  package func note(_ text: String) { tell(.note(stage: stage, text: text)) }

  package func warn(_ text: String) { tell(.warning(stage: stage, text: text)) }

  /// Notes a measured time for `timings.json`, outside the result; equal names add up.
  package func timing(_ name: String, seconds: Double) {
    measured.withLock { $0[name, default: 0] += seconds }
  }

  var timings: [String: Double] { measured.withLock { $0 } }
}
