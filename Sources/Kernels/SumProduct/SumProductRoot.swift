private let log2 = 0.693147180559945309417

/// log S of every image of a tile: the root region's units, mixed by the root weights.
///
/// - Parameters:
///   - rootWeights: `[K]`, summing to one.
///   - out: `[images]` in nats; -inf where every unit is zero.
package func rootLogLikelihoods(
  _ schedule: SumProductSchedule, rootWeights: UnsafePointer<Float>, memory: TileMemory,
  images: Int, into out: UnsafeMutablePointer<Double>
) {
  let tile = memory.tile
  let rows = memory.values(of: schedule.root)
  let exponents = UnsafeRawPointer(rows + schedule.units * tile).assumingMemoryBound(to: Int32.self)
  for image in 0..<images {
    var total = 0.0
    for k in 0..<schedule.units {
      total += Double(rootWeights[k]) * Double(rows[k * tile + image])
    }
    // NaN is no zero: it stays what it is.
    out[image] = total == 0 ? -.infinity : naturalLogarithm(total) + Double(exponents[image]) * log2
  }
}

/// Starts a backward pass: d log S / d (root unit), for the first `images` lanes; padding and
/// images of likelihood zero get 0, so that they add to no flow.
package func seedRootGradient(
  _ schedule: SumProductSchedule, rootWeights: UnsafePointer<Float>, memory: TileMemory,
  images: Int
) {
  let tile = memory.tile
  let rows = memory.values(of: schedule.root)
  let gradients = memory.gradients(of: schedule.root)
  for image in 0..<tile {
    var total: Float = 0
    if image < images {
      for k in 0..<schedule.units { total += rootWeights[k] * rows[k * tile + image] }
    }
    for k in 0..<schedule.units {
      gradients[k * tile + image] = total > 0 ? rootWeights[k] / total : 0
    }
  }
}
