import Numerics

/// Single questions, pixel by pixel.
extension JointLeaf {
  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let sizes = layout(shape)
    return (0..<sizes.values).map { value in
      let logits = (0..<components).map {
        Double(parameters[(value / shape.channels * shape.units + unit) * components + $0])
      }
      let total = logSumExp(logits)
      return (0..<components).reduce(0) { sum, component in
        let own = numbers(
          parameters, sizes, value: value, pair: component * shape.units + unit)
        return sum + naturalExponential(logits[component] - total) * emission.mean(own)
      }
    }
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    sampleAllAsHidden(region, unit: unit, key: key, into: pixels)
  }

  /// A component by its posterior, then every hidden channel by itself.
  package func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let (shape, derived) = (region.shape, region.derived)
    let sizes = layout(shape)
    var own = key
    for pixel in 0..<sizes.pixels {
      let values = pixel * shape.channels..<(pixel + 1) * shape.channels
      guard values.contains(where: { !observed[$0] }) else { continue }
      let terms = posterior(
        sizes, derived, unit: unit, pixel: pixel, observed: observed, pixels: pixels)
      let total = logSumExp(terms)
      own.sample = UInt32(shape.pixels + pixel)
      let component = drawn(terms.map { naturalExponential($0 - total) }, own.uniform)
      let pair = component * shape.units + unit
      for value in values where !observed[value] {
        own.sample = UInt32(value)
        pixels[value] =
          emission.isDensity
          ? emission.draw(numbers(region.parameters, sizes, value: value, pair: pair), own)
          : drawLevel(masses(sizes, derived, value, pair), stride: sizes.columns, own.uniform)
      }
    }
  }

  package func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let (shape, derived) = (region.shape, region.derived)
    let sizes = layout(shape)
    return (0..<sizes.pixels).reduce(0) { sum, pixel in
      let hidden = (pixel * shape.channels..<(pixel + 1) * shape.channels)
        .filter { !observed[$0] }
      let terms = posterior(
        sizes, derived, unit: unit, pixel: pixel, observed: observed, pixels: pixels)
      var best = (value: -Double.infinity, component: 0)
      for (component, term) in terms.enumerated() {
        let pair = component * shape.units + unit
        let whole = hidden.reduce(term) {
          $0 + mode(sizes, derived, $1, pair).mass
        }
        if whole > best.value { best = (whole, component) }
      }
      for value in hidden {
        let pair = best.component * shape.units + unit
        pixels[value] = mode(sizes, derived, value, pair).level
      }
      return sum + best.value
    }
  }

  /// log weight + log p(observed channels), `[component]`.
  private func posterior(
    _ sizes: JointPixelShape, _ derived: UnsafePointer<Float>, unit: Int, pixel: Int,
    observed: UnsafeBufferPointer<Bool>, pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> [Double] {
    (0..<components).map { component in
      let pair = component * sizes.units + unit
      var term = Double(derived[pixel * sizes.columns + pair])
      for value in pixel * sizes.channels..<(pixel + 1) * sizes.channels where observed[value] {
        term += Double(
          masses(sizes, derived, value, pair)[Int(pixels[value]) * sizes.columns])
      }
      return term
    }
  }

  /// Log-masses of one value of one pair, a row of columns apart.
  private func masses(
    _ sizes: JointPixelShape, _ derived: UnsafePointer<Float>, _ value: Int, _ pair: Int
  ) -> UnsafePointer<Float> {
    derived + sizes.firstMass + value * byteLevels * sizes.columns + pair
  }

  private func mode(
    _ sizes: JointPixelShape, _ derived: UnsafePointer<Float>, _ value: Int, _ pair: Int
  ) -> (level: UInt8, mass: Double) {
    likeliestLevel(masses(sizes, derived, value, pair), stride: sizes.columns)
  }
}
