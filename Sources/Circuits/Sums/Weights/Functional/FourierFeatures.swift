import Numerics

/// The latents of K units: equidistant nodes of [-1, 1] and the weights of the trapezoid rule; one node at 0.
struct LatentNodes: Sendable {
  let values: [Double]
  let weights: [Double]

  init(_ count: Int) {
    let step = 2 / Double(max(count - 1, 1))
    values = (0..<count).map { count == 1 ? 0 : -1 + step * Double($0) }
    weights = (0..<count).map { count == 1 ? 2 : $0 == 0 || $0 == count - 1 ? step / 2 : step }
  }
}

/// Cosines and sines of random frequencies (Tancik et al. 2020): a network's inputs at two latents.
struct FourierFeatures: Sendable {
  private let frequencies: [(Double, Double)]

  init(_ weights: FunctionalWeights) {
    frequencies = (0..<weights.frequencies).map {
      // Epoch 0 is of first parameters, whose seed may be the same.
      let key = NoiseKey(seed: weights.seed, purpose: .initialisation, epoch: 2, sample: $0)
      return (weights.scale * key.normals.0, weights.scale * key.normals.1)
    }
  }

  /// Cosines, then sines, of 2 pi (b_1 x + b_2 y).
  func callAsFunction(_ x: Double, _ y: Double) -> [Double] {
    let angles = frequencies.map { 2 * Double.pi * ($0.0 * x + $0.1 * y) }
    return angles.map { cosine($0) } + angles.map { cosine($0 - Double.pi / 2) }
  }
}
