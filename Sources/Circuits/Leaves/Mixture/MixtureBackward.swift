import Numerics

/// Adds one unit's statistics of a tile, `[pixel][node]` and `[node]`.
///
/// Hidden pixels count with what the node expects of them, p(1|z): then the gradient by a logit is
/// the same difference whether pixels were hidden or not, and no statistic more is needed.
/// - Parameters:
///   - inputs: as `mixtureForward` had them.
///   - flow: `[tile]`; 0 in lanes past the last image.
///   - scratch: what `mixtureForward` left with `keepsTerms`.
///   - weights: scratch, `mixtureWeightRows` rows of `tile` floats.
package func mixtureAccumulate(
  _ table: MixtureTable<UnsafePointer<Float>>, _ inputs: MixtureInputs,
  flow: UnsafePointer<Float>, scratch: UnsafePointer<Float>,
  weights: UnsafeMutablePointer<Float>, into statistics: UnsafeMutablePointer<Float>
) {
  let (tile, images) = (inputs.layout.tile, inputs.layout.images)
  let pixels = table.shape.pixels
  let terms = NodeTerms(scratch + tile, stride: table.shape.stride)
  var image = 0
  while image < images {
    // Flow times 1 / sum of terms: a term times this is flow times responsibility.
    let share = load(flow, image) * load(scratch, image)
    for pixel in 0..<pixels {
      store(load(inputs.rows + pixel &* tile, image) * share, weights + pixel &* tile, image)
    }
    store(share, weights + pixels &* tile, image)
    if inputs.isMasked {
      let hidden = weights + (pixels &+ 1) &* tile
      for pixel in 0..<pixels {
        let isSeen = load(inputs.rows + (pixels &+ pixel) &* tile, image)
        store((Lanes(repeating: 1) - isSeen) * share, hidden + pixel &* tile, image)
      }
    }
    image &+= laneCount
  }
  addWeighted(
    terms, by: weights, rows: pixels &+ 1, inputs.layout, times: nil, into: statistics)
  if inputs.isMasked {
    addWeighted(
      terms, by: weights + (pixels &+ 1) &* tile, rows: pixels, inputs.layout,
      times: table.means, into: statistics)
  }
}

/// Rows of scratch that `mixtureAccumulate` needs.
package func mixtureWeightRows(_ shape: MixtureShape) -> Int { 2 * shape.pixels + 1 }

/// out[row][node] += sum over images of weights[row][image] terms[image][node], times a factor.
private func addWeighted(
  _ terms: NodeTerms<UnsafePointer<Float>>, by weights: UnsafePointer<Float>, rows: Int,
  _ layout: RowLayout, times factors: UnsafePointer<Float>?,
  into out: UnsafeMutablePointer<Float>
) {
  let (tile, images, stride) = (layout.tile, layout.images, terms.stride)
  var node = 0
  while node < stride {
    var row = 0
    while row &+ 4 <= rows {
      var s0 = Lanes.zero
      var s1 = Lanes.zero
      var s2 = Lanes.zero
      var s3 = Lanes.zero
      var entry = terms.start + node
      var w = weights + row &* tile
      for _ in 0..<images {
        let term = load(entry, 0)
        s0.addProduct(term, Lanes(repeating: w[0]))
        s1.addProduct(term, Lanes(repeating: w[tile]))
        s2.addProduct(term, Lanes(repeating: w[2 &* tile]))
        s3.addProduct(term, Lanes(repeating: w[3 &* tile]))
        entry += stride
        w += 1
      }
      add(s0, row, node, stride: stride, factors, to: out)
      add(s1, row &+ 1, node, stride: stride, factors, to: out)
      add(s2, row &+ 2, node, stride: stride, factors, to: out)
      add(s3, row &+ 3, node, stride: stride, factors, to: out)
      row &+= 4
    }
    while row < rows {
      // Four chains of sums, or each would wait for the one before.
      var s0 = Lanes.zero
      var s1 = Lanes.zero
      var entry = terms.start + node
      var w = weights + row &* tile
      for _ in 0..<images / 2 {
        s0.addProduct(load(entry, 0), Lanes(repeating: w[0]))
        s1.addProduct(load(entry + stride, 0), Lanes(repeating: w[1]))
        entry += 2 &* stride
        w += 2
      }
      add(s0 + s1, row, node, stride: stride, factors, to: out)
      row &+= 1
    }
    node &+= laneCount
  }
}

@inline(__always)
private func add(
  _ sum: Lanes, _ row: Int, _ node: Int, stride: Int, _ factors: UnsafePointer<Float>?,
  to out: UnsafeMutablePointer<Float>
) {
  let place = row &* stride &+ node
  let own = factors.map { sum * loadUnaligned($0, place) } ?? sum
  store(loadUnaligned(out, place) + own, out, place)
}
