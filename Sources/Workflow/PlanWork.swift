import Configuration
import Foundation

/// Executes the steps of a schedule, one after the other or side by side.
struct PlanWork {
  private var work: StepWork
  private let steps: [Plan.Step]
  private let stored: [String: StageRecord]
  private let workers: Int
  private let cancellation: Cancellation
  /// Stops the steps at work when one fails, and follows the run's own.
  private let stop: Cancellation

  private var schedule: Schedule
  private var outcomes: [String: StepWork.Outcome] = [:]
  private var errors: [String: any Error] = [:]
  /// Variants whose results are not in the cache.
  private var absent: Set<String> = []
  private let threads = SideBySide<StepWork.Outcome>()

  /// `steps`: those to be done, of the plan of `work`, in its order; `stored`: the records of what
  /// else they read, by step.
  init(_ work: StepWork, steps: [Plan.Step], stored: [String: StageRecord] = [:]) {
    cancellation = work.cancellation
    stop = Cancellation(following: cancellation)
    self.work = work
    self.work.cancellation = stop
    self.steps = steps
    self.stored = stored
    workers = work.settings.workers
    schedule = Schedule(steps, workers: workers)
  }

  /// - Returns: the outcomes in the plan's order.
  /// - Throws: the error of the first step in the plan's order that failed by itself, after all
  ///   others have stopped; `Interrupted` when the run was asked to stop.
  mutating func finishAll() throws -> [StepWork.Outcome] {
    while errors.isEmpty, !stop.isCancelled, !schedule.pending.isEmpty || schedule.isRunning {
      if let step = schedule.alone() {
        note(step.name, Result { try job(step, workers: workers)() })
      } else if !settleOne() {
        while let (step, workers) = schedule.startNext() {
          threads.start(step.name, job(step, workers: workers))
        }
        waitForOne()
      }
    }
    while schedule.isRunning { waitForOne() }
    let thrown = steps.compactMap { errors[$0.name] }
    // What a step throws that was asked to stop is no news.
    if let own = thrown.first(where: { !($0 is Interrupted) }) { throw own }
    try cancellation.check()
    return steps.compactMap { outcomes[$0.name] }
  }

  /// Publishes the first ready variant that is in the cache: only what has to be worked out shares
  /// the workers.
  private mutating func settleOne() -> Bool {
    for step in schedule.ready where mayUseCache(step) && !absent.contains(step.name) {
      do {
        guard let outcome = try work.settle(step) else {
          absent.insert(step.name)
          continue
        }
        note(step.name, .success(outcome))
      } catch {
        note(step.name, .failure(error))
      }
      return true
    }
    return false
  }

  /// Whether a step may take its result from the cache: not if it is to be made again, which happens once.
  private func mayUseCache(_ step: Plan.Step) -> Bool {
    !work.isRedrawing || outcomes.values.contains { $0.result.fingerprint == step.fingerprint }
  }

  private func job(
    _ step: Plan.Step, workers: Int
  ) -> @Sendable () throws -> StepWork.Outcome {
    var work = work
    work.isRedrawing = !mayUseCache(step)
    let inputs = Set(step.configured.inputs.map(\.step))
    let producers = outcomes.filter { inputs.contains($0.key) }.mapValues(\.record)
      .merging(stored) { new, _ in new }
    return { [work] in try work.finish(step, producers: producers, workers: workers) }
  }

  private mutating func waitForOne() {
    precondition(schedule.isRunning, "the first step of a plan's rest can always start")
    let (name, result) = threads.next()
    note(name, result)
  }

  private mutating func note(_ name: String, _ result: Result<StepWork.Outcome, any Error>) {
    switch result {
    case .success(let outcome):
      outcomes[name] = outcome
      schedule.finish(name)
    case .failure(let error):
      errors[name] = error
      schedule.fail(name)
      // This signal is not shown: the error above is.
      stop.cancel(signal: SIGTERM)
    }
  }
}
