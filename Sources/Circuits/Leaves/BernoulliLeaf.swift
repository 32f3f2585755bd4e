import Configuration
import Kernels

/// Independent binary pixels, each unit its own logits: log p = sum_d log Bernoulli(x_d; theta_d).
///
/// Parameters `[unit][pixel]` are logits, initially N(0, 0.5^2); derived and statistics are
/// `[unit][pixel][2]`: log-probabilities and expected counts of both outcomes.
package struct BernoulliLeaf: Leaf {
  package static let kind = "bernoulli"
  package static let parameterName = "bernoulliLogits"
  package var likelihood: LikelihoodKind { .exact }

  package init() {}

  package var configuration: ResolvedValue { .mapping(["kind": .string(Self.kind)]) }

  package func parameterCount(_ shape: LeafShape) -> Int { shape.units * shape.pixels }
  package func derivedCount(_ shape: LeafShape) -> Int { 2 * parameterCount(shape) }
  package func statisticCount(_ shape: LeafShape) -> Int { 2 * parameterCount(shape) }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<parameterCount(shape) {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
      parameters[index] = Float(0.5 * key.normals.0)
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    bernoulliTable(logits: parameters, count: parameterCount(shape), into: derived)
  }

  /// Both outcomes get probability 1: summed over, they say nothing.
  package func hide(
    _ pixels: [Int], of shape: LeafShape, in derived: UnsafeMutablePointer<Float>
  ) -> Bool {
    for unit in 0..<shape.units {
      for pixel in pixels {
        derived[2 * (unit * shape.pixels + pixel)] = 0
        derived[2 * (unit * shape.pixels + pixel) + 1] = 0
      }
    }
    return true
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    bernoulliLogLikelihoods(
      tile.tile, pixels: tile.pixels, units: tile.shape.units, table: tile.derived,
      images: tile.images, into: rows)
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    bernoulliCounts(
      tile.tile, pixels: tile.pixels, units: tile.shape.units, flows: flows,
      images: tile.images, into: statistics)
  }

  package func gradient(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    scale: Float, into gradient: UnsafeMutablePointer<Float>
  ) {
    bernoulliGradient(
      counts: statistics, table: derived, count: parameterCount(shape), scale: scale,
      into: gradient)
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    for pixel in 0..<shape.pixels {
      let logOne = Double(derived[2 * (unit * shape.pixels + pixel) + 1])
      var own = key
      own.sample = UInt32(pixel)
      pixels[pixel] = own.uniform < naturalExponential(logOne) ? 1 : 0
    }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    var total = 0.0
    for (pixel, value) in pixels.enumerated() {
      let logit = parameters[parameters.startIndex + unit * shape.pixels + pixel]
      total -= softplus(value == 0 ? logit : -logit)
    }
    return total
  }
}
