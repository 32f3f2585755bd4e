import Circuits
import Kernels

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
    for sum in circuit.sumRegions {
      let size = sum.partitions.count * circuit.units * circuit.units
      for unit in 0..<circuit.units {
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

  /// The kernels in single precision against the plain definition, in the log domain and in Double.
  func kernelsMatchDefinition() throws -> CertificateCheck {
    let few = samples.prefix(parameters.count > 1_000_000 ? 2 : 8)
    let reference = LogDomainReference(
      circuit: circuit, parameters: parameters.values.array.map(Double.init))
    let fast = try logLikelihoods(few)
    let errors = fast.indices.map {
      discrepancy(fast[$0], reference.logLikelihood(few.image($0), image: $0))
    }
    return CertificateCheck(
      titled("kernels match the definition"), found: worst(errors),
      .atMost(CertificateBound.logLikelihood), kind: circuit.likelihood,
      detail: "largest difference from a log-domain reference in Double, "
        + "\(few.sampleCount) images")
  }
}
