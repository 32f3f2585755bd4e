import Configuration
import Numerics

/// A family of leaf distributions: stateless, told the region's shape and handed its memory.
///
/// Three kinds of memory, each a flat slice a leaf region: *parameters* are what is learned;
/// *derived* numbers are computed from them once a batch (tables of log-probabilities); *statistics*
/// are what a batch adds up, from which the gradient, or an EM step, follows once a batch.
///
/// Nothing here has a default: a family states everything, and a family made of others passes
/// everything on, or does not compile.
package protocol Leaf: Sendable {
  /// The word in a pipeline's `leaf:`.
  static var kind: String { get }
  /// What its initialiser reads, as it was read: `kind` and every field.
  var configuration: ResolvedValue { get }
  var traits: LeafTraits { get }
  /// What can be asked beyond this protocol.
  var capabilities: LeafCapabilities { get }
  /// Why this leaf cannot describe a region of a shape; nil if it can.
  func complaint(_ shape: LeafShape) -> String?
  func sizes(_ shape: LeafShape) -> LeafSizes

  /// Initial parameters of leaf region number `leaf`: a pure function of seed and number.
  ///
  /// Drawn by `NoiseKey(seed:purpose:leaf:sample:)` with purpose `initialisation`, leaf `leaf + 1` (0 is the
  /// sums') and the parameter's number as sample.
  func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>)

  func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>)

  /// Log-likelihoods in nats, `[unit][tile]`; -inf allowed, NaN not.
  func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>)

  /// Adds the tile's statistics, weighted by flows `[unit][tile]` (0 in padding lanes).
  func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>)

  /// `scale` times the gradient of the flow-weighted log-likelihood; overwrites `gradient`.
  ///
  /// - Parameter notes: of all images of the batch, for leaves that take them.
  func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>)

  /// Draws the pixels of one unit, as bytes of the model's own coding.
  ///
  /// - Parameter key: the unit's own; its `sample` numbers the draws.
  func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>)

  /// The expected value of each pixel of one unit, as outcome 1's probability or a number in [0, 1].
  func means(_ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>) -> [Double]

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
  /// What a message calls it.
  package var name: String { traits.name }
}
