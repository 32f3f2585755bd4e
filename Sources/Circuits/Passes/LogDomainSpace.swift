import Numerics

/// A worker's scratch for images that are computed in the log domain.
final class LogDomainSpace {
  private let units: Int
  private let tile: Int
  /// Log-values of leaf units, `[leaf region][unit][tile]` in nats.
  let leaves: AlignedBuffer<Float>
  /// log (dS / d leaf value) - log S, `[leaf region][unit][tile]`.
  let leafGradients: AlignedBuffer<Double>
  /// Log-values of one image's regions, `[region][unit]`; the root may have more units, and is the last.
  let values: AlignedBuffer<Double>
  /// log (dS / d value) - log S of one image, as `values` lie.
  let gradients: AlignedBuffer<Double>
  /// Log-values of one region's products, their log-gradients, and these times a child's siblings.
  let products: AlignedBuffer<Double>
  let productGradients: AlignedBuffer<Double>
  let siblings: AlignedBuffer<Double>
  /// Products relative to the largest.
  let scaled: AlignedBuffer<Double>
  /// Gradients of a region's units relative to the largest, and sums of a child's units.
  let totals: AlignedBuffer<Double>
  let childTotals: AlignedBuffer<Double>
  /// Whether the forward pass stores the leaves' log-values.
  var isFilling = false

  init(_ circuit: Circuit, tile: Int) {
    self.tile = tile
    units = circuit.units
    let most = max(circuit.units, circuit.rootUnits)
    let leafRows = circuit.leafShapes.count * circuit.units * tile
    let rows = circuit.graph.scopes.count * circuit.units + most - circuit.units
    leaves = AlignedBuffer(count: leafRows)
    leafGradients = AlignedBuffer(count: leafRows)
    values = AlignedBuffer(count: rows)
    gradients = AlignedBuffer(count: rows)
    let mostProducts = circuit.schedule.mostProducts
    products = AlignedBuffer(count: mostProducts)
    productGradients = AlignedBuffer(count: mostProducts)
    siblings = AlignedBuffer(count: mostProducts)
    scaled = AlignedBuffer(count: mostProducts)
    (totals, childTotals) = (AlignedBuffer(count: most), AlignedBuffer(count: most))
  }

  func place(leaf: Int, unit: Int, image: Int) -> Int { (leaf * units + unit) * tile + image }

  /// - Parameter rows: `[unit][tile]`, nats.
  func fill(leaf: Int, rows: UnsafePointer<Float>) {
    (leaves.pointer + leaf * units * tile).update(from: rows, count: units * tile)
  }

  /// Of a region of one binary pixel.
  ///
  /// - Parameter table: `[unit][2]`, log-probabilities of both outcomes.
  func fill(
    leaf: Int, table: UnsafePointer<Float>, pixel: Int, images: Int, workspace: Workspace
  ) {
    let x = workspace.pixels.row(pixel)
    let isMasked = workspace.visibility(ofLeaf: leaf) != .whole
    let seen = workspace.observed.row(pixel)
    for unit in 0..<units {
      for image in 0..<images {
        leaves.pointer[place(leaf: leaf, unit: unit, image: image)] =
          isMasked && seen[image] == 0 ? 0 : table[2 * unit + (x[image] == 0 ? 0 : 1)]
      }
    }
  }

  /// d log S / d log value of one leaf unit.
  private func flow(_ place: Int) -> Float {
    let log = leafGradients.pointer[place] + Double(leaves.pointer[place])
    return log.isNaN ? 0 : Float(naturalExponential(log))
  }

  /// Flows of some images, in rows `[unit][tile]` of others'.
  func copyFlows(leaf: Int, of images: [Int], into flows: UnsafeMutablePointer<Float>) {
    for image in images {
      for unit in 0..<units {
        flows[unit * tile + image] = flow(place(leaf: leaf, unit: unit, image: image))
      }
    }
  }

  /// log sum_k a_rk - log S of one image, with a_rk = dS / d value of unit k of the leaf region.
  func logGradient(ofLeaf leaf: Int, image: Int) -> Double {
    logSumExp(
      (0..<units).map { leafGradients.pointer[place(leaf: leaf, unit: $0, image: image)] })
  }
}
