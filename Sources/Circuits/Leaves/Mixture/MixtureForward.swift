import Numerics

/// log sum_j omega_j p(x | z_j) of a tile of images, in nats.
///
/// s_j = log omega_j + sum_i o_i (log p(0 | z_j) + x_i logit_ji), where o_i is 0 for hidden pixels;
/// where all are seen the first of the two terms is part of the bias. Nodes are the lanes: so the
/// sums over images of the backward pass need no sums over lanes.
/// - Parameters:
///   - table: see `mixtureDerive`.
///   - scratch: `MixtureShape.scratchCount`. With `keepsTerms`, what `mixtureAccumulate` needs.
///   - row: `[tile]`.
package func mixtureForward(
  _ table: MixtureTable<UnsafePointer<Float>>, _ inputs: MixtureInputs, keepsTerms: Bool,
  scratch: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>
) {
  let images = inputs.layout.images
  let inverse = scratch
  let terms = scratch + inputs.layout.tile
  let stride = table.shape.stride
  let scores = NodeScores(table, inputs)
  var image = 0
  while image < images {
    let own = keepsTerms ? terms + image &* stride : terms
    let (largest, totals) = scores.posterior(image, into: own)
    UnsafeMutableRawPointer(row + image).storeBytes(of: largest, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(inverse + image).storeBytes(of: totals, as: SIMD4<Float>.self)
    image &+= imageBlock
  }
  image = 0
  while image < images {
    let total = load(inverse, image)
    store(load(row, image) + logarithm(total), row, image)
    store(Lanes(repeating: 1) / total, inverse, image)
    image &+= laneCount
  }
}

/// Adds flow times E[x_i | observed pixels] = flow times sum_j r_j p(1 | z_j): `[pixel][tile]`.
///
/// What the nodes expect of an observed pixel is not what it is: that is the caller's business.
/// - Parameters:
///   - flow: `[tile]`.
///   - scratch: as for `mixtureForward` without `keepsTerms`.
package func mixtureAddMeans(
  _ table: MixtureTable<UnsafePointer<Float>>, _ inputs: MixtureInputs,
  flow: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
  into means: UnsafeMutablePointer<Float>
) {
  let tile = inputs.layout.tile
  let terms = scratch + tile
  let stride = table.shape.stride
  let scores = NodeScores(table, inputs)
  for image in 0..<inputs.layout.images {
    if image % imageBlock == 0 {
      let (_, totals) = scores.posterior(image, into: terms)
      for other in 0..<imageBlock { scratch[other] = 1 / totals[other] }
    }
    let own = terms + image % imageBlock &* stride
    let share = flow[image] * scratch[image % imageBlock]
    for pixel in 0..<table.shape.pixels {
      var total = Lanes.zero
      var node = 0
      while node < stride {
        total.addProduct(load(own, node), loadUnaligned(table.means + pixel &* stride, node))
        node &+= laneCount
      }
      means[pixel &* tile &+ image] += share * sum(total)
    }
  }
}
