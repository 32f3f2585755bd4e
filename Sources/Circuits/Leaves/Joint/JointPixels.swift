import Numerics

/// Sizes of a region whose pixels are each, in every unit, a mixture of components: given its component a
/// pixel's channels are independent. So a pixel's channels are joint, and pixels are not.
///
/// *Columns* are pairs of a component and a unit, `[component][unit]`, padded as tables of levels are;
/// what is derived, and what is counted, is `[pixel][column]` log-weights and then
/// `[value][level][column]` log-masses.
package struct JointPixelShape: Hashable, Sendable {
  package let units: Int
  package let components: Int
  package let pixels: Int
  package let channels: Int

  package init(units: Int, components: Int, pixels: Int, channels: Int) {
    precondition(units >= 0 && components >= 1 && pixels >= 1 && channels >= 1)
    self.units = units
    self.components = components
    self.pixels = pixels
    self.channels = channels
  }

  /// Pairs of a component and a unit.
  package var pairs: Int { components * units }
  package var columns: Int { tableColumns(pairs) }
  package var values: Int { pixels * channels }
  /// Where log-masses start behind the log-weights.
  package var firstMass: Int { pixels * columns }
  package var derivedCount: Int { (pixels + values * byteLevels) * columns }
}

/// Log-weights of the components, `[pixel][column]`, from logits `[pixel][unit][component]`.
package func jointPixelWeights(
  _ shape: JointPixelShape, logits: UnsafePointer<Float>, into derived: UnsafeMutablePointer<Float>
) {
  let components = shape.components
  clear(derived, count: shape.firstMass)
  for pixel in 0..<shape.pixels {
    for unit in 0..<shape.units {
      let own = logits + (pixel * shape.units + unit) * components
      let largest = (1..<max(components, 1)).reduce(own[0]) { max($0, own[$1]) }
      var sum = 0.0
      for component in 0..<components {
        sum += naturalExponential(Double(own[component] - largest))
      }
      let total = Double(largest) + naturalLogarithm(sum)
      for component in 0..<components {
        derived[pixel * shape.columns + component * shape.units + unit] =
          Float(Double(own[component]) - total)
      }
    }
  }
}

/// Log-likelihoods of a tile's images: rows `[unit][tile]` in nats. Hidden values drop out.
///
package func jointPixelForward(
  _ shape: JointPixelShape, _ values: RegionValues, derived: UnsafePointer<Float>,
  into rows: UnsafeMutablePointer<Float>
) {
  let stride = values.tile.tile
  withJointRows(shape) { space in
    for image in 0..<values.images {
      sumRows(space.sums, size: wholeLanes(shape.units), of: shape.pixels) { range in
        for pixel in range {
          guard terms(shape, values, image, pixel, derived, into: space.terms) else { continue }
          logSums(shape, space)
          addRow(space.logSums, to: space.sums, count: wholeLanes(shape.units))
        }
      }
      for unit in 0..<shape.units { rows[unit &* stride &+ image] = space.sums[unit] }
    }
  }
}

/// Adds each image's flows, shared out among the components, to the counts of components and of the
/// levels it shows.
///
/// - Parameter flows: `[unit][tile]`, 0 past the last image.
package func jointPixelAccumulate(
  _ shape: JointPixelShape, _ values: RegionValues, derived: UnsafePointer<Float>,
  flows: UnsafePointer<Float>, into counts: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  withJointRows(shape) { space in
    for image in 0..<values.images {
      for unit in 0..<shape.units { space.sums[unit] = flows[unit &* tile.tile &+ image] }
      for pixel in 0..<shape.pixels {
        guard terms(shape, values, image, pixel, derived, into: space.terms) else { continue }
        logSums(shape, space)
        shareOut(shape, space)
        addRow(space.shares, to: counts + pixel &* shape.columns, count: shape.columns)
        for channel in 0..<shape.channels {
          let value = pixel &* shape.channels &+ channel
          let row = Int(pixels[value])
          if let observed, observed.row(row)[image] == 0 { continue }
          let entry = value &* byteLevels &+ Int(tile.row(row)[image])
          addRow(
            space.shares, to: counts + (shape.firstMass &+ entry &* shape.columns),
            count: shape.columns)
        }
      }
    }
  }
}

/// Adds flow times E[x | observed values], x = level / 255: `[value][tile]`.
///
/// - Parameter expected: of each pair, `[value][column]`.
package func jointPixelAddMeans(
  _ shape: JointPixelShape, _ values: RegionValues, derived: UnsafePointer<Float>,
  expected: UnsafePointer<Float>, flows: UnsafePointer<Float>,
  into means: UnsafeMutablePointer<Float>
) {
  let stride = values.tile.tile
  withJointRows(shape) { space in
    for image in 0..<values.images {
      for unit in 0..<shape.units { space.sums[unit] = flows[unit &* stride &+ image] }
      for pixel in 0..<shape.pixels {
        _ = terms(shape, values, image, pixel, derived, into: space.terms)
        logSums(shape, space)
        shareOut(shape, space)
        for channel in 0..<shape.channels {
          let value = pixel &* shape.channels &+ channel
          var mean: Float = 0
          for column in 0..<shape.pairs {
            mean += space.shares[column] * expected[value &* shape.columns &+ column]
          }
          means[value &* stride &+ image] += mean
        }
      }
    }
  }
}

/// `scale` times the gradient by the logits `[pixel][unit][component]`, from counts `[pixel][column]`.
package func jointPixelGradient(
  _ shape: JointPixelShape, derived: UnsafePointer<Float>, counts: UnsafePointer<Float>,
  scale: Float, into gradient: UnsafeMutablePointer<Float>
) {
  for pixel in 0..<shape.pixels {
    for unit in 0..<shape.units {
      let first = pixel * shape.columns + unit
      var total: Float = 0
      for component in 0..<shape.components { total += counts[first + component * shape.units] }
      for component in 0..<shape.components {
        let column = first + component * shape.units
        let weight = Float(naturalExponential(Double(derived[column])))
        gradient[(pixel * shape.units + unit) * shape.components + component] =
          scale * (counts[column] - weight * total)
      }
    }
  }
}

/// One step of expectation-maximisation of the components' weights, by counts `[pixel][column]`: moves
/// the logits `[pixel][unit][component]`.
package func jointPixelReestimate(
  _ shape: JointPixelShape, derived: UnsafePointer<Float>, counts: UnsafePointer<Float>,
  step: MaximisationStep, into logits: UnsafeMutablePointer<Float>
) {
  let components = shape.components
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * components) { memory in
    guard let own = memory.baseAddress else { return }
    let probabilities = own + components
    for pixel in 0..<shape.pixels {
      for unit in 0..<shape.units {
        for component in 0..<components {
          let column = pixel * shape.columns + component * shape.units + unit
          own[component] = counts[column]
          probabilities[component] = Float(naturalExponential(Double(derived[column])))
        }
        categoricalReestimate(
          probabilities: probabilities, counts: own, count: components, step: step,
          into: logits + (pixel * shape.units + unit) * components)
      }
    }
  }
}

/// Rows of one image.
private struct JointRows {
  /// log weight + log p(observed channels), `[column]`.
  let terms: UnsafeMutablePointer<Float>
  /// Flow times posterior, `[column]`, 0 in the padding.
  let shares: UnsafeMutablePointer<Float>
  /// Of the terms over components, `[unit]`.
  let logSums: UnsafeMutablePointer<Float>
  /// `[unit]`: sums over the pixels, or flows.
  let sums: UnsafeMutablePointer<Float>
}

private func withJointRows(_ shape: JointPixelShape, _ body: (JointRows) -> Void) {
  // Vectors of units start anywhere in a row of columns, and end up to a vector past it.
  let columns = wholeLanes(shape.columns) &+ 2 &* laneCount
  let units = wholeLanes(shape.units)
  withAlignedRows(2 &* (columns &+ units)) { start in
    clear(start, count: 2 &* (columns &+ units))
    let shares = start + columns
    body(
      JointRows(
        terms: start, shares: shares, logSums: shares + columns, sums: shares + columns + units))
  }
}

/// The terms of one pixel of one image; false where none of its channels is seen.
@inline(__always)
private func terms(
  _ shape: JointPixelShape, _ values: RegionValues, _ image: Int, _ pixel: Int,
  _ derived: UnsafePointer<Float>, into terms: UnsafeMutablePointer<Float>
) -> Bool {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let columns = shape.columns
  terms.update(from: derived + pixel &* columns, count: columns)
  var isSeen = false
  for channel in 0..<shape.channels {
    let value = pixel &* shape.channels &+ channel
    let row = Int(pixels[value])
    if let observed, observed.row(row)[image] == 0 { continue }
    isSeen = true
    let entry = value &* byteLevels &+ Int(tile.row(row)[image])
    addRow(derived + (shape.firstMass &+ entry &* columns), to: terms, count: columns)
  }
  return isSeen
}

@inline(__always)
private func put(_ lanes: Lanes, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: lanes, as: Lanes.self)
}

/// The logarithm of the sum of e^term over the components, `[unit]`.
@inline(__always)
private func logSums(_ shape: JointPixelShape, _ space: JointRows) {
  var unit = 0
  while unit < shape.units {
    var largest = loadUnaligned(space.terms, unit)
    for component in 1..<max(shape.components, 1) {
      largest = larger(largest, loadUnaligned(space.terms, component &* shape.units &+ unit))
    }
    var sum = Lanes.zero
    for component in 0..<shape.components {
      sum += exponential(
        loadUnaligned(space.terms, component &* shape.units &+ unit) - largest)
    }
    put(largest + logarithm(sum), space.logSums + unit)
    unit &+= laneCount
  }
}

/// What each component gets of a unit's flow: the flows are in `sums`.
@inline(__always)
private func shareOut(_ shape: JointPixelShape, _ space: JointRows) {
  // What a vector writes past its component is the next one's, which is written later.
  for component in 0..<shape.components {
    let first = component &* shape.units
    var unit = 0
    while unit < shape.units {
      let posterior = exponential(
        loadUnaligned(space.terms, first &+ unit) - loadUnaligned(space.logSums, unit))
      put(posterior * loadUnaligned(space.sums, unit), space.shares + (first &+ unit))
      unit &+= laneCount
    }
  }
  for column in shape.pairs..<shape.columns { space.shares[column] = 0 }
}
