import Numerics

extension AutoencoderPass {
  /// Adds the gradient of the flow-weighted value by every parameter.
  ///
  /// Needs the scratch of `forward` with `keepsSamples`.
  /// - Parameters:
  ///   - flow: `[tile]`; 0 in lanes past the last image.
  ///   - gradient: `shape.parameterCount` floats.
  package func backward(
    flow: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) {
    let (shape, p, layout) = (self.shape, network, inputs.layout)
    func g(_ layer: DenseLayer) -> DenseGradient {
      layer.gradient(in: gradient, of: p.parameters)
    }
    clear(rows.dCode, count: 2 &* shape.latent &* layout.tile)
    for sample in 0..<estimator.samples {
      weigh(sample, flow: flow)
      inputs.levels?.scoreGradient(
        rows.delta(sample), numbers: shape.numbers, weights: rows.logWeight(sample), layout)
      g(p.v2).accumulate(rows.delta(sample), inputs: rows.decoded(sample), layout)
      p.v2.backward(rows.delta(sample), layout, into: rows.dHidden)
      shape.activation.backward(
        rows.decoded(sample), count: shape.hidden, layout, gradients: rows.dHidden)
      g(p.v1).accumulate(rows.dHidden, inputs: rows.z(sample), layout)
      // Overwrites the decoder's rows, which are no longer needed.
      p.v1.backward(rows.dHidden, layout, into: rows.dZ(sample))
      addCodeGradient(sample)
    }
    addPriorGradient(flow: flow)
    g(p.w2).accumulate(rows.dCode, inputs: rows.hidden, layout)
    p.w2.backward(rows.dCode, layout, into: rows.dHidden)
    shape.activation.backward(rows.hidden, count: shape.hidden, layout, gradients: rows.dHidden)
    g(p.w1).accumulate(rows.dHidden, inputs: inputs.x, layout)
  }

  /// The sample's share of the flow, into its log-weight's row; delta times it.
  @inline(__always)
  private func weigh(_ sample: Int, flow: UnsafePointer<Float>) {
    let (shape, estimator, rows) = (self.shape, self.estimator, self.rows)
    let (tile, images) = (inputs.layout.tile, inputs.layout.images)
    // What is scored takes the weights itself.
    let weighed = inputs.levels == nil ? shape.pixels : 0
    let share = Lanes(repeating: 1 / Float(estimator.samples))
    var image = 0
    while image < images {
      var weight = load(flow, image)
      if estimator.samples > 1 {
        weight *= share * exponential(load(rows.logWeight(sample), image) - load(rows.value, image))
      }
      store(weight, rows.logWeight(sample), image)
      for d in 0..<weighed {
        let row = rows.delta(sample) + d &* tile
        store(load(row, image) * weight, row, image)
      }
      image &+= laneCount
    }
  }

  /// What goes through z, to the means and log-variances.
  @inline(__always)
  private func addCodeGradient(_ sample: Int) {
    let (shape, estimator, rows) = (self.shape, self.estimator, self.rows)
    let (tile, images) = (inputs.layout.tile, inputs.layout.images)
    let dz = rows.dZ(sample)
    let half = Lanes(repeating: 0.5)
    for k in 0..<shape.latent {
      let dMean = rows.dCode + k &* tile
      let dLogVariance = rows.dCode + (shape.latent &+ k) &* tile
      var image = 0
      while image < images {
        var d = load(dz + k &* tile, image)
        if case .importance = estimator {
          d -= load(rows.logWeight(sample), image) * load(rows.z(sample) + k &* tile, image)
        }
        store(load(dMean, image) + d, dMean, image)
        let noise = load(rows.noise(sample) + k &* tile, image)
        store(load(dLogVariance, image) + half * d * noise, dLogVariance, image)
        image &+= laneCount
      }
    }
  }

  /// What does not go through z: -KL in closed form, or -log q's half log-variance.
  @inline(__always)
  private func addPriorGradient(flow: UnsafePointer<Float>) {
    let (shape, estimator, rows) = (self.shape, self.estimator, self.rows)
    let (tile, images) = (inputs.layout.tile, inputs.layout.images)
    let half = Lanes(repeating: 0.5)
    for k in 0..<shape.latent {
      let dMean = rows.dCode + k &* tile
      let dLogVariance = rows.dCode + (shape.latent &+ k) &* tile
      var image = 0
      while image < images {
        let weight = load(flow, image)
        switch estimator {
        case .analytic:
          let mean = load(rows.code + k &* tile, image)
          let sigma = load(rows.spread + k &* tile, image)
          store(load(dMean, image) - weight * mean, dMean, image)
          store(
            load(dLogVariance, image)
              - weight * half * (sigma * sigma - Lanes(repeating: 1)), dLogVariance, image)
        case .importance:
          store(load(dLogVariance, image) + weight * half, dLogVariance, image)
        }
        image &+= laneCount
      }
    }
  }
}
