import Configuration
import Numerics

extension Circuit {
  /// p(class | image) of every image of `source`, `[image][class]`.
  ///
  /// By Bayes: prior_y S_y / sum over classes. Exact where the leaves are, else an estimate; an image
  /// of likelihood 0 has the priors. The same bits for any number of workers.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `NoClassesFault` where root units are no classes; `MarginalFault` for a mask that the
  ///   leaves cannot honour.
  package func classPosteriors(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation, progress: (Int) throws -> Void = { _ in }
  ) throws -> [[Double]] {
    guard classPriors != nil else { throw NoClassesFault() }
    let out = AlignedBuffer<Double>(count: source.sampleCount * rootUnits)
    let values = AlignedBuffer<Double>(count: source.sampleCount)
    try forEachTile(
      source, workers: workers, noise: noise, keeping: .values, progress: progress
    ) { tile in
      forward(
        tile.loaded(derived, noise), into: values.pointer + tile.images.lowerBound)
      rootPosteriors(
        schedule, rootWeights: rootWeights.pointer, memory: tile.workspace.memory,
        images: tile.images.count, into: out.pointer + tile.images.lowerBound * rootUnits)
      logDomainPosteriors(
        tile, derived: derived, into: out.pointer + tile.images.lowerBound * rootUnits)
    }
    return (0..<source.sampleCount).map { image in
      Array(UnsafeBufferPointer(start: out.pointer + image * rootUnits, count: rootUnits))
    }
  }
}

extension Circuit {
  /// Posteriors of a tile's images outside the linear domain, over those of the others.
  private func logDomainPosteriors(
    _ tile: TileOfImages, derived: DerivedParameters, into out: UnsafeMutablePointer<Double>
  ) {
    guard let space = tile.workspace.logDomain else { return }
    let pass = LogDomainPass(circuit: self, derived: derived, space: space)
    for image in tile.workspace.imagesOutside {
      pass.forward(image: image)
      let terms = pass.rootTerms(nil)
      let total = logSumExp(terms)
      for (unit, term) in terms.enumerated() {
        out[image * rootUnits + unit] =
          total > -.infinity
          ? naturalExponential(term - total) : Double(rootWeights.pointer[unit])
      }
    }
  }
}

/// Classes asked of a circuit that has none (exit code 78).
package struct NoClassesFault: Fault {
  package init() {}
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "the model was trained without classes: train one with `classes: true` on labelled images"
  }
}
