import Numerics

/// log sum_j omega_j p(x | z_j) of a tile of images, in nats.
///
/// s_j = log omega_j + sum_i o_i (log p(0 | z_j) + x_i logit_ji), where o_i is 0 for hidden pixels;
/// where all are seen the first of the two terms is part of the bias. Nodes are the lanes: so the
/// sums over images of the backward pass need no sums over lanes.
/// - Parameters:
///   - derived: see `mixtureDerive`.
///   - inputs: `[pixel][tile]`, x; with `isMasked` x where observed, else 0, and then
///     `[pixel][tile]`, 1 where observed, else 0.
///   - scratch: `MixtureShape.scratchCount`. With `keepsTerms`, what `mixtureAccumulate` needs.
///   - row: `[tile]`.
package func mixtureForward(
  _ shape: MixtureShape, derived: UnsafePointer<Float>, inputs: UnsafePointer<Float>,
  isMasked: Bool, tile: Int, images: Int, keepsTerms: Bool,
  scratch: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>
) {
  let table = MixtureTable(derived, shape)
  let inverse = scratch
  let terms = scratch + tile
  let stride = shape.stride
  var image = 0
  while image < images {
    let own = keepsTerms ? terms + image &* stride : terms
    let (largest, totals) = posterior(
      shape, table, inputs + image, isMasked: isMasked, tile: tile, into: own)
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

/// Terms e^(s_j - s) of four images, `[image][node]`, with s the largest s_j, and their sums.
@inline(__always)
private func posterior(
  _ shape: MixtureShape, _ table: MixtureTable<UnsafePointer<Float>>,
  _ inputs: UnsafePointer<Float>, isMasked: Bool, tile: Int,
  into terms: UnsafeMutablePointer<Float>
) -> (largest: SIMD4<Float>, totals: SIMD4<Float>) {
  let largest = scores(
    table.logits, count: isMasked ? 2 &* shape.pixels : shape.pixels,
    bias: isMasked ? table.logWeights : table.bias, inputs, tile: tile, stride: shape.stride,
    into: terms)
  return (largest, exponentiate(terms, stride: shape.stride, minus: largest))
}

/// Adds flow times E[x_i | observed pixels] = flow times sum_j r_j p(1 | z_j): `[pixel][tile]`.
///
/// What the nodes expect of an observed pixel is not what it is: that is the caller's business.
/// - Parameters:
///   - inputs: as for `mixtureForward`.
///   - flow: `[tile]`.
///   - scratch: as for `mixtureForward` without `keepsTerms`.
package func mixtureAddMeans(
  _ shape: MixtureShape, derived: UnsafePointer<Float>, inputs: UnsafePointer<Float>,
  isMasked: Bool, flow: UnsafePointer<Float>, tile: Int, images: Int,
  scratch: UnsafeMutablePointer<Float>, into means: UnsafeMutablePointer<Float>
) {
  let table = MixtureTable(derived, shape)
  let terms = scratch + tile
  let stride = shape.stride
  for image in 0..<images {
    if image % imageBlock == 0 {
      let (_, totals) = posterior(
        shape, table, inputs + image, isMasked: isMasked, tile: tile, into: terms)
      for other in 0..<imageBlock { scratch[other] = 1 / totals[other] }
    }
    let own = terms + image % imageBlock &* stride
    let share = flow[image] * scratch[image % imageBlock]
    for pixel in 0..<shape.pixels {
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

/// s of four images, `[image][node]`, and their largest.
@inline(__always)
private func scores(
  _ table: UnsafePointer<Float>, count: Int, bias: UnsafePointer<Float>,
  _ inputs: UnsafePointer<Float>, tile: Int, stride: Int,
  into terms: UnsafeMutablePointer<Float>
) -> SIMD4<Float> {
  let nothing = Lanes(repeating: logWeightOfNothing)
  var (m0, m1, m2, m3) = (nothing, nothing, nothing, nothing)
  if isLongSum(count) {
    return longScores(
      table, count: count, bias: bias, inputs, tile: tile, stride: stride, into: terms)
  }
  var node = 0
  while node < stride {
    var s0 = loadUnaligned(bias, node)
    var s1 = s0
    var s2 = s0
    var s3 = s0
    var entry = table + node
    var x = inputs
    for _ in 0..<count {
      let weight = loadUnaligned(entry, 0)
      s0.addProduct(weight, Lanes(repeating: x[0]))
      s1.addProduct(weight, Lanes(repeating: x[1]))
      s2.addProduct(weight, Lanes(repeating: x[2]))
      s3.addProduct(weight, Lanes(repeating: x[3]))
      entry += stride
      x += tile
    }
    store(s0, terms, node)
    store(s1, terms + stride, node)
    store(s2, terms + 2 &* stride, node)
    store(s3, terms + 3 &* stride, node)
    m0 = larger(m0, s0)
    m1 = larger(m1, s1)
    m2 = larger(m2, s2)
    m3 = larger(m3, s3)
    node &+= laneCount
  }
  return maxima(m0, m1, m2, m3)
}

/// The same of so many pixels that they are summed by blocks.
private func longScores(
  _ table: UnsafePointer<Float>, count: Int, bias: UnsafePointer<Float>,
  _ inputs: UnsafePointer<Float>, tile: Int, stride: Int,
  into terms: UnsafeMutablePointer<Float>
) -> SIMD4<Float> {
  var largest = SIMD4<Float>(repeating: logWeightOfNothing)
  for image in 0..<imageBlock {
    var node = 0
    while node < stride {
      let score = longSum(count) { range in
        var sum = range.lowerBound == 0 ? loadUnaligned(bias, node) : Lanes.zero
        for place in range {
          sum.addProduct(
            loadUnaligned(table + place &* stride, node),
            Lanes(repeating: inputs[place &* tile &+ image]))
        }
        return sum
      }
      store(score, terms + image &* stride, node)
      largest[image] = max(largest[image], score.max())
      node &+= laneCount
    }
  }
  return largest
}

/// e^(s - largest) in place of s, and the sums over the nodes, which are at least 1.
@inline(__always)
private func exponentiate(
  _ terms: UnsafeMutablePointer<Float>, stride: Int, minus largest: SIMD4<Float>
) -> SIMD4<Float> {
  var (t0, t1, t2, t3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var node = 0
  while node < stride {
    t0 += exponentiate(terms, node, minus: largest[0])
    t1 += exponentiate(terms + stride, node, minus: largest[1])
    t2 += exponentiate(terms + 2 &* stride, node, minus: largest[2])
    t3 += exponentiate(terms + 3 &* stride, node, minus: largest[3])
    node &+= laneCount
  }
  return sums(t0, t1, t2, t3)
}

@_transparent
private func exponentiate(
  _ terms: UnsafeMutablePointer<Float>, _ node: Int, minus largest: Float
) -> Lanes {
  let e = exponential(load(terms, node) - Lanes(repeating: largest))
  store(e, terms, node)
  return e
}

/// The largest lane of each of four vectors.
@inline(__always)
private func maxima(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) -> SIMD4<Float> {
  let ab = SIMD16(
    lowHalf: larger(a.lowHalf, a.highHalf), highHalf: larger(b.lowHalf, b.highHalf))
  let cd = SIMD16(
    lowHalf: larger(c.lowHalf, c.highHalf), highHalf: larger(d.lowHalf, d.highHalf))
  let all = SIMD16(
    lowHalf: larger(ab.evenHalf, ab.oddHalf), highHalf: larger(cd.evenHalf, cd.oddHalf))
  let quads = larger(all.evenHalf, all.oddHalf)
  let evens = quads.evenHalf
  let odds = quads.oddHalf
  return evens.replacing(with: odds, where: odds .> evens)
}

@_transparent
private func larger(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
  a.replacing(with: b, where: b .> a)
}
