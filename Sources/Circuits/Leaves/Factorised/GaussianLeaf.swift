import Configuration
import Numerics

/// Independent Gaussian pixels on x = byte / 255, sigma bounded below (Poon & Domingos 2011 took
/// sigma = 1 on standardised pixels; here it is learned).
///
/// Its number is a density: in nats, with no bits per dimension. Parameters `[unit][pixel][2]` are the
/// mean, initially N(0.5, 0.25^2), and a raw number r with sigma = smallest + softplus(r), initially
/// smallest + 0.2. Derived and statistics are `[unit][pixel][3]`, see `gaussianTable`.
package struct GaussianLeaf: IndependentPixels, HasModes, Reestimates {
  package static let kind = "gaussian"
  package let smallest: Double

  package init(smallest: Double = 0.05) { self.smallest = smallest }

  package var configuration: ResolvedValue {
    .mapping(["kind": .string(Self.kind), "smallest": .real(smallest)])
  }

  /// Parameters of one Gaussian of given mean and sigma; sigma above `smallest`.
  package func parameters(mean: Double, sigma: Double) -> (Float, Float) {
    precondition(sigma > smallest)
    // The inverse of softplus.
    let rest = sigma - smallest
    return (Float(mean), Float(rest + naturalLogarithm(1 - naturalExponential(-rest))))
  }

  private func gaussians(_ shape: LeafShape) -> Int { shape.units * shape.pixels }

  package var traits: LeafTraits {
    .exact(name: Self.kind, parameterName: Self.kind, levels: byteLevels, isDensity: true)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: self, centres: nil, estimators: nil,
      encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    LeafSizes(
      parameters: 2 * gaussians(shape), derived: 3 * gaussians(shape),
      statistics: 3 * gaussians(shape))
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    let raw = self.parameters(mean: 0, sigma: smallest + 0.2).1
    for index in 0..<gaussians(shape) {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
      parameters[2 * index] = Float(0.5 + 0.25 * key.normals.0)
      parameters[2 * index + 1] = raw
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    gaussianTable(
      parameters: parameters, count: gaussians(shape), smallest: smallest, into: derived)
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    gaussianLogDensities(
      tile.values, units: tile.shape.units, table: tile.derived, into: rows)
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    gaussianMoments(
      tile.values, units: tile.shape.units, table: tile.derived, flows: flows, into: statistics)
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    (0..<shape.pixels).map { Double(parameters[2 * (unit * shape.pixels + $0)]) }
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    gaussianGradient(
      moments: statistics, table: region.derived, count: gaussians(region.shape),
      smallest: smallest, scale: scale, into: gradient)
  }

  package var smoothsLevels: Bool { false }

  /// Mean and sigma of the expected moments; sigma no nearer to its bound than 1e-9, where the
  /// parameter would be infinite.
  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    gaussianReestimate(
      moments: statistics, table: derived, count: gaussians(shape), smallest: smallest + 1e-9,
      step: step
    ) { index, mean, sigma in
      let own = self.parameters(mean: mean, sigma: sigma)
      parameters[2 * index] = own.0
      parameters[2 * index + 1] = own.1
    }
  }

  /// Bytes nearest to the drawn values; what falls outside [0, 1] becomes its end.
  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let shape = region.shape
    for pixel in 0..<shape.pixels {
      let entry = region.derived + 3 * (unit * shape.pixels + pixel)
      var own = key
      own.sample = UInt32(pixel)
      let value = Double(entry[0]) + own.normals.0 / Double(entry[1])
      pixels[pixel] = greyLevel(value)
    }
  }

  /// The hidden pixels' means, as bytes; the value is of the density at these bytes.
  package func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let shape = region.shape
    var total = 0.0
    for pixel in 0..<shape.pixels {
      let entry = region.derived + 3 * (unit * shape.pixels + pixel)
      if !observed[pixel] {
        pixels[pixel] = greyLevel(Double(entry[0]))
      }
      let z = (Double(pixels[pixel]) / 255 - Double(entry[0])) * Double(entry[1])
      total += Double(entry[2]) - z * z / 2
    }
    return total
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    var total = 0.0
    for (pixel, value) in pixels.enumerated() {
      let at = parameters.startIndex + 2 * (unit * shape.pixels + pixel)
      let sigma = smallest + softplus(parameters[at + 1])
      let z = (Double(value) / 255 - parameters[at]) / sigma
      total -= z * z / 2 + naturalLogarithm(sigma) + naturalLogarithm(2 * Double.pi) / 2
    }
    return total
  }
}

extension GaussianLeaf: CatalogueKind {
  package static let summary =
    "independent Gaussian pixels on grey levels / 255; a density"
  package static let example = "{kind: gaussian, smallest: 0.05}"
}
