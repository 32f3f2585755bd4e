import Configuration
import Files
import Synchronization

/// The environment of a running stage: paths of inputs and outputs, how many workers it may use,
/// whether to stop, and where to report.
package final class StageContext: Sendable {
  /// An artifact on disk and what made it.
  struct Located: Sendable {
    let path: String
    let fingerprint: String
    /// The producing stage's folder in the cache.
    let folder: String
    let failure: String?
  }

  static let scratchName = "scratch"

  /// Names for messages and captions; a result that contains them differs between pipelines.
  package let pipeline: String
  /// Without the variant, which no single result knows of.
  package let stage: String
  package let fingerprint: String
  /// Where the stage writes; becomes visible to others as a whole, or not at all.
  package let folder: String
  package let workers: Int
  /// The fields as they were read, defaults filled in.
  package let resolved: ResolvedValue

  /// The stage's name with its variant, for messages.
  private let step: String
  private let isMeasured: Bool
  private let located: [InputReference: Located]
  private let outputs: [OutputPort]
  private let cancellation: Cancellation
  private let tell: @Sendable (ProgressEvent) -> Void
  private let measured = Mutex<[String: Double]>([:])
  private let reported = Mutex<String?>(nil)
  private let warned = Mutex<Set<String>>([])

  /// Where a stage writes and what it reads.
  struct Places {
    let folder: String
    let inputs: [InputReference: Located]
  }

  init(
    pipeline: String, step: Plan.Step, places: Places, workers: Int,
    cancellation: Cancellation, tell: @escaping @Sendable (ProgressEvent) -> Void
  ) {
    self.pipeline = pipeline
    self.step = step.name
    stage = step.stage
    fingerprint = step.fingerprint
    folder = places.folder
    self.workers = workers
    resolved = step.configured.resolved
    isMeasured = step.configured.type.isMeasured
    located = places.inputs
    outputs = step.configured.type.outputs
    self.cancellation = cancellation
    self.tell = tell
  }

  // MARK: Where things are

  /// The file or folder of an input.
  package func path(of input: InputReference) -> String { locate(input).path }

  /// The fingerprint of the stage that made an input.
  package func fingerprint(of input: InputReference) -> String { locate(input).fingerprint }

  /// Why the stage that made an input failed; nil if it did not.
  package func failure(of input: InputReference) -> String? { locate(input).failure }

  /// The path of a measurement of an input, `run.json` or a `timings.` file; nil if there is none, or if it is
  /// damaged, which is reported. For measured stages alone: no other result may depend on it. Throws:
  /// `FileFault`.
  package func measurement(_ file: String, of input: InputReference) throws -> String? {
    precondition(isMeasured, "stage \(stage) is not measured")
    precondition(ArtifactStore.isOutsideRecord(file) && file != StageRecord.fileName)
    let folder = locate(input).folder
    let path = joinPath(folder, file)
    guard try FileStatus.of(path)?.isRegular == true else { return nil }
    if try Measurements(folder).isIntact(file) { return path }
    warn("\(path.printable) is damaged (SHA-256): its measured times are not used")
    return nil
  }

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

  // MARK: Failing

  /// Reports that the result is a failure, such as a training that diverged. The stage then ends
  /// normally, with all its outputs: they are stored and used, and the same work is not done again.
  /// The first reason counts; it is one line, and part of the result.
  package func reportFailure(_ reason: String) {
    reported.withLock { $0 = $0 ?? reason.printable }
  }

  var failure: String? { reported.withLock { $0 } }

  // MARK: Telling

  package func progress(completed: Int, total: Int, unit: String, detail: String = "") {
    tell(
      .progress(
        stage: step, completed: completed, total: total, unit: unit, detail: detail))
  }

  package func note(_ text: String) { tell(.note(stage: step, text: text)) }

  /// Reports a warning; the same one is reported once.
  package func warn(_ text: String) {
    let isNew = warned.withLock { $0.insert(text).inserted }
    if isNew { tell(.warning(stage: step, text: text)) }
  }

  /// Notes a measured time for `timings.json`, outside the result; equal names add up.
  package func timing(_ name: String, seconds: Double) {
    measured.withLock { $0[name, default: 0] += seconds }
  }

  var timings: [String: Double] { measured.withLock { $0 } }
}
