import Configuration
import Files

/// Executes single steps of a plan: takes the result from the cache, or runs the stage.
struct StepWork: Sendable {
  /// A step that has its result.
  struct Outcome: Sendable {
    let record: StageRecord
    let result: PipelineResult.StageResult
  }

  let plan: Plan
  let settings: RunSettings
  let publisher: Publisher
  var cancellation: Cancellation
  let tell: @Sendable (ProgressEvent) -> Void
  /// Whether stages run even if their results are in the cache.
  var isRedrawing = false

  private var store: ArtifactStore { publisher.store }

  /// Publishes a step's result if it is in the cache, whole; nil if it is not.
  func settle(_ step: Plan.Step) throws -> Outcome? {
    guard case .intact(let record) = try store.state(of: step.record) else { return nil }
    // Then it is not whole after all, and its state will be another.
    do { return try publish(step, record, didRun: false) } catch is RottenFile { return nil }
  }

  /// Warns of damaged measurements. They are no part of the result, which stays.
  private func tellOfDamagedMeasurements(_ step: Plan.Step) throws {
    let folder = store.folder(step.fingerprint)
    for name in try Measurements(folder).damaged(store.hashes) {
      tell(
        .warning(
          stage: step.name,
          text:
            "\(joinPath(folder, name).printable) is missing or damaged: its measured times are not used; "
            + "remove \(folder.printable) to have it made again"))
    }
  }

  /// Makes one step's result, unless it is in the cache, and publishes it. `producers`: the records of what it
  /// reads, by step.
  func finish(
    _ step: Plan.Step, producers: [String: StageRecord], workers: Int
  ) throws -> Outcome {
    if !isRedrawing, let outcome = try settle(step) { return outcome }
    let lockPath = store.lock(step.fingerprint)
    let lock = try FileLock.take(
      lockPath, waits: settings.waitsForLock, cancellation: cancellation
    ) {
      tell(.note(stage: step.name, text: $0))
    }
    defer { lock.release() }
    // Whoever held the lock may have done the work.
    if !isRedrawing, let outcome = try settle(step) { return outcome }
    let state = try store.state(of: step.record)
    if !isRedrawing { try removeCorrupt(step, state) }
    let old = isRedrawing ? try StageRecord.read(in: store.folder(step.fingerprint)) : nil
    let execution = Execution(
      step: step, plan: plan, store: store, producers: producers, workers: workers,
      cancellation: cancellation,
      reason: isRedrawing ? "drawn again" : try Self.reason(for: state, step, publisher),
      earlier: try publisher.earlier(step.name), tell: tell)
    let record = try execution.run()
    if let old { warnOfDifference(step, old, record) }
    return try publish(step, record, didRun: true)
  }

  static func reason(
    for state: ArtifactStore.State, _ step: Plan.Step, _ publisher: Publisher
  ) throws -> String {
    if case .corrupt(let damage) = state { return "the cached result is corrupt: \(damage)" }
    return RerunReason.between(try publisher.earlier(step.name), step.record)
  }

  private func removeCorrupt(_ step: Plan.Step, _ state: ArtifactStore.State) throws {
    guard case .corrupt(let damage) = state else { return }
    let folder = store.folder(step.fingerprint)
    tell(
      .warning(
        stage: step.name, text: "\(folder.printable): \(damage); removed, and made again"))
    try DurableFile.remove(folder)
  }

  /// Warns if equal work gave other bytes: something outside the pipeline changed.
  private func warnOfDifference(_ step: Plan.Step, _ old: StageRecord, _ new: StageRecord) {
    guard !new.isMeasured, old.files != new.files else { return }
    let names = Set(old.files).symmetricDifference(new.files).map(\.path.printable)
    tell(
      .warning(
        stage: step.name,
        text:
          "other bytes than the stored result had: \(Set(names).sorted().joined(separator: ", "))"
          + " (another version of a tool, or of this program)"))
  }

  private func publish(
    _ step: Plan.Step, _ record: StageRecord, didRun: Bool
  ) throws -> Outcome {
    try tellOfDamagedMeasurements(step)
    let type = step.configured.type
    var difference = try publisher.difference(step.name, record, of: type)
    if !didRun { tell(.stageCached(stage: step.name, failure: record.failure)) }
    if didRun || !difference.isEmpty {
      // Two runs, or two steps of one, may publish at a time: the second finds it done.
      let lock = try FileLock.take(
        joinPath(settings.cache, "publish.lock"), waits: true, cancellation: cancellation)
      defer { lock.release() }
      difference = try publisher.difference(step.name, record, of: type)
      try publisher.apply(difference, step.name, record, of: type)
      if difference.isSameResult, !didRun, !difference.wanted.isEmpty {
        tell(.stageRestored(stage: step.name, files: difference.wanted))
      }
    }
    let result = PipelineResult.StageResult(
      name: step.name, stage: step.stage, variant: step.variant, kind: step.kind,
      fingerprint: step.fingerprint,
      status: didRun ? .ran : difference.isEmpty ? .cached : .restored, failure: record.failure,
      publishedFolder: type.isPublished ? publisher.folder(step.name) : nil,
      cacheFolder: store.folder(step.fingerprint),
      files: record.files.map(\.path).filter { !type.isPublished || type.publishes($0) })
    return Outcome(record: record, result: result)
  }
}
