import Configuration
import Numerics

/// Independent values of 256 levels, each by an emission of its own: categorical, logistic, binomial.
///
/// Parameters are `[value][number][unit]`, the numbers that tell each value's distribution. Derived is a
/// table of log-masses, `[value][level][columns]`, so that a value costs one row of it; statistics are
/// the expected counts of each level, in the same shape.
package struct FactorisedLeaf<Family: Emission>: IndependentPixels, HasModes, Reestimates {
  package static var kind: String { Family.kind }
  package let emission: Family

  package init(_ emission: Family) { self.emission = emission }

  package var configuration: ResolvedValue { emission.resolved }

  package var traits: LeafTraits {
    .exact(
      name: Self.kind, parameterName: Family.kind, levels: byteLevels,
      isDensity: emission.isDensity)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: emission.hasReestimate ? self : nil,
      centres: nil, estimators: nil, encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    let table = shape.pixels * byteLevels * tableColumns(shape.units)
    return LeafSizes(
      parameters: shape.pixels * emission.numbers * shape.units, derived: table,
      statistics: table)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    for value in 0..<shape.pixels {
      for unit in 0..<shape.units {
        let key = NoiseKey(
          seed: seed, purpose: .initialisation, leaf: leaf + 1,
          sample: value * shape.units + unit)
        for (number, first) in emission.initialNumbers(key).enumerated() {
          parameters[(value * emission.numbers + number) * shape.units + unit] = first
        }
      }
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    emissions(shape).derive(numbers: parameters, into: derived)
  }

  private func emissions(_ shape: LeafShape) -> RegionEmissions<Family> {
    RegionEmissions(emission, values: shape.pixels, units: shape.units)
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    levelTableForward(tile.values, units: tile.shape.units, table: tile.derived, into: rows)
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    levelTableAccumulate(tile.values, units: tile.shape.units, flows: flows, into: statistics)
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    emissions(region.shape).gradient(
      numbers: region.parameters, table: region.derived, counts: statistics, scale: scale,
      into: gradient)
  }

  package var smoothsLevels: Bool { emission.smoothsLevels }

  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    emissions(shape).reestimate(
      table: derived, counts: statistics, step: step, into: parameters)
  }

  /// The numbers of one value of one unit.
  private func numbers(
    _ parameters: UnsafePointer<Float>, _ shape: LeafShape, unit: Int, value: Int
  ) -> [Double] {
    (0..<emission.numbers).map {
      Double(parameters[(value * emission.numbers + $0) * shape.units + unit])
    }
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    (0..<shape.pixels).map { value in
      emission.mean(numbers(parameters, shape, unit: unit, value: value))
    }
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let shape = region.shape
    let columns = tableColumns(shape.units)
    var own = key
    for value in 0..<shape.pixels {
      own.sample = UInt32(value)
      pixels[value] =
        emission.isDensity
        ? emission.draw(numbers(region.parameters, shape, unit: unit, value: value), own)
        : drawLevel(
          region.derived + value * byteLevels * columns + unit, stride: columns, own.uniform)
    }
  }

  package func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let shape = region.shape
    let columns = tableColumns(shape.units)
    var total = 0.0
    for value in 0..<shape.pixels {
      let masses = region.derived + value * byteLevels * columns + unit
      if !observed[value] {
        pixels[value] = likeliestLevel(masses, stride: columns).level
      }
      total += Double(masses[Int(pixels[value]) * columns])
    }
    return total
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    var total = 0.0
    for (value, level) in pixels.enumerated() {
      let own = (0..<emission.numbers).map {
        parameters[parameters.startIndex + (value * emission.numbers + $0) * shape.units + unit]
      }
      total += emission.logProbability(own, level: Int(level))
    }
    return total
  }
}

/// The leaf of independent values of a family.
package func factorisedLeaf(_ emission: some Emission) -> any Leaf { FactorisedLeaf(emission) }
