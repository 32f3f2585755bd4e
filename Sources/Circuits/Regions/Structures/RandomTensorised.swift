import Configuration
import Numerics

/// All cells split at random into two halves, these again down to single cells, and that a number of times
/// (random and tensorised: RAT, Peharz et al. 2019, section 3; their input regions may have several cells).
///
/// The root has one partition a repetition. Single cells are regions that all repetitions share. Of an odd number
/// the first half is smaller. The same seed gives the same graph.
package struct RandomTensorised: RegionStructure, Equatable {
  package static let kind = "rat"

  package let repetitions: Int
  package let seed: Int

  package init(repetitions: Int, seed: Int) {
    precondition(repetitions >= 1)
    self.repetitions = repetitions
    self.seed = seed
  }

  package init(fields: Fields) {
    self.init(
      repetitions: fields.int(
        "repetitions", default: 8, in: 1...1_000, meaning: "random trees that the root mixes"),
      seed: fields.int("seed", default: 1, in: 0...Int.max, meaning: "seed of the random splits"))
  }

  package var description: String { "\(Self.kind), repetitions \(repetitions), seed \(seed)" }

  package let needsInformation = false

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    let cells = ground.lattice.cellCount
    try RegionGraph.requireRoom(regions: cells + repetitions * max(cells - 2, 0) + 1, cells)
    var growth = Growth(structure: self, cells: cells)
    let all = Array(0..<cells)
    let root = cells == 1 ? [] : (0..<repetitions).map { growth.split(all, repetition: $0) }
    growth.add(all, root)
    return try RegionGraph(
      variableCount: cells, scopes: growth.scopes, partitions: growth.partitions)
  }
}

extension RandomTensorised: CatalogueKind {
  package static let summary = "random halves of halves, down to cells, several times (RAT)"
  package static let example = "{kind: rat, repetitions: 8}"
}

/// The regions so far, children before parents.
private struct Growth {
  let structure: RandomTensorised
  let cells: Int
  private(set) var scopes: [Scope] = []
  private(set) var partitions: [Partition] = []
  private var regionsOfCells: [Int: Int] = [:]
  /// Splits so far in this repetition: what their random order is drawn by.
  private var splits = 0

  init(structure: RandomTensorised, cells: Int) {
    self.structure = structure
    self.cells = cells
  }

  /// The regions of two random halves of the whole.
  mutating func split(_ all: [Int], repetition: Int) -> [Int] {
    splits = 0
    return halves(of: all, repetition).map { region(of: $0, repetition) }
  }

  /// - Parameter parts: regions of each partition; none for a leaf region.
  @discardableResult
  mutating func add(_ members: [Int], _ parts: [[Int]]) -> Int {
    let region = scopes.count
    scopes.append(Scope(variableCount: cells, members))
    partitions += parts.map { Partition(region: region, $0) }
    return region
  }

  private mutating func region(of members: [Int], _ repetition: Int) -> Int {
    if members.count == 1 {
      if let known = regionsOfCells[members[0]] { return known }
      let region = add(members, [])
      regionsOfCells[members[0]] = region
      return region
    }
    let children = halves(of: members, repetition).map { region(of: $0, repetition) }
    return add(members, [children])
  }

  private mutating func halves(of members: [Int], _ repetition: Int) -> [[Int]] {
    let split = splits
    splits += 1
    let drawn = members.map { member in
      (
        member,
        NoiseKey(
          seed: structure.seed, purpose: .structure, image: repetition, leaf: split,
          sample: member
        ).uniform
      )
    }
    let order = drawn.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    let middle = members.count / 2
    return [order[..<middle].sorted(), order[middle...].sorted()]
  }
}
