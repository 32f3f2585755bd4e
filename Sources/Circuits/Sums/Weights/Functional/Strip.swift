import Numerics

/// A batch of points that a network is evaluated at: some rows of nodes z_i, each with all nodes z_j.
struct Strip: Sendable {
  let rows: Range<Int>
  /// Points, rounded up to whole vectors.
  let tile: Int
  var layout: RowLayout { RowLayout(tile: tile, images: tile) }
  /// `[feature][tile]`; 0 past the last point.
  let features: AlignedBuffer<Float>
  /// `[tile]`: the quadrature weight of z_j; 0 past the last point.
  let quadrature: AlignedBuffer<Float>
  /// Of each trunk.
  let units: [[HeadedUnit]]
  /// Places `[head][tile]` of each trunk that are no unit's: other rows of the heads of classes.
  let unused: [[Range<Int>]]

  init(rows: Range<Int>, of weights: NetworkWeights) {
    let nodes = weights.nodes
    let tile = wholeLanes(rows.count * nodes.values.count)
    self.rows = rows
    self.tile = tile
    features = AlignedBuffer(count: 2 * weights.choice.frequencies * tile)
    quadrature = AlignedBuffer(count: tile)
    units = weights.trunks.map { $0.units(ofRows: rows, weights.sums) }
    unused = weights.trunks.map { trunk in
      trunk.headsOfClasses(weights.sums).flatMap { head, row -> [Range<Int>] in
        let all = head * tile..<(head + 1) * tile
        guard rows.contains(row) else { return [all] }
        let start = all.lowerBound + (row - rows.lowerBound) * nodes.values.count
        return [all.lowerBound..<start, start + nodes.values.count..<all.upperBound]
      }
    }
    var point = 0
    for row in rows {
      for (own, weight) in zip(nodes.values, nodes.weights) {
        for (index, value) in weights.features(nodes.values[row], own).enumerated() {
          features.pointer[index * tile + point] = Float(value)
        }
        quadrature.pointer[point] = Float(weight)
        point += 1
      }
    }
  }
}

/// Places in a worker's scratch for one trunk and one strip, rows `[...][tile]`.
struct StripSpace {
  let first: UnsafeMutablePointer<Float>
  let second: UnsafeMutablePointer<Float>
  /// By a hidden layer.
  let gradients: UnsafeMutablePointer<Float>
  /// Of heads: outputs, then values.
  let values: UnsafeMutablePointer<Float>
  /// Of heads: derivatives of values, then gradients by outputs.
  let slopes: UnsafeMutablePointer<Float>

  init(_ trunk: WeightTrunk, tile: Int, _ scratch: UnsafeMutablePointer<Float>) {
    first = scratch
    second = first + trunk.hidden * tile
    gradients = second + trunk.hidden * tile
    values = gradients + trunk.hidden * tile
    slopes = values + trunk.heads * tile
  }
}

/// Where the weights of one unit are among the values of heads: a run of K a partition.
struct UnitRuns {
  let count: Int
  private let units: Int
  private let first: Int
  private let tile: Int

  @inline(__always)
  init(_ unit: HeadedUnit, _ strip: Strip, units: Int) {
    count = unit.heads.count
    self.units = units
    tile = strip.tile
    first = unit.heads.lowerBound &* strip.tile &+ (unit.row &- strip.rows.lowerBound) &* units
  }

  @inline(__always)
  func place(_ run: Int) -> Int { first &+ run &* tile }

  @inline(__always)
  func total(of values: UnsafePointer<Float>) -> Float {
    // In Double: a row may have thousands of values.
    var total = 0.0
    for run in 0..<count {
      let own = values + place(run)
      for node in 0..<units { total += Double(own[node]) }
    }
    return Float(total)
  }
}
