/// Which step of a plan may start next, and with how many workers.
///
/// Steps without a variant run alone, in the plan's order, with all workers. When the plan comes to a
/// variant, all variants that are ready, of any stage, run side by side until none is left.
struct Schedule {
  private(set) var pending: [Plan.Step]
  private var done: Set<String> = []
  /// The workers of each step that runs, by name.
  private var running: [String: (fingerprint: String, workers: Int)] = [:]
  private let workers: Int
  private var isDraining = false
  /// Steps that are no part of this schedule count as done.
  private let scheduled: Set<String>

  init(_ steps: [Plan.Step], workers: Int) {
    pending = steps
    self.workers = workers
    scheduled = Set(steps.map(\.name))
  }

  var isRunning: Bool { !running.isEmpty }

  /// The step that has to run alone now; nil if variants are next.
  mutating func alone() -> Plan.Step? {
    guard running.isEmpty, let first = pending.first else { return nil }
    if isDraining, ready.isEmpty { isDraining = false }
    if !first.variant.isEmpty { isDraining = true }
    return isDraining ? nil : first
  }

  /// The variants whose inputs are done, in the plan's order. Not those with the fingerprint of one
  /// that runs: its result will be theirs.
  var ready: [Plan.Step] {
    let atWork = Set(running.values.map(\.fingerprint))
    return pending.filter { step in
      !step.variant.isEmpty && !atWork.contains(step.fingerprint)
        && step.configured.inputs.allSatisfy {
          done.contains($0.step) || !scheduled.contains($0.step)
        }
    }
  }

  /// The next step to start beside those that run, with its share of the workers; nil if there is
  /// none, or no worker is free.
  mutating func startNext() -> (step: Plan.Step, workers: Int)? {
    let ready = ready
    let free = workers - running.values.reduce(0) { $0 + $1.workers }
    guard let step = ready.first, free > 0 else { return nil }
    let slots = min(running.count + ready.count, workers)
    let share = min(free, max(1, workers / slots))
    pending.removeAll { $0.name == step.name }
    running[step.name] = (step.fingerprint, share)
    return (step, share)
  }

  /// Notes that a step has its result, whether it was started here or not.
  mutating func finish(_ name: String) {
    pending.removeAll { $0.name == name }
    running[name] = nil
    done.insert(name)
  }

  /// Notes that a step ended without one.
  mutating func fail(_ name: String) {
    pending.removeAll { $0.name == name }
    running[name] = nil
  }
}
