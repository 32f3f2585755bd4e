import Configuration
import Files

/// Runs a pipeline: takes results from the cache, runs the other stages, and publishes.
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

  private func makeWork(_ hashes: ContentHashes, _ publisher: Publisher) throws -> StepWork {
    StepWork(
      plan: try Plan(pipeline, hashes: hashes), settings: settings, publisher: publisher,
      cancellation: cancellation, tell: tell)
  }

  /// What `run` would do. Writes nothing.
  ///
  /// Throws: `StageFault`, or `ConfigurationFault` at a field, where a stage that would run can be known to fail.
  package func preview() throws -> [PlannedStage] {
    let hashes = makeHashes()
    let publisher = makePublisher(hashes)
    let plan = try Plan(pipeline, hashes: hashes)
    var forecasts = Forecasts(plan, settings)
    return try plan.steps.map { step in
      let state = try publisher.store.state(of: step.record)
      var cached: StageRecord?
      if case .intact(let record) = state {
        cached = record
      } else {
        try forecasts.checkInputs(of: step)
      }
      return PlannedStage(
        name: step.name, variant: step.variant, kind: step.kind, fingerprint: step.fingerprint,
        status: cached == nil ? .wouldRun : .cached, failure: cached?.failure,
        reason: cached == nil ? try StepWork.reason(for: state, step, publisher) : nil,
        memory: cached == nil ? try forecasts.memory(of: step) : nil,
        quantities: cached == nil ? try forecasts.quantities(of: step) : [],
        resolved: step.configured.resolved)
    }
  }

  /// Reports, before hours of work, stages that are known to fail: those that do not fit their data or the
  /// machine.
  private func foresee(_ work: StepWork) throws {
    var forecasts = Forecasts(work.plan, settings)
    for step in work.plan.steps
    where try FileStatus.of(work.publisher.store.folder(step.fingerprint)) == nil {
      try forecasts.checkInputs(of: step)
      guard let memory = try forecasts.memory(of: step), !memory.fits else { continue }
      throw StageFault(stage: step.name, cause: MemoryFault(forecast: memory))
    }
  }

  /// Runs every step that is not in the cache, variants side by side, and publishes.
  ///
  /// Throws: `FolderFault` (73) and what forecasts throw before any work; `Interrupted` (130, 143);
  /// `StageFault` with the cause's exit code; disk errors (74); 75 if a result is locked and the settings say not to wait.
  /// After all work: `FailedStages` (70) if every seed of a stage reported a failure.
  package func run() throws -> PipelineResult {
    let folders = try settings.prepareFolders(pipeline: pipeline.name)
    let hashes = makeHashes()
    // Let go of last: what is written counts as litter as soon as nobody works there.
    defer { withExtendedLifetime(folders) { hashes.save() } }
    let work = try makeWork(hashes, makePublisher(hashes))
    try foresee(work)
    return try result(of: PlanWork(work, steps: work.plan.steps))
  }

  /// Draws every figure again from the stored results of all other stages, which do not run, and
  /// publishes.
  ///
  /// Throws: as `run`; `MissingResults` (66) before any work.
  package func redraw() throws -> PipelineResult {
    let hashes = makeHashes()
    let publisher = makePublisher(hashes)
    var work = try makeWork(hashes, publisher)
    work.isRedrawing = true
    let figures = work.plan.steps.filter { $0.configured.type.isFigure }
    var stored: [String: StageRecord] = [:]
    var missing: [String] = []
    let needed = Set(figures.flatMap { $0.configured.inputs.map(\.step) })
    for step in work.plan.steps where needed.contains(step.name) && !step.configured.type.isFigure {
      if case .intact(let record) = try publisher.store.state(of: step.record) {
        stored[step.name] = record
      } else {
        missing.append(step.name)
      }
    }
    guard missing.isEmpty else { throw MissingResults(pipeline: pipeline.name, steps: missing) }
    let folders = try settings.prepareFolders(pipeline: pipeline.name)
    defer { withExtendedLifetime(folders) { hashes.save() } }
    return try result(of: PlanWork(work, steps: figures, stored: stored))
  }

  private func result(of work: PlanWork) throws -> PipelineResult {
    var work = work
    let result = PipelineResult(
      pipeline: pipeline.name, stages: try work.finishAll().map(\.result))
    if let failed = FailedStages(result) { throw failed }
    return result
  }
}
