import Configuration
import Files
import Foundation

/// The execution of one step, in a partial folder that becomes the result or stays invisible.
struct Execution {
  let step: Plan.Step
  let plan: Plan
  let store: ArtifactStore
  /// The records of the steps that it reads, by name.
  let producers: [String: StageRecord]
  let workers: Int
  let cancellation: Cancellation
  let reason: String
  let earlier: StageRecord?
  let tell: @Sendable (ProgressEvent) -> Void

  private var runsAlone: Bool { step.variant.isEmpty }
  private var isResumable: Bool { step.configured.type.isResumable }
  private var folder: String { store.partial(step.fingerprint) }

  /// Runs the stage, verifies its outputs and adopts the result. The caller holds the result's lock.
  func run() throws -> StageRecord {
    tell(.stageStarted(stage: step.name, kind: step.kind, reason: reason))
    let context = makeContext()
    let clock = ContinuousClock()
    let start = clock.now
    if runsAlone { ProcessMemory.forgetPeak() }
    do {
      try prepareFolder(context)
      let request = cancellation
      try Stopping.bind({ try request.check() }) {
        try step.configured.stage.run(context)
      }
      // A stage that saw the request and returned early has not finished its work.
      try cancellation.check()
      try verifyOutputs()
      try DurableFile.remove(context.scratch)
      let seconds = Self.seconds(start.duration(to: clock.now))
      try writeTimings(context)
      let record = try store.adopt(
        step.record, failure: context.failure, run: measurements(seconds: seconds))
      tell(.stageFinished(stage: step.name, seconds: seconds, failure: record.failure))
      return record
    } catch {
      if !isResumable { try? DurableFile.remove(folder) }
      if let interrupted = error as? Interrupted { throw interrupted }
      throw StageFault(stage: step.name, cause: error)
    }
  }

  private func makeContext() -> StageContext {
    var located: [InputReference: StageContext.Located] = [:]
    for input in step.configured.inputs {
      let reference = input.reference
      guard let producer = plan.step(input.step),
        let port = producer.configured.type.outputs.first(where: { $0.name == reference.output })
      else { preconditionFailure("references were resolved when the pipeline was read") }
      let folder = store.folder(producer.fingerprint)
      located[reference] = StageContext.Located(
        path: joinPath(folder, port.path), fingerprint: producer.fingerprint, folder: folder,
        failure: producers[producer.name]?.failure)
    }
    return StageContext(
      pipeline: plan.pipeline.name, step: step,
      places: StageContext.Places(folder: folder, inputs: located), workers: workers,
      cancellation: cancellation, tell: tell)
  }

  private func prepareFolder(_ context: StageContext) throws {
    if try FileStatus.of(folder) != nil {
      if isResumable {
        tell(.note(stage: step.name, text: "continues an interrupted run"))
        try removeTemporaries()
      } else {
        try DurableFile.remove(folder)
      }
    }
    try DurableFile.createFolder(context.scratch)
    for output in step.configured.type.outputs {
      try DurableFile.createFolder(parentFolder(joinPath(folder, output.path)))
    }
  }

  /// A killed run may have left half-written temporary files, which are no part of a result.
  private func removeTemporaries() throws {
    for path in try DurableFile.listTree(folder) where ArtifactStore.isTemporary(path) {
      try DurableFile.remove(joinPath(folder, path))
    }
  }

  private func verifyOutputs() throws {
    for output in step.configured.type.outputs
    where try FileStatus.of(joinPath(folder, output.path)) == nil {
      throw MissingOutput(output: output.name, path: output.path)
    }
  }

  /// `timings.json`: like `run.json`, outside every hash.
  private func writeTimings(_ context: StageContext) throws {
    let timings = context.timings.mapValues { ResolvedValue.real($0) }
    try DurableFile.write(
      text: ResolvedValue.mapping(timings).jsonText + "\n", to: joinPath(folder, "timings.json"))
  }

  /// The content of `run.json`: what differs from run to run.
  private func measurements(seconds: Double) -> [String: ResolvedValue] {
    var run: [String: ResolvedValue] = [
      "date": .string(Self.date()), "host": .string(Self.host()),
      "workers": .integer(workers), "seconds": .real(seconds),
      "pipeline": .string(plan.pipeline.name), "stage": .string(step.name),
      "reason": .string(reason),
    ]
    // Beside others, nobody could tell whose it is.
    if runsAlone, let peak = ProcessMemory.peak { run["peakMemory"] = .integer(peak) }
    if let earlier {
      run["previous"] = .mapping([
        "fingerprint": .string(earlier.fingerprint), "identity": earlier.identity,
      ])
    }
    return run
  }

  private static func seconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  private static func date() -> String { ISO8601DateFormatter().string(from: Date()) }

  private static func host() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
