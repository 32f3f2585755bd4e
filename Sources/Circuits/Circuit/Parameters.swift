import Kernels

/// The learned numbers of a circuit: one flat array, so that a checkpoint is one array and a
/// learner one loop.
package final class Parameters: Sendable {
  package let values: AlignedBuffer<Float>

  package init(count: Int) { values = AlignedBuffer(count: count) }

  package init(_ values: [Float]) { self.values = AlignedBuffer(values) }

  package var count: Int { values.count }
}

/// What a circuit computes with: sum weights (softmax of the logits), then the leaves' tables.
package final class DerivedParameters: Sendable {
  package let values: AlignedBuffer<Float>
  /// Values of leaf regions that are looked up, `[leaf region][K + 1][16]`; see `binaryEntry`.
  let entries: AlignedBuffer<Float>
  /// What they are derived from; leaves that derive nothing compute with these.
  package let parameters: Parameters

  init(circuit: Circuit, from parameters: Parameters) {
    values = AlignedBuffer(count: circuit.layout.derivedCount)
    entries = AlignedBuffer(
      count: circuit.hasTables
        ? circuit.leafShapes.count * binaryEntryCount(units: circuit.units) : 0)
    self.parameters = parameters
  }
}

extension Circuit {
  /// Fresh parameters: sum logits N(0, spread^2), leaves by their family. A pure function of `seed`.
  ///
  /// - Parameter weightSpread: many units want more than the poster's 0.1: with weights nearly
  ///   uniform over hundreds of products the units of a region are alike, and learn alike.
  package func initialParameters(seed: Int, weightSpread: Double = 0.1) -> Parameters {
    let parameters = Parameters(count: layout.parameterCount)
    let values = parameters.values.pointer
    for index in 0..<layout.sumWeightCount {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: 0, sample: index)
      values[index] = Float(weightSpread * key.normals.0)
    }
    for (index, shape) in leafShapes.enumerated() {
      leaf.initialise(shape, seed: seed, leaf: index, into: values + layout.leafParameters[index])
    }
    return parameters
  }

  /// Everything derived from `parameters`.
  package func derived(from parameters: Parameters) -> DerivedParameters {
    precondition(parameters.count == layout.parameterCount)
    let derived = DerivedParameters(circuit: self, from: parameters)
    for piece in pieces { derive(piece, into: derived) }
    return derived
  }

  /// Renews one piece's share of `derived`.
  package func derive(_ piece: LearningPiece, into derived: DerivedParameters) {
    let values = derived.parameters.values.pointer
    let out = derived.values.pointer
    switch piece.members {
    case .sums(let range):
      guard let first = range.first else { return }
      let offset = sumRegions[first].weightOffset
      let counts = UnsafeBufferPointer(
        start: sumUnitSizes.pointer + first * units,
        count: sumRegions[range].reduce(0) { $0 + $1.units })
      softmaxOfUnits(values + offset, counts: counts, into: out + offset)
    case .leaves(let range):
      for index in range {
        leaf.derive(
          leafShapes[index], parameters: values + layout.leafParameters[index],
          into: out + layout.leafDerived[index])
        if leaf.isTable(leafShapes[index]) {
          binaryEntry(
            table: out + layout.leafDerived[index], units: units, leaves: leafRegions.count,
            into: derived.entries.pointer + index * binaryEntryCount(units: units))
        }
      }
    }
  }

  /// `scale` times the gradient of one piece's parameters, from its statistics.
  ///
  /// - Parameter notes: what leaves that take notes have of the batch's `images`.
  package func gradient(
    _ piece: LearningPiece, statistics: UnsafePointer<Float>, derived: DerivedParameters,
    scale: Float, notes: BatchNotes? = nil, images: Int = 0,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let numbers = derived.values.pointer
    switch piece.members {
    case .sums(let range):
      forEachSumUnit(in: range) { offset, count in
        softmaxGradient(
          weights: numbers + offset, weightGradient: statistics + offset, count: count,
          scale: scale, into: gradient + offset)
      }
    case .leaves(let range):
      for index in range {
        leaf.gradient(
          leafShapes[index],
          parameters: derived.parameters.values.pointer + layout.leafParameters[index],
          statistics: statistics + layout.leafStatistics[index],
          derived: numbers + layout.leafDerived[index],
          notes: notes?.notes(leaf: index, firstImage: 0, images: images), scale: scale,
          into: gradient + layout.leafParameters[index])
      }
    }
  }

  @inline(__always)
  func forEachSumUnit(in range: Range<Int>, _ body: (_ offset: Int, _ count: Int) -> Void) {
    for index in range {
      let sum = sumRegions[index]
      let count = sum.partitions.count * units * units
      for unit in 0..<sum.units { body(sum.weightOffset + unit * count, count) }
    }
  }
}
