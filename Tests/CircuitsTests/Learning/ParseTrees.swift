import Circuits
import Numerics

/// Expected counts by enumeration of every parse tree of a circuit (one product below each sum unit,
/// all units below each product), in Double: independent of flows and of any backward pass.
struct ParseTrees {
  /// One tree: the edges it uses, as places of sum weights, and the leaf units, as
  /// `leaf * units + unit`.
  struct Tree {
    var edges: [Int]
    var leaves: [Int]
  }

  let reference: LogDomainReference
  private let trees: [Tree]
  private let rootOfTree: [Int]

  init(_ circuit: Circuit, parameters: [Double]) {
    reference = LogDomainReference(circuit: circuit, parameters: parameters)
    var known: [[Int]: [Tree]] = [:]
    func grow(_ region: Int, _ unit: Int) -> [Tree] {
      if let found = known[[region, unit]] { return found }
      var found: [Tree] = []
      if let leaf = circuit.leafRegions.firstIndex(of: region) {
        found = [Tree(edges: [], leaves: [leaf * circuit.units + unit])]
      } else if let sum = circuit.sumRegions.first(where: { $0.region == region }) {
        var edge = sum.weightOffset + unit * sum.productCount
        for partition in circuit.graph.partitions[sum.partitions] {
          for units in factors(partition.children.count, circuit) {
            var own = [Tree(edges: [edge], leaves: [])]
            for (child, unit) in zip(partition.children, units) {
              let below = grow(child, unit)
              own = own.flatMap { tree in
                below.map {
                  Tree(edges: tree.edges + $0.edges, leaves: tree.leaves + $0.leaves)
                }
              }
            }
            found += own
            edge += 1
          }
        }
      }
      known[[region, unit]] = found
      return found
    }
    let perRoot = (0..<circuit.rootUnits).map { grow(circuit.graph.root, $0) }
    trees = perRoot.flatMap { $0 }
    rootOfTree = perRoot.enumerated().flatMap { root, own in own.map { _ in root } }
  }

  var count: Int { trees.count }

  /// How often a draw uses each edge.
  func priorCounts() -> [Double] {
    let circuit = reference.circuit
    var edges = Array(repeating: 0.0, count: circuit.layout.sumWeightCount)
    let logWeights = circuit.weightGroups.flatMap { sum in
      (0..<sum.units).flatMap { reference.logWeights(of: sum, unit: $0) }
    }
    for tree in trees {
      let probability = naturalExponential(
        tree.edges.reduce(-naturalLogarithm(Double(circuit.rootUnits))) { $0 + logWeights[$1] })
      for edge in tree.edges { edges[edge] += probability }
    }
    return edges
  }

  /// Sums over images of the posterior probability that a tree with an edge, or a leaf unit, made it;
  /// and the log-likelihood of all images.
  func expectedCounts(
    _ images: [[UInt8]]
  ) -> (edges: [Double], leaves: [[Double]], logLikelihood: Double) {
    let circuit = reference.circuit
    var edges = Array(repeating: 0.0, count: circuit.layout.sumWeightCount)
    var leaves: [[Double]] = []
    var total = 0.0
    let logWeights = circuit.weightGroups.flatMap { sum in
      (0..<sum.units).flatMap { reference.logWeights(of: sum, unit: $0) }
    }
    let rootWeight = -naturalLogarithm(Double(circuit.rootUnits))
    for image in images {
      let values = reference.leafValues(image).flatMap { $0 }
      let logs = trees.map { tree in
        tree.edges.reduce(rootWeight) { $0 + logWeights[$1] }
          + tree.leaves.reduce(0.0) { $0 + values[$1] }
      }
      let root = logSumExp(logs)
      total += root
      var own = Array(repeating: 0.0, count: values.count)
      for (tree, log) in zip(trees, logs) {
        let posterior = naturalExponential(log - root)
        for edge in tree.edges { edges[edge] += posterior }
        for leaf in tree.leaves { own[leaf] += posterior }
      }
      leaves.append(own)
    }
    return (edges, leaves, total)
  }
}

/// The units of the children in each product of a partition, by the definition of the layer.
private func factors(_ children: Int, _ circuit: Circuit) -> [[Int]] {
  let units = 0..<circuit.units
  if circuit.products is ElementwiseProducts {
    return units.map { Array(repeating: $0, count: children) }
  }
  return units.flatMap { i in units.map { [i, $0] } }
}
