import Numerics

/// The logits of a circuit's sums, one where each weight is: `[weight]`.
final class FreeLogits: BoundWeights, PiecewiseWeights {
  private static let name = "sumLogits"
  /// How far a logit may lie below its unit's largest: 10^6 nats is more than any image's probabilities
  /// differ by.
  private static let largestSpread: Float = 1e6

  let pieces: [WeightPiece]
  private let groups: [SumRegion]
  private let weightCount: Int
  /// Weights of each sum unit, unit after unit, and where those of each piece start.
  private let unitSizes: AlignedBuffer<Int32>
  private let firstUnits: [Int]

  init(_ sums: WeightedSums) {
    groups = sums.groups
    weightCount = sums.weightCount
    unitSizes = AlignedBuffer(
      sums.groups.flatMap { Array(repeating: Int32($0.productCount), count: $0.units) })
    pieces = Self.pieces(sums.groups)
    firstUnits = pieces.reduce(into: [0]) { starts, piece in
      starts.append(
        starts[starts.count - 1] + sums.groups[piece.groups].reduce(0) { $0 + $1.units })
    }
  }

  private static func pieces(_ groups: [SumRegion]) -> [WeightPiece] {
    var pieces: [WeightPiece] = []
    var start = 0
    for (index, sum) in groups.enumerated() {
      let range = groups[start].weightOffset..<sum.weightOffset + sum.productCount * sum.units
      guard range.count >= LearningPiece.size || index == groups.count - 1 else { continue }
      pieces.append(
        WeightPiece(groups: start..<index + 1, parameters: range, statistics: range))
      start = index + 1
    }
    return pieces
  }

  var parameterCount: Int { weightCount }

  var slices: [ParameterSlice] { [ParameterSlice(name: Self.name, range: 0..<weightCount)] }

  var computation: WeightComputation { .piecewise(self) }

  var reestimation: (any ReestimatesWeights)? { self }

  func initialise(seed: Int, spread: Double, into parameters: UnsafeMutablePointer<Float>) {
    for index in 0..<weightCount {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: 0, sample: index)
      parameters[index] = Float(spread * key.normals.0)
    }
    for piece in pieces.indices { raiseToFloor(piece: piece, parameters: parameters) }
  }

  func raiseToFloor(piece: Int, parameters: UnsafeMutablePointer<Float>) {
    Circuits.raiseToFloor(
      parameters + pieces[piece].parameters.lowerBound, counts: units(of: piece))
  }

  func belowFloor(parameters: UnsafePointer<Float>) -> Int {
    var count = 0
    forEachUnit { weights in
      let logits = UnsafeBufferPointer(start: parameters + weights.lowerBound, count: weights.count)
      let floor = (logits.max() ?? 0) + smallestLogitBelowLargest
      count += logits.count { $0 < floor - 1 }
    }
    return count
  }

  func derive(
    piece: Int, parameters: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>
  ) {
    let offset = pieces[piece].parameters.lowerBound
    softmaxOfUnits(parameters + offset, counts: units(of: piece), into: weights + offset)
  }

  func gradient(
    piece: Int, weights: UnsafePointer<Float>, statistics: UnsafePointer<Float>, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    forEachUnit(of: piece) { offset, count in
      softmaxGradient(
        weights: weights + offset, weightGradient: statistics + offset, count: count,
        scale: scale, into: gradient + offset)
    }
  }

  func referenceLogWeights(_ parameters: [Double]) -> [Double] {
    var logs = parameters
    forEachUnit { weights in
      let total = logSumExp(parameters[weights])
      for index in weights { logs[index] = parameters[index] - total }
    }
    return logs
  }

  func description(ofParameter index: Int) -> String {
    "a weight of the sums of region \(groups.last { $0.weightOffset <= index }?.region ?? 0)"
  }

  func mistake(in parameters: [Float]) -> WeightMistake? {
    var found: WeightMistake?
    forEachUnit { weights in
      let own = parameters[weights]
      let largest = own.max() ?? 0
      guard found == nil,
        let wrong = own.indices.first(where: { largest - own[$0] > Self.largestSpread })
      else { return }
      found = WeightMistake(
        slice: Self.name, index: wrong,
        reason:
          "expected a logit at most 1,000,000 below its sum unit's largest, \(largest), found "
          + "\(own[wrong]); the file is damaged, or its weights were not stored as logits")
    }
    return found
  }

  private func units(of piece: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(
      start: unitSizes.pointer + firstUnits[piece], count: firstUnits[piece + 1] - firstUnits[piece]
    )
  }

  @inline(__always)
  private func forEachUnit(of piece: Int, _ body: (_ offset: Int, _ count: Int) -> Void) {
    var offset = pieces[piece].parameters.lowerBound
    for count in units(of: piece) {
      body(offset, Int(count))
      offset += Int(count)
    }
  }

  /// The weights of every unit.
  private func forEachUnit(_ body: (_ weights: Range<Int>) -> Void) {
    for piece in pieces.indices {
      forEachUnit(of: piece) { body($0..<$0 + $1) }
    }
  }
}

extension FreeLogits: ReestimatesWeights {
  func reestimate(
    piece: Int, weights: UnsafePointer<Float>, statistics: UnsafeMutablePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    forEachUnit(of: piece) { offset, count in
      edgeCounts(weights: weights + offset, gradient: statistics + offset, count: count)
      categoricalReestimate(
        probabilities: weights + offset, counts: statistics + offset, count: count, step: step,
        into: parameters + offset)
    }
  }

  func adopt(
    piece: Int, weights: UnsafePointer<Float>, into parameters: UnsafeMutablePointer<Float>
  ) {
    for index in pieces[piece].parameters {
      parameters[index] = Float(naturalLogarithm(Double(weights[index])))
    }
  }
}
