import Configuration
import Numerics

/// The size of one leaf region: K units over the pixels of its superpixels.
package struct LeafShape: Hashable, Sendable {
  package let units: Int
  /// Values of the region: a pixel of colour has one a channel, side by side.
  package let pixels: Int
  /// Values of one pixel.
  package let channels: Int

  package init(units: Int, pixels: Int, channels: Int = 1) {
    precondition(pixels % channels == 0, "whole pixels")
    self.units = units
    self.pixels = pixels
    self.channels = channels
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
  /// What a message calls it: its kind, and of what it is made.
  var name: String { get }
  /// What a unit's value is by itself.
  var likelihood: LikelihoodKind { get }
  /// What a sum over units makes of it.
  var likelihoodInMixtures: LikelihoodKind { get }
  /// Levels of a value that it describes: 2 for outcomes 0 and 1, 256 for bytes as they are.
  var levels: Int { get }
  /// Whether its number is a density, which has no bits per dimension, and not a probability.
  var isDensity: Bool { get }
  /// Whether a latent is estimated, in whichever way is `asked`.
  var isVariational: Bool { get }
  /// The same leaf, its latents, if any, estimated in another way.
  func asked(_ estimator: AutoencoderEstimator) -> any Leaf
  /// Why this leaf cannot describe a region of a shape; nil if it can.
  func complaint(_ shape: LeafShape) -> String?
  /// What its initialiser reads, as it was read: `kind` and every field.
  var configuration: ResolvedValue { get }

  func parameterCount(_ shape: LeafShape) -> Int
  func derivedCount(_ shape: LeafShape) -> Int
  func statisticCount(_ shape: LeafShape) -> Int
  /// Floats of scratch for one region and tile.
  func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int
  /// Bytes noted of each image of a batch, a multiple of 64, instead of or beside statistics; 0 for none.
  func noteBytes(_ shape: LeafShape) -> Int
  /// Images a tile should have at most for a region of this shape.
  func largestTile(_ shape: LeafShape) -> Int

  /// Initial parameters of leaf region number `leaf`: a pure function of seed and number.
  func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>)

  func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>)

  /// Whether a region's derived numbers are `[unit][2]`, the log-probabilities of the two outcomes of its
  /// only pixel: its values are then looked up instead of computed.
  func isTable(_ shape: LeafShape) -> Bool

  /// Whether `logLikelihoods` and `accumulate` leave out pixels that a tile does not show, so that
  /// its values are marginals of the others. Without this only whole regions can be hidden.
  var hidesPixels: Bool { get }
  /// Takes the backward pass where it reaches the leaves, instead of `accumulate`; nil for a learner.
  var probe: FlowLeaf? { get }

  /// Log-likelihoods in nats, `[unit][tile]`; -inf allowed, NaN not.
  func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>)

  /// Adds the tile's statistics, weighted by flows `[unit][tile]` (0 in padding lanes).
  func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>)

  /// The expected value of each pixel of one unit, as outcome 1's probability or a number in [0, 1].
  func means(_ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>) -> [Double]

  /// Adds the expected value of each pixel given those that the tile shows of this region, weighted by
  /// flows `[unit][tile]`, to `means`, `[pixel][tile]`.
  func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>)

  /// Draws the hidden pixels of one unit given the observed ones, which `pixels` holds.
  ///
  /// - Parameter observed: `[pixel]` of the region.
  func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>)

  /// Whether `maximise` can be asked.
  var hasModes: Bool { get }

  /// Puts the most probable hidden pixels of one unit given the observed ones into `pixels`, latent
  /// variables maximised as well; ties go to the lowest index.
  ///
  /// - Returns: the largest value, in nats: at most the unit's log-likelihood of what `pixels` becomes.
  func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double

  /// `scale` times the gradient of the flow-weighted log-likelihood; overwrites `gradient`.
  ///
  /// - Parameter notes: of all images of the batch, for leaves that take them.
  func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>)

  /// Whether `reestimate` can be asked: an exponential family, whose EM step has a closed form.
  var hasReestimate: Bool { get }

  /// One step of expectation-maximisation: moves each distribution's expected sufficient statistics to
  /// (1 - eta) times the present ones plus eta times those of the batch, and sets the parameters
  /// that have them.
  ///
  /// A distribution of total count 0 keeps its parameters; all parameters stay finite.
  /// - Parameters:
  ///   - statistics: what `accumulate` added up.
  ///   - derived: derived from the present parameters.
  ///   - parameters: on entry the present ones.
  func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>)

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
  package var name: String { Self.kind }
  package var isVariational: Bool { false }
  package func asked(_ estimator: AutoencoderEstimator) -> any Leaf { self }
  package func isTable(_ shape: LeafShape) -> Bool { false }
  package func noteBytes(_ shape: LeafShape) -> Int { 0 }
  package var likelihoodInMixtures: LikelihoodKind { likelihood }
  package var isDensity: Bool { false }
  package var levels: Int { isDensity ? 256 : 2 }
  package func complaint(_ shape: LeafShape) -> String? { nil }
  package var hidesPixels: Bool { false }
  package var probe: FlowLeaf? { nil }
  package var hasModes: Bool { false }
  package var hasReestimate: Bool { false }
  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("\(Self.kind) leaves have no step of expectation-maximisation")
  }
  /// Small enough that values and gradients of the poster's top lattice stay in a core's cache.
  package func largestTile(_ shape: LeafShape) -> Int { 32 }
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int { 0 }
}

/// Right for pixels that are independent given the unit, and for regions hidden as a whole.
extension Leaf {
  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<tile.shape.units {
      let own = self.means(tile.shape, unit: unit, parameters: tile.parameters)
      let flow = flows + unit * tile.stride
      for (pixel, mean) in own.enumerated() {
        let row = means + pixel * tile.stride
        for image in 0..<tile.images { row[image] += flow[image] * Float(mean) }
      }
    }
  }

  package func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: shape.pixels) { drawn in
      sample(
        shape, unit: unit, parameters: parameters, derived: derived, key: key, into: drawn)
      for pixel in 0..<shape.pixels where !observed[pixel] { pixels[pixel] = drawn[pixel] }
    }
  }

  /// `sample` of families that know hidden values: all of them are.
  func sampleAllAsHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: shape.pixels) { none in
      none.initialize(repeating: false)
      sampleHidden(
        shape, unit: unit, parameters: parameters, derived: derived, key: key,
        observed: UnsafeBufferPointer(none), into: pixels)
    }
  }

  package func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    preconditionFailure("\(Self.kind) leaves have no modes")
  }
}
