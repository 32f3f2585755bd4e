/// The function that a dense layer applies to its outputs.
package enum Activation: String, Sendable, CaseIterable {
  case tanh, relu, softplus
}

extension Activation {
  /// Turns gradients by the activations into gradients by their arguments.
  ///
  /// - Parameter count: of rows.
  package func backward(
    _ activations: UnsafePointer<Float>, count: Int, _ layout: RowLayout,
    gradients: UnsafeMutablePointer<Float>
  ) {
    let (tile, images) = (layout.tile, layout.images)
    let one = Lanes(repeating: 1)
    for row in 0..<count {
      var image = 0
      while image < images {
        let a = load(activations + row &* tile, image)
        let g = load(gradients + row &* tile, image)
        let slope: Lanes
        switch self {
        case .tanh: slope = one - a * a
        case .relu: slope = Lanes.zero.replacing(with: one, where: a .> Lanes.zero)
        // softplus' = 1 - e^-softplus.
        case .softplus: slope = one - exponential(-a)
        }
        store(g * slope, gradients + row &* tile, image)
        image &+= laneCount
      }
    }
  }
}

@_transparent
func activate(_ x: Lanes, _ activation: Activation?) -> Lanes {
  switch activation {
  case nil: x
  case .tanh: hyperbolicTangent(x)
  case .relu: larger(x, .zero)
  case .softplus:
    larger(x, .zero) + logarithm(Lanes(repeating: 1) + exponential(-larger(x, -x)))
  }
}
