import Configuration
import Files

/// Runs a pipeline: what is in the cache is used, the rest is worked out, and results are published.
package struct Runner: Sendable {
  let pipeline: Pipeline
  let settings: RunSettings
  let cancellation: Cancellation
  let tell: @Sendable (ProgressEvent) -> Void

  package init(
    _ pipeline: Pipeline, settings: RunSettings, cancellation: Cancellation = Cancellation(),
    tell: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) {
    self.pipeline = pipeline
    self.settings = settings
    self.cancellation = cancellation
    self.tell = tell
  }

  private func makeHashes() -> ContentHashes {
    ContentHashes(
      memory: joinPath(settings.cache, "hashes.json"), isTrusted: settings.trustsMemory)
  }

  private func makePublisher(_ hashes: ContentHashes) -> Publisher {
    Publisher(
      root: joinPath(settings.output, pipeline.name),
      store: ArtifactStore(root: settings.cache, hashes: hashes))
  }

  /// What `run` would do. Writes nothing.
  package func preview() throws -> [PlannedStage] {
    let hashes = makeHashes()
    let publisher = makePublisher(hashes)
    return try Plan(pipeline, hashes: hashes).steps.map { step in
      let state = try publisher.store.state(of: step.record)
      var isCached = false
      if case .intact = state { isCached = true }
      return PlannedStage(
        name: step.name, kind: step.kind, fingerprint: step.fingerprint,
        status: isCached ? .cached : .wouldRun,
        reason: isCached ? nil : reason(for: state, step, publisher),
        resolved: step.configured.resolved)
    }
  }

  /// Runs every stage that is not in the cache, in order, and publishes.
  ///
  /// Throws: `FolderFault` (73) before any work; `Interrupted` (130, 143); `StageFault` with the
  /// cause's exit code; disk errors (74); 75 if a result is locked and the settings say not to wait.
  package func run() throws -> PipelineResult {
    try settings.prepareFolders(pipeline: pipeline.name)
    let hashes = makeHashes()
    defer { hashes.save() }
    let publisher = makePublisher(hashes)
    let plan = try Plan(pipeline, hashes: hashes)
    var results: [PipelineResult.StageResult] = []
    for step in plan.steps {
      try cancellation.check()
      results.append(try finish(step, in: plan, publisher))
    }
    return PipelineResult(pipeline: pipeline.name, stages: results)
  }

  private func reason(
    for state: ArtifactStore.State, _ step: Plan.Step, _ publisher: Publisher
  ) -> String {
    if case .corrupt(let damage) = state { return "the cached result is corrupt: \(damage)" }
    return RerunReason.between(publisher.earlier(step.name), step.record)
  }

  /// Brings one stage's result into the cache and publishes it.
  private func finish(
    _ step: Plan.Step, in plan: Plan, _ publisher: Publisher
  ) throws -> PipelineResult.StageResult {
    if case .intact(let record) = try publisher.store.state(of: step.record) {
      return try publish(step, record, publisher, didRun: false)
    }
    let lockPath = publisher.store.lock(step.fingerprint)
    let lock = try FileLock.take(
      lockPath, waits: settings.waitsForLock,
      cancellation: cancellation
    ) {
      tell(.note(stage: step.name, text: $0))
    }
    defer {
      // Whoever waits sees that the file is another one by then, and takes that.
      try? DurableFile.remove(lockPath)
      lock.release()
    }
    // Whoever held the lock may have done the work.
    let state = try publisher.store.state(of: step.record)
    if case .intact(let record) = state {
      return try publish(step, record, publisher, didRun: false)
    }
    if case .corrupt(let damage) = state {
      let folder = publisher.store.folder(step.fingerprint)
      tell(
        .warning(
          stage: step.name,
          text: "\(folder.printable): \(damage); removed, and made again"))
      try DurableFile.remove(folder)
    }
    let execution = Execution(
      step: step, plan: plan, store: publisher.store, settings: settings,
      cancellation: cancellation, reason: reason(for: state, step, publisher),
      earlier: publisher.earlier(step.name), tell: tell)
    let record = try execution.run()
    return try publish(step, record, publisher, didRun: true)
  }

  private func publish(
    _ step: Plan.Step, _ record: StageRecord, _ publisher: Publisher, didRun: Bool
  ) throws -> PipelineResult.StageResult {
    let isPublished = step.configured.type.isPublished
    var difference = try publisher.difference(step.name, record, isPublished: isPublished)
    if !didRun { tell(.stageCached(stage: step.name)) }
    if didRun || !difference.isEmpty {
      // Two runs may publish one stage: the second finds it done.
      let lock = try FileLock.take(
        joinPath(settings.cache, "publish.lock"), waits: true, cancellation: cancellation)
      defer { lock.release() }
      difference = try publisher.difference(step.name, record, isPublished: isPublished)
      try publisher.apply(difference, step.name, record, isPublished: isPublished)
      if difference.isSameResult, !didRun, !difference.wanted.isEmpty {
        tell(.stageRestored(stage: step.name, files: difference.wanted))
      }
    }
    return PipelineResult.StageResult(
      name: step.name, kind: step.kind, fingerprint: step.fingerprint,
      status: didRun ? .ran : difference.isEmpty ? .cached : .restored,
      publishedFolder: isPublished ? publisher.folder(step.name) : nil,
      cacheFolder: publisher.store.folder(step.fingerprint), files: record.files.map(\.path))
  }
}
