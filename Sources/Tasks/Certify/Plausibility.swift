import Circuits
import Numerics
import Workflow

extension CertificateSubject {
  /// Two independent sets of samples, the same mean log-likelihood.
  func samplesAgree() throws -> CertificateCheck {
    let other = ImageRows(
      try circuit.samples(count: samples.sampleCount, seed: seed &+ 1, derived: derived),
      pixelCount: pixelCount)
    let summaries = try [samples, other].map {
      LogLikelihoodSummary(
        LogLikelihoods(values: try logLikelihoods($0), kind: circuit.likelihood))
    }
    let spread = summaries.reduce(0) { $0 + $1.standardError * $1.standardError }.squareRoot()
    let difference = abs(summaries[0].mean - summaries[1].mean)
    return CertificateCheck(
      titled("two sets of samples are alike"), found: difference == 0 ? 0 : difference / spread,
      .atMost(CertificateBound.standardErrors), kind: circuit.likelihood,
      detail: "difference of their mean log-likelihoods in standard errors, "
        + "\(grouped(samples.sampleCount)) samples each")
  }

  /// How often samples show each state of a few pixels, against the marginals of these states.
  func frequencies(draws: Int) throws -> CertificateCheck {
    let name = titled("sampled frequencies")
    guard !isDensity else { return .skipped(name, because: "a density: it has no states") }
    guard circuit.leaf.hidesPixels else {
      return .skipped(name, because: "leaves that can be hidden only whole")
    }
    let pixels = liveliest(min(enumerable(4), pixelCount))
    let shown = PixelMask.showing(pixels, of: pixelCount)
    let states = PixelStates(
      of: pixels, in: Array(repeating: 0, count: pixelCount), levels: levels)
    let logs = try logLikelihoods(MaskedSource(states, hiding: shown))
    // Other draws than those that the pixels were chosen by.
    let images = try circuit.samples(count: draws, seed: seed &+ 2, derived: derived)
    var observed = Array(repeating: 0, count: states.sampleCount)
    for start in stride(from: 0, to: images.count, by: pixelCount) {
      observed[
        PixelStates.number(
          of: pixels, in: images[start..<start + pixelCount], levels: levels)] += 1
    }
    let test = ChiSquare(
      observed: observed, expected: logs.map { naturalExponential($0) * Double(draws) })
    guard test.freedom > 0 else {
      return .skipped(name, because: "the model draws almost always the same pixels")
    }
    return CertificateCheck(
      name, found: test.probability, demanded(.atLeast(CertificateBound.chance)),
      kind: circuit.likelihood,
      detail: "chi-square probability, \(grouped(draws)) samples, "
        + "\(states.sampleCount) states of \(pixels.count) pixels")
  }

  /// Pixels that vary most among the samples: at first two of one leaf region, then of others.
  private func liveliest(_ count: Int) -> [Int32] {
    var ones = Array(repeating: 0, count: pixelCount)
    for (place, byte) in samples.bytes.enumerated() where byte != 0 {
      ones[place % pixelCount] += 1
    }
    let order = (0..<Int32(pixelCount)).sorted { a, b in
      let (x, y) = (evenness(ones[Int(a)]), evenness(ones[Int(b)]))
      return x == y ? a < b : x > y
    }
    guard let first = order.first,
      let leaf = circuit.leafPixels.first(where: { $0.contains(first) })
    else { return [] }
    let own = Set(leaf)
    let inside = order.filter(own.contains).prefix(min(2, count))
    return (inside + order.filter { !inside.contains($0) }.prefix(count - inside.count)).sorted()
  }

  private func evenness(_ ones: Int) -> Int { min(ones, samples.sampleCount - ones) }
}
