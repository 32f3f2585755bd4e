import Numerics

private let log2 = 0.693147180559945309417

/// log S of every image of a tile: the root region's units, mixed by the root weights.
///
/// - Parameters:
///   - rootWeights: `[root unit]`, summing to one.
///   - classes: `[images]`: of each image the unit that alone counts, so that the number is log prior_y +
///     log S_y; negative for all units. Nil: all units of all images.
///   - out: `[images]` in nats; -inf where every unit is zero.
package func rootLogLikelihoods(
  _ schedule: SumProductSchedule, rootWeights: UnsafePointer<Float>, memory: TileMemory,
  images: Int, classes: UnsafePointer<Int32>? = nil, into out: UnsafeMutablePointer<Double>
) {
  let tile = memory.tile
  let rows = memory.values(of: schedule.root)
  let exponents = UnsafeRawPointer(rows + schedule.rootUnits * tile)
    .assumingMemoryBound(to: Int32.self)
  for image in 0..<images {
    var total = 0.0
    for k in units(of: schedule, classes, image) {
      total += Double(rootWeights[k]) * Double(rows[k * tile + image])
    }
    // NaN is no zero: it stays what it is.
    out[image] = total == 0 ? -.infinity : naturalLogarithm(total) + Double(exponents[image]) * log2
  }
}

/// Starts a backward pass: d log S / d (root unit), for the first `images` lanes; padding and
/// images of likelihood zero get 0, so that they add to no flow.
///
/// - Parameter classes: as for `rootLogLikelihoods`; units of other classes get 0.
package func seedRootGradient(
  _ schedule: SumProductSchedule, rootWeights: UnsafePointer<Float>, memory: TileMemory,
  images: Int, classes: UnsafePointer<Int32>? = nil
) {
  let tile = memory.tile
  let rows = memory.values(of: schedule.root)
  let gradients = memory.gradients(of: schedule.root)
  for image in 0..<tile {
    for k in 0..<schedule.rootUnits { gradients[k * tile + image] = 0 }
    guard image < images else { continue }
    let units = units(of: schedule, classes, image)
    var total: Float = 0
    for k in units { total += rootWeights[k] * rows[k * tile + image] }
    guard total > 0 else { continue }
    for k in units { gradients[k * tile + image] = rootWeights[k] / total }
  }
}

/// p(class | image) of every image of a tile, `[image][root unit]`: prior times value, normalised.
/// The prior where every unit is zero, because such an image says nothing.
package func rootPosteriors(
  _ schedule: SumProductSchedule, rootWeights: UnsafePointer<Float>, memory: TileMemory,
  images: Int, into out: UnsafeMutablePointer<Double>
) {
  let tile = memory.tile
  let rows = memory.values(of: schedule.root)
  for image in 0..<images {
    let own = out + image * schedule.rootUnits
    var total = 0.0
    for k in 0..<schedule.rootUnits {
      own[k] = Double(rootWeights[k]) * Double(rows[k * tile + image])
      total += own[k]
    }
    for k in 0..<schedule.rootUnits {
      own[k] = total == 0 ? Double(rootWeights[k]) : own[k] / total
    }
  }
}

private func units(
  of schedule: SumProductSchedule, _ classes: UnsafePointer<Int32>?, _ image: Int
) -> Range<Int> {
  guard let classes, classes[image] >= 0 else { return 0..<schedule.rootUnits }
  let unit = Int(classes[image])
  precondition(unit < schedule.rootUnits, "a class without a root unit")
  return unit..<unit + 1
}
