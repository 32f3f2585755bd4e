import Numerics

/// What the kernels need of each Gaussian: `[gaussian][3]`, mean, 1/sigma, and the constant
/// -log sigma - log(2 pi)/2.
///
/// - Parameters:
///   - parameters: `[gaussian][2]`, mean and the number whose softplus, added to `smallest`, is sigma.
///   - smallest: sigma's lower bound: without one a pixel that never changes has infinite density.
package func gaussianTable(
  parameters: UnsafePointer<Float>, count: Int, smallest: Double,
  into table: UnsafeMutablePointer<Float>
) {
  for index in 0..<count {
    let sigma = smallest + softplus(Double(parameters[2 &* index &+ 1]))
    table[3 &* index] = parameters[2 &* index]
    table[3 &* index &+ 1] = Float(1 / sigma)
    table[3 &* index &+ 2] = Float(-naturalLogarithm(sigma) - 0.5 * naturalLogarithm(2 * Double.pi))
  }
}

/// Log-densities of one leaf region of independent Gaussian pixels: rows `[unit][tile]` in nats, of
/// x = byte / 255.
///
/// - Parameters:
///   - values: hidden pixels count for nothing.
///   - table: `[unit][pixel][3]`, see `gaussianTable`.
package func gaussianLogDensities(
  _ values: RegionValues, units: Int, table: UnsafePointer<Float>,
  into rows: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let images = values.images
  let half = Lanes(repeating: -0.5)
  for unit in 0..<units {
    let entries = table + unit &* 3 &* pixels.count
    let row = rows + unit &* tile.tile
    var image = 0
    while image < images {
      let total = longSum(pixels.count) { range in
        var sum = Lanes.zero
        for p in range {
          let entry = entries + 3 &* p
          let z =
            (greyLevels(tile.row(Int(pixels[p])), image) - Lanes(repeating: entry[0]))
            * Lanes(repeating: entry[1])
          sum += shown(
            Lanes(repeating: entry[2]).addingProduct(half * z, z), observed, Int(pixels[p]),
            image)
        }
        return sum
      }
      store(total, row, image)
      image &+= laneCount
    }
  }
}

/// Sums over images, weighted by flow, of 1, z and z^2, where z = (x - mean) / sigma: accumulates
/// into `[unit][pixel][3]`. Centred, because raw second moments would cancel in Float.
///
/// - Parameter flows: `[unit][tile]`; 0 in lanes past the last image.
package func gaussianMoments(
  _ values: RegionValues, units: Int, table: UnsafePointer<Float>, flows: UnsafePointer<Float>,
  into moments: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let images = values.images
  for unit in 0..<units {
    let flow = flows + unit &* tile.tile
    for p in 0..<pixels.count {
      let row = tile.row(Int(pixels[p]))
      let place = unit &* pixels.count &+ p
      let entry = table + 3 &* place
      var zeroth = Lanes.zero
      var first = Lanes.zero
      var second = Lanes.zero
      var image = 0
      while image < images {
        let weight = shown(load(flow, image), observed, Int(pixels[p]), image)
        let z =
          (greyLevels(row, image) - Lanes(repeating: entry[0])) * Lanes(repeating: entry[1])
        zeroth += weight
        first = first.addingProduct(weight, z)
        second = second.addingProduct(weight * z, z)
        image &+= laneCount
      }
      moments[3 &* place] += sum(zeroth)
      moments[3 &* place &+ 1] += sum(first)
      moments[3 &* place &+ 2] += sum(second)
    }
  }
}

/// d (flow-weighted log-density) / d (mean, raw sigma), times `scale`: `[gaussian][2]`.
package func gaussianGradient(
  moments: UnsafePointer<Float>, table: UnsafePointer<Float>, count: Int, smallest: Double,
  scale: Float, into gradient: UnsafeMutablePointer<Float>
) {
  for index in 0..<count {
    let (n, z, zz) = (moments[3 &* index], moments[3 &* index &+ 1], moments[3 &* index &+ 2])
    let inverse = table[3 &* index &+ 1]
    // sigma = smallest + softplus(raw), so d sigma / d raw = 1 - exp(-softplus(raw)).
    let slope = Float(1 - naturalExponential(smallest - 1 / Double(inverse)))
    gradient[2 &* index] = scale * z * inverse
    gradient[2 &* index &+ 1] = scale * (zz - n) * inverse * slope
  }
}

/// Bytes as numbers in [0, 1].
@inline(__always)
private func greyLevels(_ row: UnsafeMutablePointer<UInt8>, _ image: Int) -> Lanes {
  let bytes = UnsafeRawPointer(row + image).load(as: SIMD16<UInt8>.self)
  return Lanes(IntegerLanes(truncatingIfNeeded: bytes)) * Lanes(repeating: 1 / 255)
}
