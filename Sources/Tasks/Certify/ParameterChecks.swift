import Circuits
import Configuration
import Numerics
import Workflow

extension CertificateSubject {
  func parametersAreFinite() -> CertificateCheck {
    let wrong = (0..<parameters.count).count { !parameters.values.pointer[$0].isFinite }
    return CertificateCheck(
      "parameters are finite", found: Double(wrong), .atMost(0),
      detail: "others among \(grouped(parameters.count))")
  }

  func weightsSumToOne() -> CertificateCheck {
    let name = "sum weights add up to 1"
    guard !circuit.sumRegions.isEmpty else {
      return .skipped(name, because: "a model without sums")
    }
    var errors: [Double] = []
    var least: Float = 0
    for sum in circuit.weightGroups {
      let size = sum.productCount
      for unit in 0..<sum.units {
        let weights = UnsafeBufferPointer(
          start: derived.values.pointer + sum.weightOffset + unit * size, count: size)
        errors.append(abs(weights.reduce(0.0) { $0 + Double($1) } - 1))
        least = min(least, weights.min() ?? 0)
      }
    }
    return CertificateCheck(
      name, found: worst(errors + [least < 0 ? .nan : 0]), .atMost(CertificateBound.weights),
      detail: "largest |sum - 1| of \(grouped(errors.count)) sum units, no weight below 0")
  }

  /// Weights so small that shared exponents could lose them: images then take the slow passes.
  func weightsKeepTheFloor() -> CertificateCheck {
    let name = "sum weights within the kernels' range"
    guard !circuit.sumRegions.isEmpty else {
      return .skipped(name, because: "a model without sums")
    }
    let small = circuit.weightsBelowFloor(parameters)
    return CertificateCheck(
      name, found: Double(small), .none,
      detail: "weights more than 41 nats below their unit's largest, of "
        + "\(grouped(circuit.layout.sumWeightCount))"
        + (derived.isLinear ? "" : "; every image is computed in the log domain"))
  }

  /// The kernels in single precision against the plain definition, in the log domain and in Double.
  func kernelsMatchDefinition() throws -> CertificateCheck {
    let few = samples.prefix(referenceImages)
    return try matchesDefinition(few, "kernels match the definition", "\(few.sampleCount) images")
  }

  /// The same of images that the model finds unlikely, where small weights and very small leaf values
  /// are all that counts.
  func unlikelyImagesMatchDefinition() throws -> CertificateCheck {
    let bytes =
      (0..<max(referenceImages - 2, 0) * pixelCount).map {
        UInt8(uniform($0, of: 5) * Double(levels))
      } + Array(repeating: 0, count: pixelCount)
      + Array(repeating: UInt8(levels - 1), count: pixelCount)
    let images = ImageRows(bytes, pixelCount: pixelCount)
    return try matchesDefinition(
      images, "unlikely images match the definition",
      "\(images.sampleCount) images: one of lowest, one of highest values, others of random ones")
  }

  private var referenceImages: Int { parameters.count > 1_000_000 ? 2 : 8 }

  private func matchesDefinition(
    _ images: ImageRows, _ name: String, _ what: String
  ) throws -> CertificateCheck {
    let reference = LogDomainReference(
      circuit: circuit, parameters: parameters.values.array.map(Double.init))
    let fast = try logLikelihoods(images)
    let errors = try fast.indices.map {
      try Stopping.check()
      return discrepancy(fast[$0], reference.logLikelihood(images.image($0), image: $0))
    }
    return CertificateCheck(
      titled(name), found: worst(errors), .atMost(CertificateBound.logLikelihood),
      kind: circuit.likelihood,
      detail: "largest difference from a log-domain reference in Double, \(what)")
  }
}
