import Kernels

extension Circuit {
  /// The expected value of every hidden pixel given the others, `[image][pixel]` with pixels row-major:
  /// each leaf unit's mean, weighted by its flow under the marginal (Poon & Domingos 2011 complete
  /// faces so); what is observed stays as it is, a byte as outcome 0 or 1 or, for a density, as
  /// byte / 255.
  ///
  /// Exact where the leaves are; means of a VAE leaf are an estimate. An image of likelihood 0 has
  /// hidden pixels of 0. The same bits for any number of workers.
  /// - Parameter derived: with the hidden pixels taken out, `derived(from:hiding:)`.
  package func posteriorMeans(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation
  ) -> [Float] {
    let hidden = derived.hiddenPixels
    precondition(hidden.count == pixelCount, "derived without hidden pixels")
    let out = AlignedBuffer<Float>(count: source.sampleCount * pixelCount)
    let touched = leafPixels.indices.filter { index in
      leafPixels[index].contains { hidden[Int($0)] }
    }
    let means = touched.map { index in
      (0..<units).map { unit in
        leaf.means(
          leafShapes[index], unit: unit,
          parameters: derived.parameters.values.pointer + layout.leafParameters[index])
      }
    }
    forEachTileOfFlows(
      source, derived: derived, workers: workers, noise: noise, progress: { _ in }
    ) { flows in
      copyObserved(flows, hidden, into: out.pointer)
      for (number, index) in touched.enumerated() {
        for (unit, means) in means[number].enumerated() {
          let flow = flows.flows(ofLeaf: index) + unit * flows.pixels.tile
          for (place, pixel) in leafPixels[index].enumerated() where hidden[Int(pixel)] {
            for image in 0..<flows.images.count {
              out.pointer[(flows.images.lowerBound + image) * pixelCount + Int(pixel)] +=
                flow[image] * Float(means[place])
            }
          }
        }
      }
    }
    return out.array
  }

  private func copyObserved(
    _ flows: TileFlows, _ hidden: [Bool], into out: UnsafeMutablePointer<Float>
  ) {
    for pixel in 0..<pixelCount where !hidden[pixel] {
      let row = flows.pixels.row(pixel)
      for image in 0..<flows.images.count {
        let byte = row[image]
        out[(flows.images.lowerBound + image) * pixelCount + pixel] =
          leaf.isDensity ? Float(byte) / 255 : byte == 0 ? 0 : 1
      }
    }
  }
}
