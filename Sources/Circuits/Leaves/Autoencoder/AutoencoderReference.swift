import Numerics

/// The plain definition of one autoencoder in Double: what its kernels are tested against.
package struct AutoencoderReference {
  let shape: AutoencoderShape
  let tensors: [[Double]]

  /// - Parameter parameters: those of all units, `[unit][parameter]`.
  package init(_ shape: AutoencoderShape, parameters: [Double], unit: Int) {
    self.shape = shape
    let start = unit * shape.parameterCount
    tensors = zip(shape.offsets, shape.sizes).map {
      Array(parameters[start + $0..<start + $0 + $1])
    }
  }

  package init(_ shape: AutoencoderShape, parameters: UnsafePointer<Float>, unit: Int) {
    let start = parameters + unit * shape.parameterCount
    let own = UnsafeBufferPointer(start: start, count: shape.parameterCount)
    self.init(shape, parameters: own.map(Double.init), unit: 0)
  }

  func layer(_ weights: [Double], _ bias: [Double], _ x: [Double]) -> [Double] {
    bias.indices.map { o in
      x.indices.reduce(bias[o]) { $0 + weights[o * x.count + $1] * x[$1] }
    }
  }

  func activate(_ x: [Double]) -> [Double] {
    x.map { value in
      switch shape.activation {
      case .tanh: 2 * logistic(2 * value) - 1
      case .relu: max(value, 0)
      case .softplus: softplus(value)
      }
    }
  }

  /// Means and log-variances of q(z|x).
  package func encode(_ x: [Double]) -> (mean: [Double], logVariance: [Double]) {
    let code = layer(tensors[2], tensors[3], activate(layer(tensors[0], tensors[1], x)))
    return (Array(code[..<shape.latent]), Array(code[shape.latent...]))
  }

  /// Logits of p(x|z).
  package func decode(_ z: [Double]) -> [Double] {
    layer(tensors[6], tensors[7], activate(layer(tensors[4], tensors[5], z)))
  }

  /// log p(x|z).
  package func reconstruction(_ x: [Double], _ z: [Double]) -> Double {
    zip(x, decode(z)).reduce(0) { $0 - softplus($1.0 > 0.5 ? -$1.1 : $1.1) }
  }

  /// The value of the leaf, given the normals of each sample.
  ///
  /// - Parameter speak: log p(x|z) of what the decoder says; nil for binary pixels.
  package func logLikelihood(
    _ x: [Double], draws: [[Double]], _ estimator: AutoencoderEstimator,
    speak: (([Double]) -> Double)? = nil
  ) -> Double {
    let (mean, logVariance) = encode(x)
    let weights = draws.map { epsilon -> Double in
      let z = epsilon.indices.map {
        mean[$0] + naturalExponential(logVariance[$0] / 2) * epsilon[$0]
      }
      var total = speak.map { $0(decode(z)) } ?? reconstruction(x, z)
      for k in z.indices {
        switch estimator {
        case .analytic:
          total +=
            (1 + logVariance[k] - mean[k] * mean[k] - naturalExponential(logVariance[k])) / 2
        case .importance:
          total += (epsilon[k] * epsilon[k] + logVariance[k] - z[k] * z[k]) / 2
        }
      }
      return total
    }
    return logSumExp(weights) - naturalLogarithm(Double(weights.count))
  }

  /// log p(x) of images by a dense grid over two latents, `points` a side on [-6, 6]: the trapezoid
  /// rule on a function that is zero at both ends. The decoder is asked once for all images.
  package func gridLogLikelihoods(_ images: [[Double]], points: Int) -> [Double] {
    precondition(shape.latent == 2)
    let step = 12 / Double(points - 1)
    var terms = Array(repeating: [Double](), count: images.count)
    for i in 0..<points {
      for j in 0..<points {
        let z = [-6 + Double(i) * step, -6 + Double(j) * step]
        let logits = decode(z)
        // log p(x|z) = sum of x logit - log(1 + e^logit).
        let none = logits.reduce(-(z[0] * z[0] + z[1] * z[1]) / 2) { $0 - softplus($1) }
        for (index, x) in images.enumerated() {
          var term = none
          for d in logits.indices { term += x[d] * logits[d] }
          terms[index].append(term)
        }
      }
    }
    return terms.map {
      logSumExp($0) + 2 * naturalLogarithm(step) - naturalLogarithm(2 * Double.pi)
    }
  }
}
