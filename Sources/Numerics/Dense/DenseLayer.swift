/// Small fully connected layers over a tile of images, batch last: rows are `[feature][tile]`.
///
/// At 16 x 16 a matrix product of a library spends its time on calls; here a block of four outputs
/// by sixteen images stays in registers, and the activation is applied before it is stored.
package enum Activation: String, Sendable, CaseIterable {
  case tanh, relu, softplus
}

/// out = f(W in + b).
///
/// - Parameters:
///   - weights: `[output][input]`.
///   - activation: nil for none.
package func denseForward(
  weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, activation: Activation?,
  inputs: UnsafePointer<Float>, inputCount: Int, outputCount: Int, tile: Int, images: Int,
  into outputs: UnsafeMutablePointer<Float>
) {
  // A library's product sums many inputs by blocks.
  if inputCount &* outputCount >= largeLayer || isLongSum(inputCount) {
    fill(outputs, bias, count: outputCount, tile: tile, images: images)
    largeForward(
      weights: weights, inputs: inputs, inputCount: inputCount, outputCount: outputCount,
      tile: tile, images: images, into: outputs)
    apply(activation, outputs, count: outputCount, tile: tile, images: images)
    return
  }
  var o = 0
  while o &+ 4 <= outputCount {
    let w = weights + o &* inputCount
    var image = 0
    while image < images {
      var s0 = Lanes(repeating: bias[o])
      var s1 = Lanes(repeating: bias[o &+ 1])
      var s2 = Lanes(repeating: bias[o &+ 2])
      var s3 = Lanes(repeating: bias[o &+ 3])
      for i in 0..<inputCount {
        let x = load(inputs + i &* tile, image)
        s0.addProduct(x, Lanes(repeating: w[i]))
        s1.addProduct(x, Lanes(repeating: w[inputCount &+ i]))
        s2.addProduct(x, Lanes(repeating: w[2 &* inputCount &+ i]))
        s3.addProduct(x, Lanes(repeating: w[3 &* inputCount &+ i]))
      }
      let out = outputs + o &* tile
      store(activate(s0, activation), out, image)
      store(activate(s1, activation), out + tile, image)
      store(activate(s2, activation), out + 2 &* tile, image)
      store(activate(s3, activation), out + 3 &* tile, image)
      image &+= laneCount
    }
    o &+= 4
  }
  while o < outputCount {
    let w = weights + o &* inputCount
    var image = 0
    while image < images {
      var s = Lanes(repeating: bias[o])
      for i in 0..<inputCount {
        s.addProduct(load(inputs + i &* tile, image), Lanes(repeating: w[i]))
      }
      store(activate(s, activation), outputs + o &* tile, image)
      image &+= laneCount
    }
    o &+= 1
  }
}

/// Gradient by the inputs: W^T d, where d is the gradient by the outputs before activation.
package func denseBackward(
  weights: UnsafePointer<Float>, outputGradients d: UnsafePointer<Float>, inputCount: Int,
  outputCount: Int, tile: Int, images: Int, into inputGradients: UnsafeMutablePointer<Float>
) {
  if inputCount &* outputCount >= largeLayer {
    largeBackward(
      weights: weights, outputGradients: d, inputCount: inputCount, outputCount: outputCount,
      tile: tile, images: images, into: inputGradients)
    return
  }
  var i = 0
  while i &+ 4 <= inputCount {
    var image = 0
    while image < images {
      var s0 = Lanes.zero
      var s1 = Lanes.zero
      var s2 = Lanes.zero
      var s3 = Lanes.zero
      for o in 0..<outputCount {
        let g = load(d + o &* tile, image)
        let w = weights + (o &* inputCount &+ i)
        s0.addProduct(g, Lanes(repeating: w[0]))
        s1.addProduct(g, Lanes(repeating: w[1]))
        s2.addProduct(g, Lanes(repeating: w[2]))
        s3.addProduct(g, Lanes(repeating: w[3]))
      }
      let out = inputGradients + i &* tile
      store(s0, out, image)
      store(s1, out + tile, image)
      store(s2, out + 2 &* tile, image)
      store(s3, out + 3 &* tile, image)
      image &+= laneCount
    }
    i &+= 4
  }
  while i < inputCount {
    var image = 0
    while image < images {
      var s = Lanes.zero
      for o in 0..<outputCount {
        s.addProduct(
          load(d + o &* tile, image), Lanes(repeating: weights[o &* inputCount &+ i]))
      }
      store(s, inputGradients + i &* tile, image)
      image &+= laneCount
    }
    i &+= 1
  }
}

/// Adds the gradients by weights `[output][input]` and bias, summed over the images.
///
/// Lanes past the last image must have an output gradient of 0.
package func denseAccumulate(
  outputGradients d: UnsafePointer<Float>, inputs: UnsafePointer<Float>, inputCount: Int,
  outputCount: Int, tile: Int, images: Int, weights: UnsafeMutablePointer<Float>,
  bias: UnsafeMutablePointer<Float>
) {
  let isLarge = inputCount &* outputCount >= largeLayer
  if isLarge {
    largeAccumulate(
      outputGradients: d, inputs: inputs, inputCount: inputCount, outputCount: outputCount,
      tile: tile, images: images, weights: weights)
  }
  for o in 0..<outputCount {
    let g = d + o &* tile
    let row = weights + o &* inputCount
    var i = isLarge ? inputCount : 0
    while i &+ 4 <= inputCount {
      let x = inputs + i &* tile
      var s0 = Lanes.zero
      var s1 = Lanes.zero
      var s2 = Lanes.zero
      var s3 = Lanes.zero
      var image = 0
      while image < images {
        let gradient = load(g, image)
        s0.addProduct(gradient, load(x, image))
        s1.addProduct(gradient, load(x + tile, image))
        s2.addProduct(gradient, load(x + 2 &* tile, image))
        s3.addProduct(gradient, load(x + 3 &* tile, image))
        image &+= laneCount
      }
      let place = UnsafeMutableRawPointer(row + i)
      let four = sums(s0, s1, s2, s3)
      place.storeBytes(of: place.loadUnaligned(as: SIMD4<Float>.self) + four, as: SIMD4<Float>.self)
      i &+= 4
    }
    while i < inputCount {
      row[i] += dot(g, inputs + i &* tile, images: images)
      i &+= 1
    }
    var total = Lanes.zero
    var image = 0
    while image < images {
      total += load(g, image)
      image &+= laneCount
    }
    bias[o] += sum(total)
  }
}

private func fill(
  _ rows: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, count: Int, tile: Int,
  images: Int
) {
  for row in 0..<count {
    let value = Lanes(repeating: bias[row])
    var image = 0
    while image < images {
      store(value, rows + row &* tile, image)
      image &+= laneCount
    }
  }
}

private func apply(
  _ activation: Activation?, _ rows: UnsafeMutablePointer<Float>, count: Int, tile: Int,
  images: Int
) {
  guard activation != nil else { return }
  for row in 0..<count {
    var image = 0
    while image < images {
      store(activate(load(rows + row &* tile, image), activation), rows + row &* tile, image)
      image &+= laneCount
    }
  }
}

@inline(__always)
private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, images: Int) -> Float {
  var total = Lanes.zero
  var image = 0
  while image < images {
    total.addProduct(load(a, image), load(b, image))
    image &+= laneCount
  }
  return sum(total)
}

/// Turns gradients by activations into gradients by what went in, given the activations.
package func activationBackward(
  _ activation: Activation, activations: UnsafePointer<Float>, count: Int, tile: Int,
  images: Int, gradients: UnsafeMutablePointer<Float>
) {
  let one = Lanes(repeating: 1)
  for row in 0..<count {
    var image = 0
    while image < images {
      let a = load(activations + row &* tile, image)
      let g = load(gradients + row &* tile, image)
      let slope: Lanes
      switch activation {
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

@_transparent
private func activate(_ x: Lanes, _ activation: Activation?) -> Lanes {
  switch activation {
  case nil: x
  case .tanh: hyperbolicTangent(x)
  case .relu: larger(x, .zero)
  case .softplus:
    larger(x, .zero) + logarithm(Lanes(repeating: 1) + exponential(-larger(x, -x)))
  }
}
