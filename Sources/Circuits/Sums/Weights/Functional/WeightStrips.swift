import Numerics

/// The kernels of `NetworkWeights`: values and gradients, strip by strip.
///
/// The weights of a unit need all nodes z_j of one z_i and nothing else, so rows of nodes are independent of each
/// other but for the parameters, whose gradients are summed.
final class WeightStrips: JointWeights {
  /// Points of a strip at least, where there are so many.
  private static let points = 1_024
  /// Gradients of all parameters that are summed apart: enough for that many workers.
  private static let mostSlots = 8

  let slotCount: Int
  private let strips: [Strip]
  private let trunks: [WeightTrunk]
  private let units: Int
  private let parameterCount: Int
  /// Points of the largest strip.
  private let tile: Int

  init(_ weights: NetworkWeights) {
    let sums = weights.sums
    let rows = max(Self.points / sums.units, 1)
    trunks = weights.trunks
    units = sums.units
    parameterCount = weights.parameterCount
    strips = stride(from: 0, to: sums.units, by: rows).map {
      Strip(rows: $0..<min($0 + rows, sums.units), of: weights)
    }
    slotCount = min(strips.count, Self.mostSlots)
    tile = strips.map(\.tile).max() ?? 0
  }

  private func strips(of slot: Int) -> ArraySlice<Strip> {
    strips[slot * strips.count / slotCount..<(slot + 1) * strips.count / slotCount]
  }

  var scratchCount: Int {
    trunks.map { (3 * $0.hidden + 2 * $0.heads) * tile }.max() ?? 0
  }

  var tableCount: Int { strips.reduce(0) { $0 + $1.features.count + $1.tile } }

  func statistics(ofSlot slot: Int) -> [Range<Int>] {
    strips(of: slot).flatMap { strip in
      strip.units.joined().map { $0.weights..<$0.weights + $0.heads.count * units }
    }
  }

  func derive(
    slot: Int, parameters: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    into weights: UnsafeMutablePointer<Float>
  ) {
    for strip in strips(of: slot) {
      for (number, trunk) in trunks.enumerated() {
        let space = StripSpace(trunk, tile: strip.tile, scratch)
        forward(strip, trunk, parameters, space)
        values(strip, trunk, space, withSlopes: false)
        for unit in strip.units[number] {
          let runs = UnitRuns(unit, strip, units: units)
          let inverse = 1 / runs.total(of: space.values)
          for run in 0..<runs.count {
            let (from, out) = (
              space.values + runs.place(run), weights + unit.weights + run &* units
            )
            for node in 0..<units { out[node] = from[node] * inverse }
          }
        }
      }
    }
  }

  func gradient(
    slot: Int, parameters: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    statistics: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    clear(gradient, count: parameterCount)
    for strip in strips(of: slot) {
      for (number, trunk) in trunks.enumerated() {
        let space = StripSpace(trunk, tile: strip.tile, scratch)
        forward(strip, trunk, parameters, space)
        values(strip, trunk, space, withSlopes: true)
        for unit in strip.units[number] {
          outputGradients(
            UnitRuns(unit, strip, units: units), weights: weights + unit.weights,
            statistics: statistics + unit.weights, space)
        }
        for places in strip.unused[number] {
          clear(space.slopes + places.lowerBound, count: places.count)
        }
        backward(strip, trunk, parameters, space, to: gradient)
      }
    }
  }

  /// Hidden layers of all points, and the outputs of all heads in place of values.
  private func forward(
    _ strip: Strip, _ trunk: WeightTrunk, _ parameters: UnsafePointer<Float>, _ space: StripSpace
  ) {
    let (layers, rows) = (trunk.layers(parameters), strip.layout)
    layers.first.forward(strip.features.pointer, rows, activation: .tanh, into: space.first)
    layers.second.forward(space.first, rows, activation: .tanh, into: space.second)
    layers.heads.forward(space.second, rows, into: space.values)
  }

  /// Values before they are normalised, q_j (softplus(output) + least), and their slopes by the outputs.
  private func values(
    _ strip: Strip, _ trunk: WeightTrunk, _ space: StripSpace, withSlopes: Bool
  ) {
    let one = Lanes(repeating: 1)
    let largest = Lanes(repeating: NetworkWeights.largestOutput)
    let least = Lanes(repeating: NetworkWeights.leastValue)
    for head in 0..<trunk.heads {
      let row = space.values + head &* strip.tile
      let slopes = space.slopes + head &* strip.tile
      for point in stride(from: 0, to: strip.tile, by: laneCount) {
        let output = load(row, point)
        let bounded = smaller(output, largest)
        let q = load(strip.quadrature.pointer, point)
        let small = exponential(-larger(bounded, -bounded))
        store(q * (larger(bounded, .zero) + logarithmOfOnePlus(small) + least), row, point)
        guard withSlopes else { continue }
        let slope = one.replacing(with: small, where: bounded .< .zero) / (one + small)
        store(q * slope.replacing(with: Lanes.zero, where: output .> largest), slopes, point)
      }
    }
  }

  /// Turns the slopes of one unit's values into gradients by the outputs: slope (dW - sum w dW) / sum of values.
  private func outputGradients(
    _ runs: UnitRuns, weights: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    _ space: StripSpace
  ) {
    var mean: Float = 0
    for index in 0..<runs.count &* units { mean += weights[index] * statistics[index] }
    let inverse = 1 / runs.total(of: space.values)
    for run in 0..<runs.count {
      let (slopes, own) = (space.slopes + runs.place(run), statistics + run &* units)
      for node in 0..<units { slopes[node] *= (own[node] - mean) * inverse }
    }
  }

  /// Adds the gradients of a trunk's parameters, from those by the heads' outputs.
  private func backward(
    _ strip: Strip, _ trunk: WeightTrunk, _ parameters: UnsafePointer<Float>, _ space: StripSpace,
    to gradient: UnsafeMutablePointer<Float>
  ) {
    let (layers, rows) = (trunk.layers(parameters), strip.layout)
    func sums(_ layer: DenseLayer) -> DenseGradient { layer.gradient(in: gradient, of: parameters) }
    let hidden = trunk.hidden
    sums(layers.heads).accumulate(space.slopes, inputs: space.second, rows)
    layers.heads.backward(space.slopes, rows, into: space.gradients)
    Activation.tanh.backward(space.second, count: hidden, rows, gradients: space.gradients)
    sums(layers.second).accumulate(space.gradients, inputs: space.first, rows)
    // The second layer's values are no longer needed.
    layers.second.backward(space.gradients, rows, into: space.second)
    Activation.tanh.backward(space.first, count: hidden, rows, gradients: space.second)
    sums(layers.first).accumulate(space.second, inputs: strip.features.pointer, rows)
  }
}
