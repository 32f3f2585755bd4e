import Circuits
import Numerics
import Testing

@Suite struct LearnedStructureTests {
  private func uniform(_ index: Int, _ seed: Int) -> Double {
    NoiseKey(seed: seed, purpose: .sampling, image: index).uniform
  }

  private func information(_ count: Int, seed: Int, levels: Int = 1_000) -> MutualInformation {
    var values = Array(repeating: 0.0, count: count * count)
    for a in 0..<count {
      for b in a + 1..<count {
        let own = (uniform(a * count + b, seed) * Double(levels)).rounded() / Double(levels)
        values[a * count + b] = own
        values[b * count + a] = own
      }
    }
    return MutualInformation(count: count, values: values)
  }

  /// The tree that a graph was made from: parents of each cell.
  private func edges(_ graph: RegionGraph) -> [(child: Int, parent: Int)] {
    graph.partitions.flatMap { partition -> [(Int, Int)] in
      let own = cell(graph, partition)
      return partition.children.dropFirst().compactMap { child in
        graph.partitionRanges[child].isEmpty
          ? nil : (cell(graph, graph.partitions[graph.partitionRanges[child].lowerBound]), own)
      }
        + (graph.partitionRanges[partition.children[0]].isEmpty
          ? []
          : [
            (
              cell(
                graph, graph.partitions[graph.partitionRanges[partition.children[0]].lowerBound]),
              own
            )
          ])
    }
  }

  /// The cell that a partition observes: that of its leaf region.
  private func cell(_ graph: RegionGraph, _ partition: Partition) -> Int {
    let leaf = partition.children.first { graph.partitionRanges[$0].isEmpty } ?? -1
    return graph.scopes[leaf].variables[0]
  }

  /// Every spanning tree of five cells, by Pruefer's codes.
  private func heaviestTree(_ information: MutualInformation) -> Double {
    let count = information.count
    var best = 0.0
    for code in 0..<Int(power(count, count - 2)) {
      var digits = (0..<count - 2).map { code / Int(power(count, $0)) % count }
      var degrees = (0..<count).map { cell in 1 + digits.count { $0 == cell } }
      var weight = 0.0
      while !digits.isEmpty {
        let leaf = degrees.firstIndex(of: 1) ?? 0
        let next = digits.removeFirst()
        weight += information[leaf, next]
        degrees[leaf] -= 1
        degrees[next] -= 1
      }
      let last = degrees.indices.filter { degrees[$0] == 1 }
      best = max(best, weight + information[last[0], last[1]])
    }
    return best
  }

  private func power(_ base: Int, _ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  @Test(arguments: 1...20)
  func theTreeIsTheHeaviest(seed: Int) throws {
    // Few levels give ties.
    let own = information(5, seed: seed, levels: seed % 2 == 0 ? 3 : 1_000)
    let graph = try ChowLiuTree().regionGraph(
      of: StructureGround(lattice: Lattice(rows: 1, columns: 5), information: own))
    let weight = edges(graph).reduce(0.0) { $0 + own[$1.child, $1.parent] }
    #expect(edges(graph).count == 4)
    #expect(abs(weight - heaviestTree(own)) < 1e-12)
  }

  /// No other cell as root gives a shallower tree.
  @Test(arguments: 1...10)
  func theRootIsTheCentre(seed: Int) throws {
    let count = 30
    let graph = try ChowLiuTree().regionGraph(
      of: StructureGround(
        lattice: Lattice(rows: 5, columns: 6), information: information(count, seed: seed)))
    let edges = edges(graph)
    func depth(from root: Int) -> Int {
      var distance = Array(repeating: count, count: count)
      distance[root] = 0
      for _ in 0..<count {
        for (a, b) in edges {
          distance[a] = min(distance[a], distance[b] + 1)
          distance[b] = min(distance[b], distance[a] + 1)
        }
      }
      return distance.max() ?? 0
    }
    let root = Set(0..<count).subtracting(edges.map(\.child)).first ?? -1
    #expect(depth(from: root) == (0..<count).map(depth).min())
  }

  @Test func anOutlineIsOfTheSameSize() throws {
    let lattice = Lattice(rows: 4, columns: 5)
    let outline = try ChowLiuTree().regionGraph(of: lattice)
    let graph = try ChowLiuTree().regionGraph(
      of: StructureGround(lattice: lattice, information: information(20, seed: 2)))
    #expect(outline.scopes.count == graph.scopes.count)
    #expect(outline.partitions.count == graph.partitions.count)
    #expect(outline.leafRegions.count == 20)
  }

  @Test func quadTreesCutFourQuarters() throws {
    let graph = try QuadTree().regionGraph(of: Lattice(rows: 8, columns: 8))
    #expect(graph.scopes.count == 64 + 16 + 4 + 1)
    #expect(graph.partitions.allSatisfy { $0.children.count == 4 })
    let odd = try QuadTree().regionGraph(of: Lattice(rows: 3, columns: 1))
    #expect(odd.partitions.map(\.children.count) == [2, 2])
    #expect(try QuadTree().regionGraph(of: Lattice(rows: 1, columns: 1)).scopes.count == 1)
  }

  /// Leaf regions that stand alone in their partitions have sums of their own already.
  @Test func leafSumsStandBetweenLeavesAndProducts() throws {
    let quads = try QuadTree().regionGraph(of: Lattice(rows: 4, columns: 4)).withLeafSums()
    #expect(quads.scopes.count == 16 + 16 + 4 + 1)
    #expect(quads.leafRegions.count == 16)
    #expect(quads.partitions.filter { $0.children.count == 1 }.count == 16)
    for partition in quads.partitions where partition.children.count > 1 {
      #expect(partition.children.allSatisfy { !quads.leafRegions.contains($0) })
    }
    // A chain of three cells: its end has a partition into its leaf region alone.
    let chain = try HiddenTree.regionGraph(parents: [1, 2, nil])
    #expect(chain.scopes.count == 6)
    #expect(try chain.withLeafSums().scopes.count == 8)
    let one = try QuadTree().regionGraph(of: Lattice(rows: 1, columns: 1))
    #expect(try one.withLeafSums().scopes.count == 1)
  }

  /// One matrix of weights a pixel, and one a rectangle.
  @Test func quadTreesOverPixelsHaveSumsAtEveryPixel() throws {
    let graph = try QuadTree().regionGraph(of: Lattice(rows: 28, columns: 28)).withLeafSums()
    #expect(graph.innerRegions.count == 784 + 325)
  }

  /// All cells of a grid are alike, so are its 1 x 2 and 2 x 1 rectangles among themselves.
  @Test func regionsAtOtherPlacesShareParameters() throws {
    let pixels = (0..<6).map { [PixelPlace(row: $0 / 3, column: $0 % 3)] }
    let graph = try PoonDomingos(steps: [1]).regionGraph(of: Lattice(rows: 2, columns: 3))
    func groups(_ sharing: ParameterSharing, ofLeaves: Bool) throws -> Int {
      let shared = try graph.sharing(sharing, pixels: pixels)
      let regions = ofLeaves ? shared.leafRegions : shared.innerRegions
      return Set(regions.map { shared.groups[$0] }).count
    }
    #expect(try groups(.none, ofLeaves: true) == 6)
    #expect(try groups(.leaves, ofLeaves: true) == 1)
    #expect(try groups(.sums, ofLeaves: true) == 6)
    // 1 x 2, 1 x 3, 2 x 1, 2 x 2 and the root.
    #expect(try groups(.sums, ofLeaves: false) == 5)
    #expect(try groups(.all, ofLeaves: false) == 5)
    // The last column is narrower: no copy of the others.
    let odd = pixels.enumerated().map { cell, own in
      cell % 3 == 2 ? own : own + [PixelPlace(row: cell / 3, column: cell % 3 + 10)]
    }
    #expect(Set(try graph.sharing(.leaves, pixels: odd).groups).count == graph.scopes.count - 4)
  }

  @Test func unlikeRegionsCannotShare() throws {
    let graph = try PoonDomingos(steps: [1]).regionGraph(of: Lattice(rows: 1, columns: 3))
    for (region, group) in [(1, 2), (graph.root, 0), (3, 0)] {
      var groups = Array(graph.scopes.indices)
      groups[region] = group
      #expect(throws: RegionGraphFault.self) {
        try RegionGraph(
          variableCount: 3, scopes: graph.scopes, partitions: graph.partitions, groups: groups)
      }
    }
  }

  // MARK: Mutual information

  private let count = 300

  /// `[image][value]`: values of which some follow others.
  private func rows(levels: Int) -> [UInt8] {
    (0..<count).flatMap { image -> [UInt8] in
      let (a, b) = (uniform(image, 5), uniform(image, 6))
      let shown = [a, a * 0.5 + b * 0.5, b, 0, a > 0.3 ? 1 : b]
      return shown.map {
        levels == 2 ? ($0 > 0.6 ? 1 : 0) : UInt8($0 * 255)
      }
    }
  }

  /// By the definition, from probabilities of pairs.
  private func definition(_ rows: [UInt8], _ a: Int, _ b: Int, levels: Int, _ pseudo: Double)
    -> Double
  {
    let states = levels == 2 ? 2 : 16
    func state(_ image: Int, _ value: Int) -> Int {
      levels == 2 ? Int(rows[image * 5 + value]) : Int(rows[image * 5 + value]) / 16
    }
    var joint = Array(repeating: pseudo / Double(states * states), count: states * states)
    for image in 0..<count { joint[state(image, a) * states + state(image, b)] += 1 }
    let total = joint.reduce(0, +)
    let p = joint.map { $0 / total }
    func left(_ i: Int) -> Double { (0..<states).reduce(0) { $0 + p[i * states + $1] } }
    func right(_ j: Int) -> Double { (0..<states).reduce(0) { $0 + p[$1 * states + j] } }
    var found = 0.0
    for i in 0..<states {
      for j in 0..<states where p[i * states + j] > 0 {
        found += p[i * states + j] * naturalLogarithm(p[i * states + j] / (left(i) * right(j)))
      }
    }
    return found
  }

  @Test(arguments: [2, 256], [0, 0.1, 7])
  func informationIsTheDefinition(levels: Int, pseudoCount: Double) {
    let rows = rows(levels: levels)
    let pairs = PairCounts(rows: rows, images: count, values: 5, levels: levels)
    for a in 0..<5 {
      for b in 0..<5 where a != b {
        let expected = definition(rows, a, b, levels: levels, pseudoCount)
        #expect(
          abs(pairs.information(a, b, pseudoCount: pseudoCount) - expected) < 1e-12, "\(a), \(b)")
      }
    }
    #expect(pairs.information(0, 1, pseudoCount: 0) > 0.05)
  }

  @Test func cellsAddTheirValuesWhateverTheWorkers() throws {
    let pairs = PairCounts(rows: rows(levels: 256), images: count, values: 5, levels: 256)
    let cells: [[Int32]] = [[0, 3], [1], [2, 4]]
    let one = try MutualInformation(
      pairs, cells: cells, pseudoCount: 0.1, workers: ForkJoin(workers: 1))
    let three = try MutualInformation(
      pairs, cells: cells, pseudoCount: 0.1, workers: ForkJoin(workers: 3))
    #expect(one == three)
    let expected =
      pairs.information(0, 2, pseudoCount: 0.1) + pairs.information(0, 4, pseudoCount: 0.1)
      + pairs.information(3, 2, pseudoCount: 0.1) + pairs.information(3, 4, pseudoCount: 0.1)
    #expect(one[0, 2] == expected && one[2, 0] == expected)
  }
}
