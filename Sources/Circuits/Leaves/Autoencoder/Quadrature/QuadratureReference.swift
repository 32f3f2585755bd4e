import Numerics

/// The plain definition of a leaf's quadrature in Double, step for step what the kernel does.
extension AutoencoderReference {
  /// log p(x_o) by adaptive quadrature with `nodes` a latent.
  ///
  /// - Parameter observed: the pixels that are seen; nil for all, and only then is the encoder asked.
  package func quadratureLogLikelihood(
    _ x: [Double], nodes: Int, observed: [Int]? = nil
  ) -> Double {
    let pixels = observed ?? Array(x.indices)
    var starts = [Array(repeating: 0.0, count: shape.latent)]
    for k in 0..<shape.latent {
      for sign in [1.0, -1.0] {
        starts.append((0..<shape.latent).map { $0 == k ? sign * 1.5 : 0 })
      }
    }
    if observed == nil { starts.insert(encode(x).mean, at: 0) }
    var chosen: Hill?
    for start in starts {
      let hill = findMode(x, from: start, pixels)
      // Not below: NaN does not replace anything, and of two equals the first stays.
      if let best = chosen, !(hill.mass > best.mass) { continue }
      chosen = hill
    }
    guard let hill = chosen else { preconditionFailure("there is a start") }
    let rule = GaussHermite(count: nodes)
    var map = inverseTranspose(hill.factor)
    let around = terms(x, pixels, centre: hill.point, map: map, rule)
    let (mean, covariance) = moments(around)
    let centre = zip(hill.point, product(map, mean)).map { $0 + $1 }
    let spread = factor(covariance)
    map = product(map, spread)
    let logDeterminant =
      spread.indices.reduce(0.0) { $0 + naturalLogarithm(spread[$1][$1]) }
      - hill.logDeterminant
    return logSumExp(terms(x, pixels, centre: centre, map: map, rule).map(\.logTerm))
      + logDeterminant
  }

  private struct Hill {
    let point: [Double]
    let value: Double
    let factor: [[Double]]

    var logDeterminant: Double {
      factor.indices.reduce(0) { $0 + naturalLogarithm(factor[$1][$1]) }
    }
    var mass: Double { value - logDeterminant }
  }

  /// Damped Gauss-Newton: eight looks, after a loss half the step.
  private func findMode(_ x: [Double], from start: [Double], _ pixels: [Int]) -> Hill {
    var z = start
    var best: Hill?
    var step: [Double] = []
    var scale = 1.0
    for _ in 0..<8 {
      let (value, gradient, curvature) = slopes(x, z, pixels)
      if let hill = best, !(value >= hill.value) {
        scale /= 2
      } else {
        let factor = factor(curvature)
        best = Hill(point: z, value: value, factor: factor)
        // F^-1 g = S S^T g.
        let inverse = inverseTranspose(factor)
        step = product(product(inverse, transposed(inverse)), gradient)
        scale = 1
      }
      guard let hill = best else { preconditionFailure("the first look is kept") }
      z = zip(hill.point, step).map { $0 + scale * $1 }
    }
    guard let best else { preconditionFailure("the first look is kept") }
    return best
  }

  /// log p(x_o|z) + log p(z) but for its constant, its gradient, and its Fisher curvature.
  private func slopes(
    _ x: [Double], _ z: [Double], _ pixels: [Int]
  ) -> (value: Double, gradient: [Double], curvature: [[Double]]) {
    let inner = layer(tensors[4], tensors[5], z)
    let hidden = activate(inner)
    let logits = layer(tensors[6], tensors[7], hidden)
    let slope = inner.indices.map { h -> Double in
      switch shape.activation {
      case .tanh: 1 - hidden[h] * hidden[h]
      case .relu: inner[h] > 0 ? 1 : 0
      case .softplus: logistic(inner[h])
      }
    }
    var value = z.reduce(0) { $0 - $1 * $1 / 2 }
    var gradient = z.map { -$0 }
    var curvature = z.indices.map { k in z.indices.map { $0 == k ? 1.0 : 0 } }
    for d in pixels {
      value -= softplus(x[d] > 0.5 ? -logits[d] : logits[d])
      let p = logistic(logits[d])
      let row = z.indices.map { k in
        hidden.indices.reduce(0.0) {
          $0 + tensors[6][d * shape.hidden + $1] * slope[$1] * tensors[4][$1 * shape.latent + k]
        }
      }
      for k in z.indices {
        gradient[k] += row[k] * (x[d] - p)
        for l in z.indices { curvature[k][l] += p * (1 - p) * row[k] * row[l] }
      }
    }
    return (value, gradient, curvature)
  }

  /// Every node's offset in standard deviations and its log-term.
  private func terms(
    _ x: [Double], _ pixels: [Int], centre: [Double], map: [[Double]], _ rule: GaussHermite
  ) -> [(offset: [Double], logTerm: Double)] {
    var offsets: [(offset: [Double], logFactor: Double)] = [([], 0)]
    for _ in 0..<shape.latent {
      offsets = zip(rule.nodes, rule.logWeights).flatMap { node, logWeight in
        offsets.map {
          (
            $0.offset + [Double(2).squareRoot() * node],
            $0.logFactor + logWeight + node * node - naturalLogarithm(Double.pi) / 2
          )
        }
      }
    }
    return offsets.map { offset, logFactor in
      let z = zip(centre, product(map, offset)).map { $0 + $1 }
      let logits = decode(z)
      let seen = pixels.reduce(0.0) {
        $0 - softplus(x[$1] > 0.5 ? -logits[$1] : logits[$1])
      }
      return (offset, seen + logFactor + z.reduce(0) { $0 - $1 * $1 / 2 })
    }
  }

  /// Mean and covariance of the offsets under their terms; 5 % of the covariance stay what they were.
  private func moments(
    _ terms: [(offset: [Double], logTerm: Double)]
  ) -> (mean: [Double], covariance: [[Double]]) {
    let total = logSumExp(terms.map(\.logTerm))
    var mean = Array(repeating: 0.0, count: shape.latent)
    for (offset, term) in terms {
      for k in mean.indices { mean[k] += naturalExponential(term - total) * offset[k] }
    }
    var covariance = mean.indices.map { k in mean.indices.map { $0 == k ? 0.05 : 0 } }
    for (offset, term) in terms {
      let weight = 0.95 * naturalExponential(term - total)
      for k in mean.indices {
        for l in mean.indices {
          covariance[k][l] += weight * (offset[k] - mean[k]) * (offset[l] - mean[l])
        }
      }
    }
    return (mean, covariance)
  }
}

/// G of G G^T (Cholesky), lower triangular.
private func factor(_ a: [[Double]]) -> [[Double]] {
  var g = a.map { $0.map { _ in 0.0 } }
  for i in a.indices {
    for j in 0...i {
      let rest = (0..<j).reduce(a[i][j]) { $0 - g[i][$1] * g[j][$1] }
      g[i][j] = i == j ? rest.squareRoot() : rest / g[j][j]
    }
  }
  return g
}

/// G^-T of a lower triangular G.
private func inverseTranspose(_ g: [[Double]]) -> [[Double]] {
  var s = g.map { $0.map { _ in 0.0 } }
  for i in g.indices {
    for j in 0...i {
      s[j][i] = (j..<i).reduce(i == j ? 1 : 0) { $0 - g[i][$1] * s[j][$1] } / g[i][i]
    }
  }
  return s
}

private func product(_ a: [[Double]], _ x: [Double]) -> [Double] {
  a.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
}

private func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  a.map { row in
    b.indices.map { j in row.indices.reduce(0) { $0 + row[$1] * b[$1][j] } }
  }
}

private func transposed(_ a: [[Double]]) -> [[Double]] {
  a.indices.map { i in a.indices.map { a[$0][i] } }
}
