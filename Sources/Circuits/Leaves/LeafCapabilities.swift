import Numerics

/// What a leaf family can be asked beyond `Leaf`; nil for what it cannot.
///
/// Every part is named where a value is made, so that a family made of others states what it passes on.
package struct LeafCapabilities: Sendable {
  package let marginals: (any Marginalises)?
  package let modes: (any HasModes)?
  package let reestimation: (any Reestimates)?
  package let centres: (any BeginsAtCentres)?
  package let estimators: (any Estimates)?
  package let encoders: (any Encodes)?

  package init(
    marginals: (any Marginalises)?, modes: (any HasModes)?, reestimation: (any Reestimates)?,
    centres: (any BeginsAtCentres)?, estimators: (any Estimates)?, encoders: (any Encodes)?
  ) {
    self.marginals = marginals
    self.modes = modes
    self.reestimation = reestimation
    self.centres = centres
    self.estimators = estimators
    self.encoders = encoders
  }
}

extension Leaf {
  /// Whether `logLikelihoods` and `accumulate` leave out pixels that a tile does not show.
  package var hidesPixels: Bool { capabilities.marginals != nil }
  package var hasModes: Bool { capabilities.modes != nil }
  package var hasReestimate: Bool { capabilities.reestimation != nil }
}

/// A leaf that sums out hidden pixels: `logLikelihoods` is the marginal of those that a tile shows, and
/// `accumulate` adds statistics in expectation given those (of independent pixels: nothing for hidden ones).
/// Without this only whole regions can be hidden.
package protocol Marginalises: Sendable {
  /// Adds the expected value of each pixel given those that the tile shows of this region, weighted by
  /// flows `[unit][tile]`, to `means`, `[pixel][tile]`.
  func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>)

  /// Draws the hidden pixels of one unit given the observed ones, which `pixels` holds.
  ///
  /// - Parameter observed: `[pixel]` of the region.
  func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>)
}

/// A leaf whose units have a most probable completion that can be found. Needs `Marginalises`: a mask that hides a
/// part of a region is refused before `maximise` is asked.
package protocol HasModes: Sendable {
  /// Puts the most probable hidden pixels of one unit given the observed ones into `pixels`, latent
  /// variables maximised as well; ties go to the lowest index.
  ///
  /// - Returns: the largest value, in nats: at most the unit's log-likelihood of what `pixels` becomes.
  func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double
}

/// A leaf that is an exponential family, whose step of expectation-maximisation has a closed form. A family made
/// of conditional distributions moves each of them by itself.
package protocol Reestimates: Sendable {
  /// Whether some distributions have a probability for each of 256 levels, whose counts can be smoothed.
  var smoothsLevels: Bool { get }

  /// Moves each distribution's expected sufficient statistics to (1 - eta) times the present ones plus
  /// eta times those of the batch, and sets the parameters that have them.
  ///
  /// A distribution of total count 0 keeps its parameters; all parameters stay finite.
  /// - Parameters:
  ///   - statistics: what `accumulate` added up.
  ///   - derived: derived from the present parameters.
  ///   - parameters: on entry the present ones.
  func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>)
}

/// A leaf of binary pixels that has no `Reestimates`, and whose units can begin at the means of clusters.
package protocol BeginsAtCentres: Sendable {
  /// Moves first parameters, as `initialise` drew them, so that each unit begins at the mean of its cluster.
  ///
  /// - Parameters:
  ///   - centres: `[unit][pixel]`, the probability that the pixel is 1, from 0 to 1 inclusive.
  ///   - parameters: on entry those drawn; all stay finite.
  func begin(
    _ shape: LeafShape, at centres: UnsafePointer<Float>,
    into parameters: UnsafeMutablePointer<Float>)
}

/// How the number of a leaf with latents is estimated.
package enum LatentEstimator: Hashable, Sendable {
  /// By the encoder's Gaussian: a bound.
  case encoder(AutoencoderEstimator)
  /// By adaptive quadrature with so many nodes a latent: an estimate without noise.
  case quadrature(Int)
}

/// A leaf with latents whose estimator can be chosen.
package protocol Estimates: Sendable {
  /// The same leaf, of the same parameters, estimated in another way; nil where it has no such
  /// estimator.
  ///
  /// - Throws: `QuadratureFault` for more latents than a quadrature can have.
  func leaf(estimatedBy estimator: LatentEstimator) throws -> (any Leaf)?
}

/// A leaf of one encoder and one decoder a unit, over binary pixels.
package protocol Encodes: Sendable {
  /// Latents of a unit.
  var latent: Int { get }

  /// Floats of scratch of `reconstruct`.
  func reconstructionScratch(_ shape: LeafShape, tile: Int) -> Int

  /// The decoder's means at the encoder's mean of one unit, `[pixel][tile]`.
  ///
  /// - Returns: a place in the tile's scratch, which holds `reconstructionScratch` floats.
  func reconstruct(_ tile: LeafTile, unit: Int) -> UnsafePointer<Float>

  /// The decoders at fixed nodes of their prior, as a leaf: a continuous mixture.
  ///
  /// - Precondition: the nodes have as many latents.
  func mixture(nodes: PriorNodes, learnsWeights: Bool) -> MixtureLeaf

  /// The parameters of `mixture`, of a region's own.
  func convert(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, to mixture: MixtureLeaf,
    into converted: UnsafeMutablePointer<Float>)
}
