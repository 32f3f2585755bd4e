import Circuits
import Numerics

extension CertificateSubject {
  func nothingSeen() throws -> CertificateCheck {
    let few = samples.prefix(40)
    let values = try logLikelihoods(
      MaskedSource(few, hiding: .shared(Array(repeating: true, count: pixelCount))))
    return CertificateCheck(
      titled("nothing seen has probability 1"), found: worst(values.map(abs)),
      .atMost(CertificateBound.logLikelihood),
      detail: "largest |log p| of \(few.sampleCount) images with every pixel hidden")
  }

  /// Images that are seen whole, in tiles with others that are hidden whole.
  func everythingSeen() throws -> CertificateCheck {
    let few = samples.prefix(200)
    let mask = PixelMask.random(
      groups: [(0..<Int32(pixelCount)).map { $0 }], probability: 0.5, seed: seed)
    let plain = try logLikelihoods(few)
    let masked = try logLikelihoods(MaskedSource(few, hiding: mask))
    let errors = plain.indices.map { image in
      let isHidden = mask.hidden(image: image, pixelCount: pixelCount)[0]
      return discrepancy(masked[image], isHidden ? 0 : plain[image])
    }
    return CertificateCheck(
      titled("everything seen is the log-likelihood"), found: worst(errors),
      .atMost(CertificateBound.logLikelihood),
      detail: "largest difference, \(few.sampleCount) images, half of them hidden whole")
  }

  /// Each answer by one worker and by two, to the last bit.
  func workersAgree() throws -> CertificateCheck {
    let few = samples.prefix(300)
    let (one, two) = (ForkJoin(workers: 1), ForkJoin(workers: 2))
    let values = try [one, two].map { try logLikelihoods(few, workers: $0).map(\.bitPattern) }
    var different = count(values)
    var answers = "log-likelihoods"
    if let hidden = lowerHalf {
      let source = MaskedSource(few.prefix(100), hiding: .hiding(hidden, of: pixelCount))
      different += count(
        try [one, two].map { workers in
          try circuit.posteriorMeans(source, derived: derived, workers: workers)
            .map(\.bitPattern)
        })
      different += count(
        try [one, two].map {
          try circuit.conditionalSamples(
            source, Draws(2, seed: seed), derived: derived, workers: $0)
        })
      answers += ", posterior means, conditional samples"
    }
    return CertificateCheck(
      titled("one worker and two agree"), found: Double(different), .atMost(0),
      detail: "numbers with other bits: \(answers)")
  }

  private func count(_ pair: [[some Equatable]]) -> Int {
    zip(pair[0], pair[1]).count { $0 != $1 } + abs(pair[0].count - pair[1].count)
  }

  func evidenceSurvives() throws -> CertificateCheck {
    let name = titled("evidence survives completion")
    guard let hidden = lowerHalf else {
      return .skipped(name, because: "one leaf region that can be hidden only whole")
    }
    let few = samples.prefix(100)
    let draws = 2
    let completed = try circuit.conditionalSamples(
      MaskedSource(few, hiding: .hiding(hidden, of: pixelCount)), Draws(draws, seed: seed),
      derived: derived, workers: workers)
    let isHidden = Set(hidden.map(Int.init))
    let seen = (0..<pixelCount).filter { !isHidden.contains($0) }
    var changed = 0
    for place in 0..<few.sampleCount * draws {
      for pixel in seen
      where completed[place * pixelCount + pixel]
        != few.bytes[place / draws * pixelCount + pixel]
      { changed += 1 }
    }
    return CertificateCheck(
      name, found: Double(changed), .atMost(0),
      detail: "seen pixels changed, \(few.sampleCount) images, lower half hidden, "
        + "\(draws) draws each")
  }
}
