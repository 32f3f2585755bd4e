/// Which results each step of a plan comes from, by fingerprint.
struct Lineages {
  /// Of a step by its name: its own result and all that it reads, directly or not.
  private(set) var all: [String: Set<String>] = [:]
  /// Those of them that read no other.
  private(set) var sources: [String: Set<String>] = [:]

  init(_ plan: Plan) {
    // A plan's order puts producers first.
    for step in plan.steps {
      let inputs = step.configured.inputs.map(\.step)
      all[step.name] = inputs.reduce([step.fingerprint]) { $0.union(all[$1] ?? []) }
      sources[step.name] =
        inputs.isEmpty
        ? [step.fingerprint] : inputs.reduce([]) { $0.union(sources[$1] ?? []) }
    }
  }
}
