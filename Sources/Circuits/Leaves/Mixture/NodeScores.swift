import Numerics

/// s_j of every node for four images at a time: a bias and an affine map of the pixels, or of the pixels
/// and which of them are seen.
struct NodeScores {
  /// `[pixel][node]`.
  private let weights: UnsafePointer<Float>
  private let bias: UnsafePointer<Float>
  /// `[pixel][tile]`.
  private let rows: UnsafePointer<Float>
  /// Rows of inputs.
  private let count: Int
  private let tile: Int
  private let stride: Int

  init(_ table: MixtureTable<UnsafePointer<Float>>, _ inputs: MixtureInputs) {
    weights = table.logits
    bias = inputs.isMasked ? table.logWeights : table.bias
    rows = inputs.rows
    count = inputs.isMasked ? 2 &* table.shape.pixels : table.shape.pixels
    tile = inputs.layout.tile
    stride = table.shape.stride
  }

  /// Terms e^(s_j - s) of four images, `[image][node]`, with s the largest s_j, and their sums.
  @inline(__always)
  func posterior(
    _ image: Int, into terms: UnsafeMutablePointer<Float>
  ) -> (largest: SIMD4<Float>, totals: SIMD4<Float>) {
    let largest = fill(terms, image)
    return (largest, exponentiate(terms, stride: stride, minus: largest))
  }

  /// s of four images, `[image][node]`, and their largest.
  @inline(__always)
  private func fill(_ terms: UnsafeMutablePointer<Float>, _ image: Int) -> SIMD4<Float> {
    let (count, tile, stride) = (count, tile, stride)
    let (weights, bias, inputs) = (weights, bias, rows + image)
    let nothing = Lanes(repeating: logWeightOfNothing)
    var (m0, m1, m2, m3) = (nothing, nothing, nothing, nothing)
    if isLongSum(count) {
      return fillLong(terms, image)
    }
    var node = 0
    while node < stride {
      var s0 = loadUnaligned(bias, node)
      var s1 = s0
      var s2 = s0
      var s3 = s0
      var entry = weights + node
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
  private func fillLong(_ terms: UnsafeMutablePointer<Float>, _ first: Int) -> SIMD4<Float> {
    let inputs = rows + first
    var largest = SIMD4<Float>(repeating: logWeightOfNothing)
    for image in 0..<imageBlock {
      var node = 0
      while node < stride {
        let score = longSum(count) { range in
          var sum = range.lowerBound == 0 ? loadUnaligned(bias, node) : Lanes.zero
          for place in range {
            sum.addProduct(
              loadUnaligned(weights + place &* stride, node),
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
