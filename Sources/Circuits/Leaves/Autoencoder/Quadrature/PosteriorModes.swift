import Numerics

/// Where log p(x|z) + log p(z) is highest, and how it curves there: damped Gauss-Newton from several
/// starts, the mode with the most mass by Laplace's approximation.
///
/// One start is not enough: in a network with 4x4 pixels and two latents, trained on MNIST, one in a
/// few hundred climbs from the encoder's mean ends on the wrong hill, up to 11 nats below the right
/// one. The starts are the encoder's mean, 0, and `reach` either way along each latent.
struct PosteriorModes {
  let network: AutoencoderNetwork
  let x: UnsafePointer<Float>
  let observed: UnsafeBufferPointer<Int32>?
  let rows: QuadratureRows
  let tile: Int
  let images: Int

  private var shape: AutoencoderShape { network.shape }
  /// The pixels, and their logits at z.
  private var pixels: BernoulliRows {
    BernoulliRows(
      x: x, logits: rows.logits, pixels: shape.pixels, tile: tile, observed: observed)
  }

  /// Standard deviations of the prior.
  static let reach = 1.5
  /// Points at which a climb looks.
  static let evaluations = 8

  /// Leaves mode, mass and factor in the rows.
  func find() {
    let starts = 2 &* shape.latent &+ 1
    // With pixels hidden there is nothing to give the encoder.
    var start = observed == nil ? -1 : 0
    let first = start
    while start < starts {
      findMode(from: start)
      keep(isFirst: start == first)
      start &+= 1
    }
  }

  /// Start -1 is the encoder's mean, 0 the middle, then 2 k + 1 and 2 k + 2 along latent k.
  private func findMode(from start: Int) {
    for k in 0..<shape.latent {
      let sign: Double = start == 2 &* k &+ 1 ? 1 : start == 2 &* k &+ 2 ? -1 : 0
      let place = Lanes(repeating: Float(sign * PosteriorModes.reach))
      var image = 0
      while image < images {
        store(
          start < 0 ? load(rows.code + k &* tile, image) : place, rows.z + k &* tile, image)
        image &+= laneCount
      }
    }
    for evaluation in 0..<PosteriorModes.evaluations {
      evaluate()
      var image = 0
      while image < images {
        advance(isFirst: evaluation == 0, image)
        image &+= laneCount
      }
    }
  }

  /// Value, gradient and Fisher curvature at z: J^T (x - p) - z and J^T diag(p (1 - p)) J + I.
  private func evaluate() {
    let layout = RowLayout(tile: tile, images: images)
    decode(network, rows, layout)
    // Of slopes the biases drop out.
    let slopes = DenseLayer(
      weights: network.v2.weights, bias: UnsafePointer(rows.zeros), inputs: shape.hidden,
      outputs: shape.pixels)
    for k in 0..<shape.latent {
      for h in 0..<shape.hidden {
        let weight = Lanes(repeating: network.v1.weights[h &* shape.latent &+ k])
        var image = 0
        while image < images {
          store(weight, rows.dHidden + h &* tile, image)
          image &+= laneCount
        }
      }
      shape.activation.backward(
        rows.decoded, count: shape.hidden, layout, gradients: rows.dHidden)
      slopes.forward(rows.dHidden, layout, into: rows.jacobian + k &* shape.pixels &* tile)
    }
    var image = 0
    while image < images {
      var total = pixels.curvature(image, variance: rows.variance)
      for k in 0..<shape.latent {
        let z = load(rows.z + k &* tile, image)
        total -= Lanes(repeating: 0.5) * z * z
        store(slope(k, image) - z, rows.gradient + k &* tile, image)
        for l in 0...k {
          store(curvature(k, l, image), rows.curvature + packed(k, l) &* tile, image)
        }
      }
      store(total, rows.value, image)
      image &+= laneCount
    }
  }

  @inline(__always)
  private func slope(_ k: Int, _ image: Int) -> Lanes {
    var total = Lanes.zero
    for number in 0..<(observed?.count ?? shape.pixels) {
      let d = observed.map { Int($0[number]) } ?? number
      total.addProduct(
        load(rows.jacobian + (k &* shape.pixels &+ d) &* tile, image),
        load(rows.logits + d &* tile, image))
    }
    return total
  }

  @inline(__always)
  private func curvature(_ k: Int, _ l: Int, _ image: Int) -> Lanes {
    // The prior's.
    var total = k == l ? Lanes(repeating: 1) : Lanes.zero
    for number in 0..<(observed?.count ?? shape.pixels) {
      let d = observed.map { Int($0[number]) } ?? number
      total.addProduct(
        load(rows.jacobian + (k &* shape.pixels &+ d) &* tile, image)
          * load(rows.jacobian + (l &* shape.pixels &+ d) &* tile, image),
        load(rows.variance + d &* tile, image))
    }
    return total
  }

  /// Takes z where the value did not fall, and goes on from the best point: a whole step after a gain,
  /// half of the last after a loss.
  private func advance(isFirst: Bool, _ image: Int) {
    let latent = shape.latent
    factorise(rows.curvature, size: latent, tile: tile, image)
    solve(factor: rows.curvature, rows.gradient, size: latent, tile: tile, image)
    let value = load(rows.value, image)
    let taken =
      isFirst ? Lanes(repeating: 1) : oneWhere(value, isAtLeast: load(rows.bestValue, image))
    mix(taken, value, into: rows.bestValue, image)
    for entry in 0..<packedCount(latent) {
      mix(
        taken, load(rows.curvature + entry &* tile, image), into: rows.bestFactor + entry &* tile,
        image)
    }
    let half = Lanes(repeating: 0.5) * load(rows.scale, image)
    let scale = taken.addingProduct(Lanes(repeating: 1) - taken, half)
    store(scale, rows.scale, image)
    for k in 0..<latent {
      mix(taken, load(rows.z + k &* tile, image), into: rows.best + k &* tile, image)
      mix(taken, load(rows.gradient + k &* tile, image), into: rows.step + k &* tile, image)
      store(
        load(rows.best + k &* tile, image)
          .addingProduct(scale, load(rows.step + k &* tile, image)),
        rows.z + k &* tile, image)
    }
  }

  /// Keeps the climb's end where its hill has more mass than what there was: value - log |G|.
  private func keep(isFirst: Bool) {
    let one = Lanes(repeating: 1)
    var image = 0
    while image < images {
      let mass =
        load(rows.bestValue, image)
        - logDeterminant(factor: rows.bestFactor, size: shape.latent, tile: tile, image)
      let taken = isFirst ? one : one - oneWhere(load(rows.mass, image), isAtLeast: mass)
      mix(taken, mass, into: rows.mass, image)
      for k in 0..<shape.latent {
        mix(taken, load(rows.best + k &* tile, image), into: rows.mode + k &* tile, image)
      }
      for entry in 0..<packedCount(shape.latent) {
        mix(
          taken, load(rows.bestFactor + entry &* tile, image),
          into: rows.modeFactor + entry &* tile, image)
      }
      image &+= laneCount
    }
  }
}

@inline(__always)
private func oneWhere(_ a: Lanes, isAtLeast b: Lanes) -> Lanes {
  Lanes.zero.replacing(with: Lanes(repeating: 1), where: a .>= b)
}

/// `new` where `taken` is 1; what the row has where it is 0. Products, because both are finite and a
/// blend may become a loop over the lanes.
@inline(__always)
private func mix(
  _ taken: Lanes, _ new: Lanes, into row: UnsafeMutablePointer<Float>, _ image: Int
) {
  let old = (Lanes(repeating: 1) - taken) * load(row, image)
  store(old.addingProduct(taken, new), row, image)
}
