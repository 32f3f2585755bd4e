import Configuration
import Numerics

/// All cells split at random into two halves, these again to a depth, and that a number of times
/// (random and tensorised: RAT, Peharz et al. 2019, section 3).
///
/// The root has one partition a repetition. A repetition ends in up to 2^depth leaf regions, each of one
/// or several cells; single cells are regions that repetitions share. Of an odd number the first half is
/// smaller. The same seed gives the same graph.
package struct RandomTensorised: RegionStructure, Equatable {
  package static let kind = "rat"

  package let depth: Int
  package let repetitions: Int
  package let seed: Int

  package init(depth: Int, repetitions: Int, seed: Int) {
    precondition(depth >= 1 && repetitions >= 1)
    self.depth = depth
    self.repetitions = repetitions
    self.seed = seed
  }

  package init(fields: Fields) {
    self.init(
      depth: fields.int(
        "depth", default: 4, in: 1...20, meaning: "splits from the root to a leaf region"),
      repetitions: fields.int(
        "repetitions", default: 8, in: 1...1_000, meaning: "random trees that the root mixes"),
      seed: fields.int("seed", default: 1, in: 0...Int.max, meaning: "seed of the random splits"))
  }

  package var description: String {
    "\(Self.kind), depth \(depth), repetitions \(repetitions), seed \(seed)"
  }

  package let needsInformation = false

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    let cells = ground.lattice.cellCount
    var growth = Growth(structure: self, cells: cells)
    let all = Array(0..<cells)
    let root = cells == 1 ? [] : (0..<repetitions).map { growth.split(all, repetition: $0) }
    growth.add(all, root)
    return try RegionGraph(
      variableCount: cells, scopes: growth.scopes, partitions: growth.partitions)
  }
}

extension RandomTensorised: CatalogueKind {
  package static let summary = "cells split at random into halves, several times (RAT)"
  package static let example = "{kind: rat, depth: 4, repetitions: 8}"
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
    return halves(of: all, repetition).map {
      region(of: $0, depth: structure.depth - 1, repetition)
    }
  }

  /// - Parameter parts: regions of each partition; none for a leaf region.
  @discardableResult
  mutating func add(_ members: [Int], _ parts: [[Int]]) -> Int {
    let region = scopes.count
    scopes.append(Scope(variableCount: cells, members))
    partitions += parts.map { Partition(region: region, $0) }
    return region
  }

  private mutating func region(of members: [Int], depth: Int, _ repetition: Int) -> Int {
    if members.count == 1 {
      if let known = regionsOfCells[members[0]] { return known }
      let region = add(members, [])
      regionsOfCells[members[0]] = region
      return region
    }
    guard depth > 0 else { return add(members, []) }
    let children = halves(of: members, repetition).map {
      region(of: $0, depth: depth - 1, repetition)
    }
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
