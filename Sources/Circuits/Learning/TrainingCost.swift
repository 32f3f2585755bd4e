/// An estimate of how long training takes, from the sizes of a circuit and measured speeds.
///
/// The constants are fitted to training speeds of several circuits on one machine with AVX2. The estimate can be wrong
/// by a factor of two or more: on another machine, with other work beside, or for shapes unlike those.
package struct TrainingCost: Sendable {
  /// Core seconds of one image's forward and backward pass.
  package let image: Double
  /// Seconds of one update of the parameters, bound by memory, not by cores.
  package let update: Double

  /// Core seconds: of a dense and an elementwise edge, a partition, a multiply-add of a leaf's network, a looked-up
  /// log-probability with its statistics; and seconds of an updated parameter.
  private static let denseEdge = 1.1e-10
  private static let elementwiseEdge = 2.8e-10
  private static let partition = 5e-9
  private static let multiplyAdd = 1.6e-10
  private static let lookup = 7e-9
  private static let parameter = 5e-9
  /// Of a forward pass alone.
  private static let evaluationShare = 0.35

  package init(_ circuit: Circuit) {
    let edge = circuit.products is DenseProducts ? Self.denseEdge : Self.elementwiseEdge
    image =
      Double(circuit.edgeCount) * edge
      + Double(circuit.graph.partitions.count) * Self.partition + Self.leaves(of: circuit)
    update = Double(circuit.layout.parameterCount) * Self.parameter
  }

  private static func leaves(of circuit: Circuit) -> Double {
    let traits = circuit.leaf.traits
    return zip(circuit.leafShapes, circuit.leafSizes).reduce(0) { sum, leaf in
      let values = leaf.0.units * leaf.0.pixels
      if traits.levels > 2, traits.decodings == nil { return sum + Double(values) * lookup }
      let decoded = values * (traits.decodings ?? 1)
      return sum + Double(max(decoded, leaf.1.parameters)) * multiplyAdd
    }
  }

  /// Seconds of one epoch.
  ///
  /// - Parameters:
  ///   - evaluated: images that are only evaluated, after it.
  ///   - batch: images of an update; all of the epoch's for learners that update once a pass.
  package func epoch(images: Int, evaluated: Int, batch: Int, workers: Int) -> Double {
    precondition(batch > 0 && workers > 0)
    let passes = Double(images) + Self.evaluationShare * Double(evaluated)
    let steps = (Double(images) / Double(batch)).rounded(.up)
    return passes * image / Double(workers) + steps * update
  }
}

extension Circuit {
  /// Weighted edges that one image's pass walks along: of every region, those that share weights too.
  package var edgeCount: Int {
    sumRegions.reduce(0) { $0 + $1.units * $1.productCount }
  }
}
