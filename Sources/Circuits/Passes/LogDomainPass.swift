import Numerics

/// One image forward and backward through a circuit in the log domain and in Double: for the images
/// whose values the kernels' powers of two cannot carry.
///
/// Products of a region are summed as numbers relative to the largest; a sum that is so small that Double
/// could have lost a part of it is computed again by its logarithms. Slow beside the kernels, and right
/// for all finite logits and leaf values.
struct LogDomainPass {
  let circuit: Circuit
  let derived: DerivedParameters
  let space: LogDomainSpace

  /// Below it a sum of products is computed by logarithms.
  static let smallestSum = 1e-150

  var units: Int { circuit.units }

  func value(_ region: Int, _ unit: Int) -> Double { space.values.pointer[region * units + unit] }

  func gradient(_ region: Int, _ unit: Int) -> Double {
    space.gradients.pointer[region * units + unit]
  }

  func logWeight(_ index: Int) -> Double {
    derived.doubleWeights?.logs.pointer[index]
      ?? naturalLogarithm(Double(derived.values.pointer[index]))
  }

  func weight(_ index: Int) -> Double {
    derived.doubleWeights?.values.pointer[index] ?? Double(derived.values.pointer[index])
  }

  /// Log-values of all regions of an image, from those of its leaves.
  func forward(image: Int) {
    for (index, region) in circuit.leafRegions.enumerated() {
      for unit in 0..<units {
        space.values.pointer[region * units + unit] = Double(
          space.leaves.pointer[space.place(leaf: index, unit: unit, image: image)])
      }
    }
    for sum in circuit.sumRegions { forward(sum) }
  }

  /// log S, or with a class log p(image, class), in nats.
  func logLikelihood(classOfImage: Int?) -> Double {
    logSumExp(rootTerms(classOfImage))
  }

  /// log root weight + log-value of each root unit; -inf for units of other classes.
  func rootTerms(_ classOfImage: Int?) -> [Double] {
    (0..<circuit.rootUnits).map { unit in
      classOfImage.map { $0 == unit } ?? true
        ? naturalLogarithm(Double(circuit.rootWeights.pointer[unit]))
          + value(circuit.graph.root, unit) : -.infinity
    }
  }

  private func forward(_ sum: SumRegion) {
    fillProducts(of: sum)
    let out = space.values.pointer + sum.region * units
    let (logs, scaled) = (space.products.pointer, space.scaled.pointer)
    let reference = scale(logs, count: sum.productCount, into: scaled)
    guard reference > -.infinity else {
      for unit in 0..<sum.units { out[unit] = -.infinity }
      return
    }
    for unit in 0..<sum.units {
      let first = sum.weightOffset + unit * sum.productCount
      var total = 0.0
      for product in 0..<sum.productCount { total += weight(first + product) * scaled[product] }
      out[unit] =
        total > Self.smallestSum
        ? reference + naturalLogarithm(total) : logSumExp(terms(of: sum, unit))
    }
  }

  /// log weight + log-value of each product of a sum unit.
  func productTerms(_ sum: SumRegion, _ unit: Int) -> [Double] {
    fillProducts(of: sum)
    return terms(of: sum, unit)
  }

  /// The same, of the products that are in the scratch.
  private func terms(of sum: SumRegion, _ unit: Int) -> [Double] {
    let first = sum.weightOffset + unit * sum.productCount
    return (0..<sum.productCount).map { logWeight(first + $0) + space.products.pointer[$0] }
  }

  /// Log-values of a region's products, into the scratch.
  func fillProducts(of sum: SumRegion) {
    var next = space.products.pointer
    circuit.forEachProduct(of: sum) { _, children, product in
      var total = 0.0
      for (place, child) in children.enumerated() {
        total += value(
          child, circuit.products.unit(ofChild: place, product: product, units: units))
      }
      next.pointee = total
      next += 1
    }
  }

  /// Exponentials relative to the largest, which is returned; zeros where all are -inf.
  func scale(
    _ logs: UnsafePointer<Double>, count: Int, into scaled: UnsafeMutablePointer<Double>
  ) -> Double {
    var largest = -Double.infinity
    for index in 0..<count { largest = max(largest, logs[index]) }
    for index in 0..<count {
      scaled[index] = largest > -.infinity ? naturalExponential(logs[index] - largest) : 0
    }
    return largest
  }
}
