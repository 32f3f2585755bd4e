import Numerics

/// The largest size of a leaf's log-value that a shared exponent carries, in bits: the exponents of all
/// leaf regions add up to at most 2^27, far from that of zero, and a float converts to an integer.
func largestLeafExponent(leaves: Int) -> Float {
  min(Float(-exponentOfZero) / Float(2 * max(leaves, 1)), 4_000_000)
}

/// Turns the log-likelihoods of a leaf region, already in its value rows, into mantissas and the
/// exponent they share.
///
/// - Parameters:
///   - rows: `[K + 1][tile]`; on entry rows 0..<K hold nats, -inf allowed.
///   - images: lanes to convert, a multiple of 16.
///   - leaves: how many leaf regions a root can multiply: their exponents are added.
///   - outside: `[tile]`; set to other than 0 for images whose largest unit is finite but beyond what
///     the exponent carries (with 784 leaf regions 171,000 bits or 118,000 nats): their values are not
///     to be used.
package func enterLinearDomain(
  rows: UnsafeMutablePointer<Float>, units: Int, tile: Int, images: Int, leaves: Int,
  outside: UnsafeMutablePointer<Float>
) {
  let bound = Lanes(repeating: largestLeafExponent(leaves: leaves) / 1.442_695_04)
  let log2e = Lanes(repeating: 1.442_695_04)
  // What the float above lacks of log2(e): it matters for leaves of hundreds of nats.
  let log2eRest = Lanes(repeating: 1.925_963_03e-8)
  let exponents = rows + units &* tile
  var image = 0
  while image < images {
    var largest = load(rows, image)
    for unit in 1..<max(units, 1) { largest = larger(largest, load(rows + unit &* tile, image)) }
    let within = smaller(larger(largest, -bound), bound)
    let (rounded, integer) = nearestInteger(within * log2e - Lanes(repeating: 0.5))
    let ofLargest = (-rounded).addingProduct(within, log2e).addingProduct(within, log2eRest)
    // Where all are -inf a difference must not be NaN.
    let reference = larger(largest, Lanes(repeating: -Float.greatestFiniteMagnitude))
    for unit in 0..<units {
      let row = rows + unit &* tile
      // Below 2^-126, -inf included, the exponential is 0.
      let log2 = ofLargest.addingProduct(load(row, image) - reference, log2e)
      store(exponentialOfTwo(log2), row, image)
    }
    // Sign and exponent of -inf alone are all ones: a mask without a comparison, whose blend the
    // compiler may leave to a loop over the lanes.
    let top = (bits(largest) &>> IntegerLanes(repeating: 23)) &+ IntegerLanes(repeating: 1)
    let isFinite = (top | (.zero &- top)) &>> IntegerLanes(repeating: 31)
    // Other than 0 where the bound acted; the bits of -inf alone are masked out.
    let excess = lanes(ofBits: bits(largest - within) & isFinite)
    store(lanes(ofBits: bits(load(outside, image)) | bits(excess)), outside, image)
    let shared = (integer & isFinite) | (IntegerLanes(repeating: exponentOfZero) & ~isFinite)
    storeExponent(shared, exponents, image)
    image &+= laneCount
  }
}

/// What one binary pixel can be, seen or not: places of a `binaryEntry`.
private let hiddenPlace = 2

/// Floats of one region's `binaryEntry`: `[K + 1][16]`, the first three lanes in use.
package func binaryEntryCount(units: Int) -> Int { (units + 1) * laneCount }

/// Mantissas and exponents of a region of one binary pixel, for outcome 0, outcome 1 and hidden: what
/// `enterLinearDomain` makes of them, once for all images.
///
/// - Parameter table: `[unit][2]`, log-probabilities of both outcomes.
/// - Returns: false where an outcome is beyond what the exponent carries; see `enterLinearDomain`.
@discardableResult
package func binaryEntry(
  table: UnsafePointer<Float>, units: Int, leaves: Int, into entry: UnsafeMutablePointer<Float>
) -> Bool {
  for unit in 0..<units {
    let row = entry + unit &* laneCount
    row[0] = table[2 &* unit]
    row[1] = table[2 &* unit &+ 1]
    row[hiddenPlace] = 0
  }
  // Padding has whatever was there before.
  var outside = Lanes.zero
  withUnsafeMutableBytes(of: &outside) { bytes in
    guard let place = bytes.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
    enterLinearDomain(
      rows: entry, units: units, tile: laneCount, images: laneCount, leaves: leaves,
      outside: place)
  }
  return outside[0] == 0 && outside[1] == 0
}

/// Values of such a region for a tile of images, from its entry.
///
/// - Parameters:
///   - x: `[tile]`; 0 is outcome 0, any other outcome 1.
///   - observed: `[tile]`, 0 where the pixel is hidden; nil where it is seen in all images.
package func enter(
  _ entry: UnsafePointer<Float>, units: Int, x: UnsafePointer<UInt8>,
  observed: UnsafePointer<UInt8>?, _ layout: RowLayout, into rows: UnsafeMutablePointer<Float>
) {
  let (tile, images) = (layout.tile, layout.images)
  var image = 0
  while image < images {
    let isOne = outcomes(x, image)
    // The last row holds exponents: bits are chosen, not numbers.
    for unit in 0...units {
      let row = entry + unit &* laneCount
      var own = Lanes(repeating: row[0]).replacing(with: Lanes(repeating: row[1]), where: isOne)
      if let observed {
        own = Lanes(repeating: row[hiddenPlace]).replacing(
          with: own, where: outcomes(observed, image))
      }
      store(own, rows + unit &* tile, image)
    }
    image &+= laneCount
  }
}

/// Mantissas times gradients: flows, in place of the gradients.
package func multiply(
  _ gradients: UnsafeMutablePointer<Float>, by values: UnsafePointer<Float>, count: Int
) {
  for index in 0..<count { gradients[index] *= values[index] }
}

/// Rows added to others: log-values of a product of leaves.
package func add(
  _ rows: UnsafePointer<Float>, to total: UnsafeMutablePointer<Float>, count: Int
) {
  for index in 0..<count { total[index] += rows[index] }
}
