import Numerics

/// The plain definition of a circuit, in the log domain and in Double: slow, and what the kernels
/// are tested against (manual: Mathematics, Sums and products).
package struct LogDomainReference {
  package let circuit: Circuit
  package var parameters: [Double] {
    didSet { logWeights = Self.logWeights(circuit, parameters) }
  }
  /// Of all sums, `[weight]`.
  private var logWeights: [Double]

  package init(circuit: Circuit, parameters: [Double]) {
    precondition(parameters.count == circuit.layout.parameterCount)
    self.circuit = circuit
    self.parameters = parameters
    logWeights = Self.logWeights(circuit, parameters)
  }

  private static func logWeights(_ circuit: Circuit, _ parameters: [Double]) -> [Double] {
    circuit.boundWeights.referenceLogWeights(
      Array(parameters[..<circuit.layout.sumParameterCount]))
  }

  /// log S in nats of one image, its pixels row-major.
  package func logLikelihood(
    _ pixels: [UInt8], image: Int = 0, noise: NoiseSource = .evaluation
  ) -> Double {
    rootLogLikelihood(values(leafValues(pixels, image: image, noise: noise)))
  }

  /// `[leaf region][unit]` in nats.
  package func leafValues(
    _ pixels: [UInt8], image: Int = 0, noise: NoiseSource = .evaluation
  ) -> [[Double]] {
    var number = Int32(image)
    let keyed = TileNoise(
      seed: noise.seed, purpose: noise.purpose, epoch: noise.epoch, images: &number)
    return circuit.leafShapes.indices.map { index in
      let own = circuit.leafPixels[index].map { pixels[Int($0)] }
      let range = circuit.layout.parameters(ofLeaf: index)
      return (0..<circuit.units).map { unit in
        circuit.leaf.referenceLogLikelihood(
          circuit.leafShapes[index], unit: unit, parameters: parameters[range], pixels: own,
          leaf: index, noise: { keyed.normals(image: image, leaf: $0, sample: $1) })
      }
    }
  }

  /// Log-values of all regions, `[region][unit]`, from those of the leaves.
  package func values(_ leafValues: [[Double]]) -> [[Double]] {
    var values = Array(
      repeating: Array(repeating: -Double.infinity, count: circuit.units),
      count: circuit.graph.scopes.count)
    for (index, region) in circuit.leafRegions.enumerated() { values[region] = leafValues[index] }
    for sum in circuit.sumRegions {
      let products = products(of: sum, values)
      values[sum.region] = (0..<sum.units).map { unit in
        logSumExp(zip(logWeights(of: sum, unit: unit), products).map { $0 + $1 })
      }
    }
    return values
  }

  package func rootLogLikelihood(_ values: [[Double]]) -> Double {
    logSumExp((0..<circuit.rootUnits).map { jointLogLikelihood(values, rootUnit: $0) })
  }

  /// log (root weight) + log (root unit): with classes log p(image, class), in nats.
  package func jointLogLikelihood(_ values: [[Double]], rootUnit: Int) -> Double {
    let prior = circuit.classPriors.map { naturalLogarithm(Double($0[rootUnit])) }
    return values[circuit.graph.root][rootUnit]
      + (prior ?? -naturalLogarithm(Double(circuit.units)))
  }

  /// Log-weights of one sum unit, `[product]`.
  package func logWeights(of sum: SumRegion, unit: Int) -> [Double] {
    let start = sum.weightOffset + unit * sum.productCount
    return Array(logWeights[start..<start + sum.productCount])
  }

  /// Log-values of the products of a region, partition by partition.
  package func products(of sum: SumRegion, _ values: [[Double]]) -> [Double] {
    factors(of: sum).map { factors in
      factors.reduce(0) { $0 + values[$1.region][$1.unit] }
    }
  }

  /// The units that each product of a region multiplies.
  private func factors(of sum: SumRegion) -> [[UnitOfRegion]] {
    var factors: [[UnitOfRegion]] = []
    circuit.forEachProduct(of: sum) { _, children, product in
      factors.append(
        children.enumerated().map { place, child in
          UnitOfRegion(
            region: child,
            unit: circuit.products.unit(ofChild: place, product: product, units: circuit.units))
        })
    }
    return factors
  }

  /// d log S / d log value of every unit, `[region][unit]`: all 0 where S = 0.
  package func flows(_ values: [[Double]]) -> [[Double]] {
    var flows = values.map { Array(repeating: 0.0, count: $0.count) }
    let root = rootLogLikelihood(values)
    guard root > -.infinity else { return flows }
    for unit in 0..<circuit.rootUnits {
      flows[circuit.graph.root][unit] = naturalExponential(
        jointLogLikelihood(values, rootUnit: unit) - root)
    }
    for sum in circuit.sumRegions.reversed() {
      let factors = factors(of: sum)
      for (index, count) in edgeCounts(of: sum, values: values, flows: flows).enumerated() {
        for factor in factors[index % factors.count] {
          flows[factor.region][factor.unit] += count
        }
      }
    }
    return flows
  }

  /// Expected counts of a region's edges, `[unit][product]`: flow * w * product / value.
  package func edgeCounts(
    of sum: SumRegion, values: [[Double]], flows: [[Double]]
  ) -> [Double] {
    let products = products(of: sum, values)
    return (0..<sum.units).flatMap { unit in
      let value = values[sum.region][unit]
      let flow = flows[sum.region][unit]
      return zip(logWeights(of: sum, unit: unit), products).map { weight, product in
        value == -.infinity ? 0 : flow * naturalExponential(weight + product - value)
      }
    }
  }
}
