import Configuration
import Numerics

/// Independent binary pixels, each unit its own logits: log p = sum_d log Bernoulli(x_d; theta_d).
///
/// Parameters `[unit][pixel]` are logits, initially N(0, 0.5^2); derived and statistics are
/// `[unit][pixel][2]`: log-probabilities and expected counts of both outcomes.
package struct BernoulliLeaf: IndependentPixels, HasModes, Reestimates {
  package static let kind = "bernoulli"

  package init() {}

  package var configuration: ResolvedValue { .mapping(["kind": .string(Self.kind)]) }

  package var traits: LeafTraits {
    .exact(name: Self.kind, parameterName: "bernoulliLogits", levels: 2, isDensity: false)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: self, centres: nil, estimators: nil,
      encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  private func logits(_ shape: LeafShape) -> Int { shape.units * shape.pixels }

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    LeafSizes(
      parameters: logits(shape), derived: 2 * logits(shape), statistics: 2 * logits(shape),
      isTable: shape.pixels == 1)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<logits(shape) {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
      parameters[index] = Float(0.5 * key.normals.0)
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    bernoulliTable(logits: parameters, count: logits(shape), into: derived)
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    bernoulliLogLikelihoods(
      tile.values, units: tile.shape.units, table: tile.derived, into: rows)
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    bernoulliCounts(tile.values, units: tile.shape.units, flows: flows, into: statistics)
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    (0..<shape.pixels).map { logistic(Double(parameters[unit * shape.pixels + $0])) }
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    bernoulliGradient(
      counts: statistics, table: region.derived, count: logits(region.shape), scale: scale,
      into: gradient)
  }

  package var smoothsLevels: Bool { false }

  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    bernoulliReestimate(
      counts: statistics, table: derived, count: logits(shape), step: step,
      into: parameters)
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let shape = region.shape
    for pixel in 0..<shape.pixels {
      let logOne = Double(region.derived[2 * (unit * shape.pixels + pixel) + 1])
      var own = key
      own.sample = UInt32(pixel)
      pixels[pixel] = own.uniform < naturalExponential(logOne) ? 1 : 0
    }
  }

  package func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let shape = region.shape
    var total = 0.0
    for pixel in 0..<shape.pixels {
      let entry = region.derived + 2 * (unit * shape.pixels + pixel)
      if !observed[pixel] { pixels[pixel] = entry[1] > entry[0] ? 1 : 0 }
      total += Double(entry[pixels[pixel] == 0 ? 0 : 1])
    }
    return total
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

extension BernoulliLeaf: CatalogueKind {
  package static let summary =
    "independent binary pixels; exact"
  package static var example: String { kind }
}
