import Configuration
import Kernels

/// A leaf whose statistics of a tile are its flows, `[unit][tile]`: the backward pass that a learner
/// takes, stopped where it reaches the leaves.
///
/// Values are those of `base`, without the scratch that a gradient would need. Statistics are of one
/// tile: each pass overwrites them.
struct FlowLeaf: Leaf {
  static let kind = "flows"
  static let parameterName = "flows"

  let base: any Leaf
  let tile: Int

  var likelihood: LikelihoodKind { base.likelihood }
  var likelihoodInMixtures: LikelihoodKind { base.likelihoodInMixtures }
  var configuration: ResolvedValue { base.configuration }
  var isDensity: Bool { base.isDensity }
  var hidesPixels: Bool { base.hidesPixels }
  /// Hidden leaves have flows as well: they say which unit the others speak for.
  var countsHidden: Bool { true }

  func complaint(_ shape: LeafShape) -> String? { base.complaint(shape) }

  func parameterCount(_ shape: LeafShape) -> Int { base.parameterCount(shape) }
  func derivedCount(_ shape: LeafShape) -> Int { base.derivedCount(shape) }
  func statisticCount(_ shape: LeafShape) -> Int { shape.units * tile }
  func largestTile(_ shape: LeafShape) -> Int { tile }

  func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    base.scratchCount(shape, tile: tile, isTraining: false)
  }

  func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    base.initialise(shape, seed: seed, leaf: leaf, into: parameters)
  }

  func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    base.derive(shape, parameters: parameters, into: derived)
  }

  func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    base.logLikelihoods(tile.forEvaluation, into: rows)
  }

  func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    statistics.update(from: flows, count: tile.shape.units * tile.stride)
  }

  func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    base.means(shape, unit: unit, parameters: parameters)
  }

  func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, scale: Float, into gradient: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("flows are no gradient")
  }

  func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    base.sample(
      shape, unit: unit, parameters: parameters, derived: derived, key: key, into: pixels)
  }

  func referenceLogLikelihood(
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
      isTraining: false)
  }
}
