import Numerics

/// The networks of a circuit's sums and where their parameters lie.
///
/// A *trunk* is two hidden layers, a *head* the row of its last layer that is one partition's. Parameters, trunk
/// after trunk: W1 `[hidden][feature]`, b1, W2 `[hidden][hidden]`, b2, then the heads `[head][hidden]` and their
/// biases.
final class NetworkWeights: BoundWeights {
  /// Added to every value before it is normalised, and the largest value: weights stay within the 41 nats that the
  /// linear domain carries.
  static let leastValue: Float = 1e-12
  static let largestOutput: Float = 1e4
  /// A larger parameter in a model file is damage.
  private static let largestParameter: Float = 1e6
  /// Parameters of a piece: elementwise work.
  private static let pieceSize = 16_384

  let choice: FunctionalWeights
  let sums: WeightedSums
  let features: FourierFeatures
  let nodes: LatentNodes
  let trunks: [WeightTrunk]
  let pieces: [WeightPiece]
  let parameterCount: Int

  init(_ choice: FunctionalWeights, _ sums: WeightedSums) {
    self.choice = choice
    self.sums = sums
    features = FourierFeatures(choice)
    nodes = LatentNodes(sums.units)
    trunks = WeightTrunk.trunks(choice, sums)
    let count = trunks.last?.parameters.upperBound ?? 0
    parameterCount = count
    pieces = stride(from: 0, to: count, by: Self.pieceSize).map {
      WeightPiece(
        groups: 0..<0, parameters: $0..<min($0 + Self.pieceSize, count), statistics: 0..<0)
    }
  }

  var slices: [ParameterSlice] { [ParameterSlice(name: "sumNetwork", range: 0..<parameterCount)] }

  var reestimation: (any ReestimatesWeights)? { nil }

  var computation: WeightComputation { .jointly(WeightStrips(self)) }

  /// Hidden layers uniform by Glorot & Bengio 2010, heads normal with standard deviation `spread`, biases 0.
  func initialise(seed: Int, spread: Double, into parameters: UnsafeMutablePointer<Float>) {
    // Epoch 0 is of the leaves' first parameters.
    func key(_ index: Int) -> NoiseKey {
      NoiseKey(seed: seed, purpose: .initialisation, epoch: 1, sample: index)
    }
    for trunk in trunks {
      for (layer, inputs) in [
        (trunk.firstWeights, trunk.inputs), (trunk.secondWeights, trunk.hidden),
      ] {
        let limit = (6 / Double(inputs + trunk.hidden)).squareRoot()
        for index in layer {
          parameters[index] = Float(limit * (2 * key(index).uniform - 1))
        }
      }
      for index in trunk.headWeights { parameters[index] = Float(spread * key(index).normals.0) }
      for biases in [trunk.firstBiases, trunk.secondBiases, trunk.headBiases] {
        for index in biases { parameters[index] = 0 }
      }
    }
  }

  /// None by construction.
  func belowFloor(parameters: UnsafePointer<Float>) -> Int { 0 }

  func description(ofParameter index: Int) -> String { "a parameter of the network of sum weights" }

  func mistake(in parameters: [Float]) -> WeightMistake? {
    guard let wrong = parameters.firstIndex(where: { !(abs($0) <= Self.largestParameter) }) else {
      return nil
    }
    return WeightMistake(
      slice: slices[0].name, index: wrong,
      reason:
        "expected a number from -1,000,000 to 1,000,000, found \(parameters[wrong]); the file is damaged"
    )
  }

  func referenceLogWeights(_ parameters: [Double]) -> [Double] {
    var logs = Array(repeating: 0.0, count: sums.weightCount)
    for trunk in trunks {
      for (row, own) in nodes.values.enumerated() {
        let hidden = nodes.values.map { trunk.reference(parameters, features(own, $0)) }
        for unit in trunk.units(ofRows: row..<row + 1, sums) {
          var terms: [Double] = []
          for head in unit.heads {
            for (node, weight) in nodes.weights.enumerated() {
              let output = trunk.output(parameters, head: head, hidden[node])
              let value = softplus(min(output, Double(Self.largestOutput)))
              terms.append(naturalLogarithm(weight * (value + Double(Self.leastValue))))
            }
          }
          let total = logSumExp(terms)
          for (place, term) in terms.enumerated() { logs[unit.weights + place] = term - total }
        }
      }
    }
    return logs
  }
}
