import Configuration
import Numerics

/// Pixels of colour whose channels are joint: in every unit each pixel is a mixture of components, and
/// given its component its channels are independent values of an emission. Pixels are independent.
///
/// Parameters are the logits of the components, `[pixel][unit][component]`, then the emission's numbers,
/// `[value][number][column]`, a column a pair of component and unit; see `JointPixelShape`.
package struct JointLeaf<Family: Emission>: Leaf, Marginalises, HasModes, Reestimates {
  package static var kind: String { Family.kind }
  package let emission: Family
  package let components: Int

  package init(_ emission: Family, components: Int) {
    self.emission = emission
    self.components = components
  }

  package var traits: LeafTraits {
    .exact(
      name: "\(Self.kind), joint channels", parameterName: Family.kind, levels: byteLevels,
      isDensity: emission.isDensity)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: emission.hasReestimate ? self : nil,
      centres: nil, estimators: nil, encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package var configuration: ResolvedValue {
    var fields = emission.resolved.mapping ?? [:]
    fields[LeafChannels.field] = .mapping([
      "kind": .string(LeafChannels.joint), LeafChannels.components: .integer(components),
    ])
    return .mapping(fields)
  }

  func layout(_ shape: LeafShape) -> JointPixelShape {
    JointPixelShape(
      units: shape.units, components: components, pixels: shape.pixels / shape.channels,
      channels: shape.channels)
  }

  private func logits(_ sizes: JointPixelShape) -> Int { sizes.pixels * sizes.pairs }

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    let own = layout(shape)
    return LeafSizes(
      parameters: logits(own) + own.values * emission.numbers * own.pairs,
      derived: own.derivedCount, statistics: own.derivedCount)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    let sizes = layout(shape)
    let numbers = parameters + logits(sizes)
    parameters.update(repeating: 0, count: logits(sizes))
    for value in 0..<sizes.values {
      for pair in 0..<sizes.pairs {
        let key = NoiseKey(
          seed: seed, purpose: .initialisation, leaf: leaf + 1,
          sample: value * sizes.pairs + pair)
        for (number, first) in emission.initialNumbers(key).enumerated() {
          numbers[(value * emission.numbers + number) * sizes.pairs + pair] = first
        }
      }
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    let sizes = layout(shape)
    jointPixelWeights(sizes, logits: parameters, into: derived)
    emissions(sizes).derive(
      numbers: parameters + logits(sizes), into: derived + sizes.firstMass)
  }

  private func emissions(_ sizes: JointPixelShape) -> RegionEmissions<Family> {
    RegionEmissions(emission, values: sizes.values, units: sizes.pairs)
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    jointPixelForward(layout(tile.shape), tile.values, derived: tile.derived, into: rows)
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    jointPixelAccumulate(
      layout(tile.shape), tile.values, derived: tile.derived, flows: flows, into: statistics)
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let sizes = layout(region.shape)
    jointPixelGradient(
      sizes, derived: region.derived, counts: statistics, scale: scale, into: gradient)
    emissions(sizes).gradient(
      numbers: region.parameters + logits(sizes), table: region.derived + sizes.firstMass,
      counts: statistics + sizes.firstMass, scale: scale, into: gradient + logits(sizes))
  }

  package var smoothsLevels: Bool { emission.smoothsLevels }

  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    let sizes = layout(shape)
    jointPixelReestimate(
      sizes, derived: derived, counts: statistics, step: step, into: parameters)
    emissions(sizes).reestimate(
      table: derived + sizes.firstMass, counts: statistics + sizes.firstMass, step: step,
      into: parameters + logits(sizes))
  }

  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    let sizes = layout(tile.shape)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: sizes.values * sizes.columns) {
      guard let expected = $0.baseAddress else { return }
      for value in 0..<sizes.values {
        let row = expected + value * sizes.columns
        guard emission.isDensity else {
          levelMeans(
            tile.derived + sizes.firstMass + value * byteLevels * sizes.columns,
            columns: sizes.columns, into: row)
          continue
        }
        for pair in 0..<sizes.pairs {
          row[pair] =
            Float(emission.mean(numbers(tile.parameters, sizes, value: value, pair: pair)))
        }
      }
      jointPixelAddMeans(
        sizes, tile.values, derived: tile.derived, expected: expected, flows: flows, into: means)
    }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    let sizes = layout(shape)
    let first = parameters.startIndex
    return (0..<sizes.pixels).reduce(0) { total, pixel in
      let logits = (0..<components).map {
        parameters[first + (pixel * shape.units + unit) * components + $0]
      }
      let terms = (0..<components).map { component in
        (0..<shape.channels).reduce(logits[component] - logSumExp(logits)) { term, channel in
          let value = pixel * shape.channels + channel
          let own = (0..<emission.numbers).map {
            parameters[
              first + self.logits(sizes) + (value * emission.numbers + $0) * sizes.pairs
                + component * shape.units + unit]
          }
          return term + emission.logProbability(own, level: Int(pixels[value]))
        }
      }
      return total + logSumExp(terms)
    }
  }

  /// The numbers of one value of one pair.
  func numbers(
    _ parameters: UnsafePointer<Float>, _ sizes: JointPixelShape, value: Int, pair: Int
  ) -> [Double] {
    let start = parameters + logits(sizes)
    return (0..<emission.numbers).map {
      Double(start[(value * emission.numbers + $0) * sizes.pairs + pair])
    }
  }
}

/// The leaf of joint channels of a family.
package func jointLeaf(_ emission: some Emission, components: Int) -> any Leaf {
  JointLeaf(emission, components: components)
}
