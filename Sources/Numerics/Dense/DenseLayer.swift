/// A small fully connected layer at a place: weights `[output][input]`, and a bias an output.
///
/// It works on a tile of images, batch last: rows are `[feature][tile]`. At 16 x 16 a matrix product of a
/// library spends its time on calls; here a block of four outputs by sixteen images stays in registers,
/// and the activation is applied before it is stored.
package struct DenseLayer {
  package let weights: UnsafePointer<Float>
  package let bias: UnsafePointer<Float>
  package let inputCount: Int
  package let outputCount: Int

  @inlinable
  package init(
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, inputs: Int, outputs: Int
  ) {
    self.weights = weights
    self.bias = bias
    inputCount = inputs
    outputCount = outputs
  }

  /// Weights from `start` on, and the bias behind them.
  @inlinable
  package init(_ start: UnsafePointer<Float>, inputs: Int, outputs: Int) {
    self.init(weights: start, bias: start + inputs &* outputs, inputs: inputs, outputs: outputs)
  }

  /// Where the next layer starts, if it follows.
  @inlinable
  package var end: UnsafePointer<Float> { bias + outputCount }

  /// The layer of some of the outputs.
  @inlinable
  package func outputs(_ range: Range<Int>) -> DenseLayer {
    DenseLayer(
      weights: weights + range.lowerBound &* inputCount, bias: bias + range.lowerBound,
      inputs: inputCount, outputs: range.count)
  }

  /// The place of its gradient among those of all parameters, which lie as the parameters do.
  @inlinable
  package func gradient(
    in gradients: UnsafeMutablePointer<Float>, of parameters: UnsafePointer<Float>
  ) -> DenseGradient {
    DenseGradient(
      weights: gradients + (weights - parameters), bias: gradients + (bias - parameters),
      inputs: inputCount, outputs: outputCount)
  }
}

/// Where the gradients by a layer's weights and bias are added up.
package struct DenseGradient {
  let weights: UnsafeMutablePointer<Float>
  let bias: UnsafeMutablePointer<Float>
  let inputCount: Int
  let outputCount: Int

  package init(
    weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>, inputs: Int,
    outputs: Int
  ) {
    self.weights = weights
    self.bias = bias
    inputCount = inputs
    outputCount = outputs
  }
}

/// How the rows `[feature][tile]` of a tile of images lie.
package struct RowLayout: Hashable, Sendable, BitwiseCopyable {
  /// Floats from one row to the next, a multiple of 16.
  package let tile: Int
  /// Lanes of each row to compute, a multiple of 16.
  package let images: Int

  @inlinable
  package init(tile: Int, images: Int) {
    self.tile = tile
    self.images = images
  }
}

extension DenseLayer {
  /// out = f(W in + b).
  ///
  /// - Parameter activation: f; nil for none.
  package func forward(
    _ inputs: UnsafePointer<Float>, _ layout: RowLayout, activation: Activation? = nil,
    into outputs: UnsafeMutablePointer<Float>
  ) {
    // A library's product sums many inputs by blocks.
    if inputCount &* outputCount >= largeLayer || isLongSum(inputCount) {
      fill(outputs, bias, count: outputCount, layout)
      largeForward(inputs, layout, into: outputs)
      apply(activation, outputs, count: outputCount, layout)
      return
    }
    let (tile, images) = (layout.tile, layout.images)
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

  /// Gradient by the inputs: W^T d.
  ///
  /// - Parameter d: the gradient by the outputs before activation.
  package func backward(
    _ d: UnsafePointer<Float>, _ layout: RowLayout,
    into inputGradients: UnsafeMutablePointer<Float>
  ) {
    if inputCount &* outputCount >= largeLayer {
      return largeBackward(d, layout, into: inputGradients)
    }
    let (tile, images) = (layout.tile, layout.images)
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

}

extension DenseGradient {
  /// Adds the gradients by weights and bias, summed over the images: d in^T and d.
  ///
  /// - Parameter d: the gradient by the outputs before activation; 0 in lanes past the last image.
  package func accumulate(
    _ d: UnsafePointer<Float>, inputs: UnsafePointer<Float>, _ layout: RowLayout
  ) {
    let (tile, images) = (layout.tile, layout.images)
    let isLarge = inputCount &* outputCount >= largeLayer
    if isLarge { largeAccumulate(d, inputs: inputs, layout) }
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
        place.storeBytes(
          of: place.loadUnaligned(as: SIMD4<Float>.self) + four, as: SIMD4<Float>.self)
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
}

private func fill(
  _ rows: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, count: Int,
  _ layout: RowLayout
) {
  for row in 0..<count {
    let value = Lanes(repeating: bias[row])
    var image = 0
    while image < layout.images {
      store(value, rows + row &* layout.tile, image)
      image &+= laneCount
    }
  }
}

private func apply(
  _ activation: Activation?, _ rows: UnsafeMutablePointer<Float>, count: Int, _ layout: RowLayout
) {
  guard activation != nil else { return }
  for row in 0..<count {
    var image = 0
    while image < layout.images {
      store(
        activate(load(rows + row &* layout.tile, image), activation), rows + row &* layout.tile,
        image)
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
