import Configuration
import Kernels

/// The size of one leaf region: K units over the pixels of its superpixels.
package struct LeafShape: Hashable, Sendable {
  package let units: Int
  package let pixels: Int

  package init(units: Int, pixels: Int) {
    self.units = units
    self.pixels = pixels
  }
}

/// A family of leaf distributions: stateless, told the region's shape and handed its memory.
///
/// Three kinds of memory, each a flat slice a leaf region: *parameters* are what is learned;
/// *derived* numbers are computed from them once a batch (tables of log-probabilities); *statistics*
/// are what a batch adds up, from which the gradient, or an EM step, follows once a batch.
package protocol Leaf: Sendable {
  /// The word in a pipeline's `leaf:`.
  static var kind: String { get }
  /// The name of its parameters in a model file.
  static var parameterName: String { get }
  /// What a unit's value is by itself.
  var likelihood: LikelihoodKind { get }
  /// What a sum over units makes of it.
  var likelihoodInMixtures: LikelihoodKind { get }
  /// Whether its number is a density, which has no bits per dimension, and not a probability.
  var isDensity: Bool { get }
  /// Why this leaf cannot describe a region of a shape; nil if it can.
  func complaint(_ shape: LeafShape) -> String?
  /// What its initialiser reads, as it was read: `kind` and every field.
  var configuration: ResolvedValue { get }

  func parameterCount(_ shape: LeafShape) -> Int
  func derivedCount(_ shape: LeafShape) -> Int
  func statisticCount(_ shape: LeafShape) -> Int
  /// Floats of scratch for one region and tile.
  func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int
  /// Images a tile should have at most for a region of this shape.
  func largestTile(_ shape: LeafShape) -> Int

  /// Initial parameters of leaf region number `leaf`: a pure function of seed and number.
  func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>)

  func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>)

  /// Takes pixels (by their place in the region) out of the leaf's distribution by what is derived:
  /// afterwards its values are exact marginals of the others. False where the family cannot.
  func hide(
    _ pixels: [Int], of shape: LeafShape, in derived: UnsafeMutablePointer<Float>
  ) -> Bool

  /// Log-likelihoods in nats, `[unit][tile]`; -inf allowed, NaN not.
  func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>)

  /// Adds the tile's statistics, weighted by flows `[unit][tile]` (0 in padding lanes).
  func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>)

  /// `scale` times the gradient of the flow-weighted log-likelihood; overwrites `gradient`.
  func gradient(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    scale: Float, into gradient: UnsafeMutablePointer<Float>)

  /// Draws the pixels of one unit, as bytes of the model's own coding.
  func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>)

  /// The plain definition in Double, in nats: what the kernels are tested against.
  ///
  /// - Parameters:
  ///   - parameters: the region's.
  ///   - leaf: the region's number among the leaf regions.
  ///   - noise: the four normals of each leaf and sample number, as the kernels draw them.
  func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double
}

extension Leaf {
  package var likelihoodInMixtures: LikelihoodKind { likelihood }
  package var isDensity: Bool { false }
  package func complaint(_ shape: LeafShape) -> String? { nil }
  package func hide(
    _ pixels: [Int], of shape: LeafShape, in derived: UnsafeMutablePointer<Float>
  ) -> Bool { false }
  /// Small enough that values and gradients of the poster's top lattice stay in a core's cache.
  package func largestTile(_ shape: LeafShape) -> Int { 32 }
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int { 0 }
}
