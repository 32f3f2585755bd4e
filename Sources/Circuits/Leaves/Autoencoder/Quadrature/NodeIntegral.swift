import Numerics

/// The integral of p(x|z) p(z) over nodes at z = m + S u, and the moments of u under the posterior.
struct NodeIntegral {
  let network: AutoencoderNetwork
  let nodes: QuadratureNodes
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

  /// How much of the covariance by curvature stays in that by moments: where one node has all the
  /// weight there is no spread to measure.
  static let kept: Float = 0.05

  /// m is the mode, and S S^T the inverse of the curvature.
  func layAroundMode() {
    var image = 0
    while image < images {
      let factor = rows.modeFactor
      inverseTranspose(factor: factor, into: rows.spread, size: shape.latent, tile: tile, image)
      store(
        -Circuits.logDeterminant(factor: factor, size: shape.latent, tile: tile, image),
        rows.logDeterminant, image)
      image &+= laneCount
    }
  }

  /// m becomes the mean, and S S^T the covariance, both by the moments of the last sum.
  func layAroundMean() {
    var image = 0
    while image < images {
      let inverse = Lanes(repeating: 1) / load(rows.total, image)
      let kept = Lanes(repeating: NodeIntegral.kept)
      let measured = Lanes(repeating: 1 - NodeIntegral.kept) * inverse
      for k in 0..<shape.latent {
        let mean = rows.firstMoment + k &* tile
        store(load(mean, image) * inverse, mean, image)
        for l in 0...k {
          let entry = rows.secondMoment + packed(k, l) &* tile
          let product = load(rows.firstMoment + l &* tile, image) * load(mean, image)
          let covariance =
            load(entry, image) * measured - Lanes(repeating: 1 - NodeIntegral.kept) * product
          store(k == l ? covariance + kept : covariance, entry, image)
        }
      }
      move(image)
      factorise(rows.secondMoment, size: shape.latent, tile: tile, image)
      multiply(rows.spread, byFactor: rows.secondMoment, size: shape.latent, tile: tile, image)
      store(
        load(rows.logDeterminant, image)
          + Circuits.logDeterminant(
            factor: rows.secondMoment, size: shape.latent, tile: tile, image),
        rows.logDeterminant, image)
      image &+= laneCount
    }
  }

  /// m + S E[u], S still the old one.
  private func move(_ image: Int) {
    for k in 0..<shape.latent {
      var place = load(rows.mode + k &* tile, image)
      for l in 0..<shape.latent {
        place.addProduct(
          load(rows.spread + (k &* shape.latent &+ l) &* tile, image),
          load(rows.firstMoment + l &* tile, image))
      }
      store(place, rows.mode + k &* tile, image)
    }
  }

  /// Log-sum-exp over all nodes, largest term and sum apart; with the sums of u and u u^T, times
  /// their terms.
  func sum(withMoments: Bool) {
    for node in 0..<nodes.count {
      let offsets = nodes.offsets.pointer + node &* shape.latent
      lay(offsets)
      decode(network, rows, RowLayout(tile: tile, images: images))
      var image = 0
      while image < images {
        add(node: node, offsets, withMoments: withMoments, image)
        image &+= laneCount
      }
    }
  }

  @inline(__always)
  private func lay(_ offsets: UnsafePointer<Float>) {
    for k in 0..<shape.latent {
      var image = 0
      while image < images {
        var place = load(rows.mode + k &* tile, image)
        for l in 0..<shape.latent {
          place.addProduct(
            load(rows.spread + (k &* shape.latent &+ l) &* tile, image),
            Lanes(repeating: offsets[l]))
        }
        store(place, rows.z + k &* tile, image)
        image &+= laneCount
      }
    }
  }

  @inline(__always)
  private func add(
    node: Int, _ offsets: UnsafePointer<Float>, withMoments: Bool, _ image: Int
  ) {
    var term = pixels.logLikelihood(image)
    for k in 0..<shape.latent {
      let z = load(rows.z + k &* tile, image)
      term -= Lanes(repeating: 0.5) * z * z
    }
    term += Lanes(repeating: nodes.logFactors.pointer[node])
    let before = node == 0 ? term : load(rows.largest, image)
    let largest = larger(before, term)
    let scale = node == 0 ? Lanes.zero : exponential(before - largest)
    let weight = exponential(term - largest)
    store(largest, rows.largest, image)
    accumulate(weight, rows.total, scale, image)
    guard withMoments else { return }
    for k in 0..<shape.latent {
      let first = weight * Lanes(repeating: offsets[k])
      accumulate(first, rows.firstMoment + k &* tile, scale, image)
      for l in 0...k {
        accumulate(
          first * Lanes(repeating: offsets[l]), rows.secondMoment + packed(k, l) &* tile, scale,
          image)
      }
    }
  }

  @inline(__always)
  private func accumulate(
    _ term: Lanes, _ row: UnsafeMutablePointer<Float>, _ scale: Lanes, _ image: Int
  ) {
    store(term.addingProduct(scale, load(row, image)), row, image)
  }
}
