import Configuration
import Numerics

/// A leaf whose statistics of a tile are what reaches it from above: flows `[unit][tile]`, gradients
/// `[unit][tile]` by mantissas, and a row of the exponents the mantissas share, as Int32.
///
/// Values are those of `base`, without the scratch that a gradient would need. Statistics are of one
/// tile: each pass overwrites them. Hidden leaves have flows as well: they say which unit the others
/// speak for.
package struct FlowLeaf: Leaf {
  package static let kind = "flows"
  package static let parameterName = "flows"

  let base: any Leaf
  let tile: Int

  package var likelihood: LikelihoodKind { base.likelihood }
  package var likelihoodInMixtures: LikelihoodKind { base.likelihoodInMixtures }
  package var configuration: ResolvedValue { base.configuration }
  package var isDensity: Bool { base.isDensity }
  package var levels: Int { base.levels }
  package var hidesPixels: Bool { base.hidesPixels }
  package var probe: FlowLeaf? { self }

  package func complaint(_ shape: LeafShape) -> String? { base.complaint(shape) }

  package func parameterCount(_ shape: LeafShape) -> Int { base.parameterCount(shape) }
  package func derivedCount(_ shape: LeafShape) -> Int { base.derivedCount(shape) }
  package func statisticCount(_ shape: LeafShape) -> Int { (2 * shape.units + 1) * tile }
  package func largestTile(_ shape: LeafShape) -> Int { tile }

  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    base.scratchCount(shape, tile: tile, isTraining: false)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    base.initialise(shape, seed: seed, leaf: leaf, into: parameters)
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    base.derive(shape, parameters: parameters, into: derived)
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    base.logLikelihoods(tile.forEvaluation, into: rows)
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("a probe records")
  }

  /// - Parameters:
  ///   - gradients: `[unit][tile]`, by mantissas.
  ///   - values: `[unit + 1][tile]`: mantissas, then exponents.
  func record(
    _ shape: LeafShape, gradients: UnsafePointer<Float>, values: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    let count = shape.units * tile
    statistics.update(from: gradients, count: count)
    multiply(statistics, by: values, count: count)
    (statistics + count).update(from: gradients, count: count)
    (statistics + 2 * count).update(from: values + count, count: tile)
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    base.means(shape, unit: unit, parameters: parameters)
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("flows are no gradient")
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    base.sample(
      shape, unit: unit, parameters: parameters, derived: derived, key: key, into: pixels)
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    base.referenceLogLikelihood(
      shape, unit: unit, parameters: parameters, pixels: pixels, leaf: leaf, noise: noise)
  }
}

extension LeafTile {
  /// The same, with no `accumulate` to follow.
  var forEvaluation: LeafTile {
    LeafTile(
      shape: shape, leaf: leaf, tile: tile, pixels: pixels, observed: observed, images: images,
      parameters: parameters, derived: derived, noise: noise, scratch: scratch,
      notes: nil, isTraining: false)
  }
}
