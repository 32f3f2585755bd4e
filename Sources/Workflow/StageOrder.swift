/// An order of stages in which each follows those that it reads.
struct StageOrder {
  /// Indices, ready ones by the order given; those of a cycle, and what needs them, are missing.
  let sorted: [Int]
  /// The names around one cycle, each needing the next, if there is one.
  let cycle: [String]?

  /// `stages`: names, and the names each one needs; unknown names are ignored.
  init(_ stages: [(name: String, needs: Set<String>)]) {
    let known = Set(stages.map(\.name))
    var done: Set<String> = []
    var sorted: [Int] = []
    while let next = stages.indices.first(where: {
      !done.contains(stages[$0].name) && stages[$0].needs.intersection(known).isSubset(of: done)
    }) {
      sorted.append(next)
      done.insert(stages[next].name)
    }
    self.sorted = sorted
    let stuck = stages.filter { !done.contains($0.name) }
    cycle = stuck.isEmpty ? nil : Self.cycle(among: stuck)
  }

  /// Follows inputs until a stage repeats: every stage of a cycle reads another of it.
  private static func cycle(among stuck: [(name: String, needs: Set<String>)]) -> [String] {
    var path: [String] = []
    var current = stuck[0].name
    while !path.contains(current) {
      path.append(current)
      let needs = stuck.first { $0.name == current }?.needs ?? []
      current = stuck.first { needs.contains($0.name) }?.name ?? current
    }
    let loop = path.drop { $0 != current }
    // Begins at the stage that comes first in the file, whichever way the walk came in.
    guard let first = stuck.first(where: { loop.contains($0.name) })?.name else { return path }
    return Array(loop.drop { $0 != first } + loop.prefix { $0 != first })
  }
}
