import Numerics

/// The learned numbers of a circuit: one flat array, so that a checkpoint is one array and a
/// learner one loop.
package final class Parameters: Sendable {
  package let values: AlignedBuffer<Float>

  package init(count: Int) { values = AlignedBuffer(count: count) }

  package init(_ values: [Float]) { self.values = AlignedBuffer(values) }

  package var count: Int { values.count }
}

/// What a circuit computes with: sum weights, then the leaves' tables.
package final class DerivedParameters: Sendable {
  package let values: AlignedBuffer<Float>
  /// Values of leaf regions that are looked up, `[leaf region][K + 1][16]`; see `binaryEntry`.
  let entries: AlignedBuffer<Float>
  /// What they are derived from; leaves that derive nothing compute with these.
  package let parameters: Parameters
  /// Sum weights in Double where single precision loses the smallest; nil where it holds all of them.
  let doubleWeights: DoubleWeights?
  /// Whether the linear domain is right for all sum weights and looked-up leaves; else every image is
  /// computed in the log domain.
  package let isLinear: Bool

  init(circuit: Circuit, from parameters: Parameters, hasSmallWeights: Bool, tablesFit: Bool) {
    doubleWeights = hasSmallWeights ? DoubleWeights(circuit, parameters: parameters) : nil
    isLinear = !hasSmallWeights && tablesFit
    values = AlignedBuffer(count: circuit.layout.derivedCount)
    entries = AlignedBuffer(
      count: circuit.hasTables
        ? circuit.leafShapes.count * binaryEntryCount(units: circuit.units) : 0)
    self.parameters = parameters
  }
}

extension Circuit {
  /// Fresh parameters: of sums by their weights' choice, of leaves by their family. A pure function of `seed`.
  ///
  /// - Parameter weightSpread: of first logits; many units want more than the poster's 0.1: with weights nearly
  ///   uniform over hundreds of products the units of a region are alike, and learn alike.
  package func initialParameters(seed: Int, weightSpread: Double = 0.1) -> Parameters {
    let parameters = Parameters(count: layout.parameterCount)
    let values = parameters.values.pointer
    boundWeights.initialise(seed: seed, spread: weightSpread, into: values)
    for group in layout.leafGroups {
      leaf.initialise(
        leafShapes[group[0]], seed: seed, leaf: group[0],
        into: values + layout.leafParameters[group[0]])
    }
    return parameters
  }

  /// Everything derived from `parameters`.
  package func derived(from parameters: Parameters) -> DerivedParameters {
    precondition(parameters.count == layout.parameterCount)
    let hasSmallWeights = weightsBelowFloor(parameters) > 0
    func derive(tablesFit: Bool) -> DerivedParameters {
      let derived = DerivedParameters(
        circuit: self, from: parameters, hasSmallWeights: hasSmallWeights, tablesFit: tablesFit)
      for piece in pieces { self.derive(piece, into: derived) }
      JointSums(self)?.derive(into: derived)
      return derived
    }
    let derived = derive(tablesFit: true)
    return tablesFit(derived) ? derived : derive(tablesFit: false)
  }

  /// Whether the values of all looked-up leaves have exponents that can be shared.
  private func tablesFit(_ derived: DerivedParameters) -> Bool {
    guard hasTables else { return true }
    let entry = AlignedBuffer<Float>(count: binaryEntryCount(units: units))
    return leafShapes.indices.allSatisfy { index in
      !leafSizes[index].isTable
        || binaryEntry(
          table: derived.values.pointer + layout.leafDerived[index], units: units,
          leaves: leafRegions.count, into: entry.pointer)
    }
  }

  /// Keeps the sum weights of a piece where the linear domain is right: none is more than 41 nats below its
  /// unit's largest. Whoever changes parameters of sums calls this next.
  package func raiseToFloor(_ piece: LearningPiece, of parameters: Parameters) {
    guard case .sums(let index) = piece.members, case .piecewise(let weights) = weightComputation
    else { return }
    weights.raiseToFloor(piece: index, parameters: parameters.values.pointer)
  }

  /// How many sum weights lie more than 41 nats below their unit's largest, but for rounding.
  package func weightsBelowFloor(_ parameters: Parameters) -> Int {
    boundWeights.belowFloor(parameters: parameters.values.pointer)
  }

  /// The logarithms of all sum weights, `[weight]`.
  package func sumLogits(_ parameters: Parameters) -> [Float] {
    let derived = DerivedParameters(
      circuit: self, from: parameters, hasSmallWeights: false, tablesFit: true)
    for piece in pieces where piece.isOfSums { derive(piece, into: derived) }
    JointSums(self)?.derive(into: derived)
    return (0..<layout.sumWeightCount).map {
      Float(naturalLogarithm(Double(derived.values.pointer[$0])))
    }
  }

  /// Renews one piece's share of `derived`; of weights that are computed jointly nothing, see `JointSums`.
  package func derive(_ piece: LearningPiece, into derived: DerivedParameters) {
    let values = derived.parameters.values.pointer
    let out = derived.values.pointer
    switch piece.members {
    case .sums(let index):
      guard case .piecewise(let weights) = weightComputation else { return }
      weights.derive(piece: index, parameters: values, into: out)
    case .leaves(let range):
      for group in layout.leafGroups[range] {
        leaf.derive(
          leafShapes[group[0]], parameters: values + layout.leafParameters[group[0]],
          into: out + layout.leafDerived[group[0]])
        for index in group where leafSizes[index].isTable {
          binaryEntry(
            table: out + layout.leafDerived[index], units: units, leaves: leafRegions.count,
            into: derived.entries.pointer + index * binaryEntryCount(units: units))
        }
      }
    }
  }

  /// `scale` times the gradient of one piece's parameters, from the sums of a batch.
  ///
  /// - Precondition: of a piece of sums, its weights are computed piecewise; else see `JointSums`.
  package func gradient(
    _ piece: LearningPiece, of sums: BatchSums, derived: DerivedParameters, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    switch piece.members {
    case .sums(let index):
      guard case .piecewise(let weights) = weightComputation else {
        preconditionFailure("the gradient of all weights together is of JointSums")
      }
      weights.gradient(
        piece: index, weights: derived.values.pointer, statistics: sums.statistics,
        scale: scale, into: gradient)
    case .leaves(let range):
      for group in layout.leafGroups[range] {
        leafGradient(
          group[0], statistics: sums.statistics + layout.leafStatistics[group[0]],
          derived: derived, scale: scale, notes: sums.notes(ofLeaf: group[0]),
          into: gradient + layout.leafParameters[group[0]])
        // Sums over the images of a group lie together, but not notes of each image.
        for other in group.dropFirst() where leafSizes[other].noteBytes > 0 {
          addGradient(
            ofNotes: sums.notes(ofLeaf: other), leaf: other, derived: derived, scale: scale,
            to: gradient + layout.leafParameters[other])
        }
      }
    }
  }

  private func leafGradient(
    _ index: Int, statistics: UnsafePointer<Float>, derived: DerivedParameters, scale: Float,
    notes: LeafNotes?, into gradient: UnsafeMutablePointer<Float>
  ) {
    leaf.gradient(
      leafRegion(index, derived), statistics: statistics, notes: notes, scale: scale,
      into: gradient)
  }

  private func addGradient(
    ofNotes notes: LeafNotes?, leaf index: Int, derived: DerivedParameters, scale: Float,
    to gradient: UnsafeMutablePointer<Float>
  ) {
    let sizes = leafSizes[index]
    let (own, none) = (
      AlignedBuffer<Float>(count: sizes.parameters), AlignedBuffer<Float>(count: sizes.statistics)
    )
    leafGradient(
      index, statistics: none.pointer, derived: derived, scale: scale, notes: notes,
      into: own.pointer)
    add(own.pointer, to: gradient, count: sizes.parameters)
  }
}
