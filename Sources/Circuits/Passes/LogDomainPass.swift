import Numerics

/// One image up and down a circuit in the log domain and in Double: for the images whose values the
/// kernels' powers of two cannot carry.
///
/// Products of a region are summed as numbers relative to the largest; a sum that is so small that Double
/// could have lost a part of it is computed again by its logarithms. Slow beside the kernels, and right
/// for all finite logits and leaf values.
struct LogDomainPass {
  let circuit: Circuit
  let derived: DerivedParameters
  let space: LogDomainSpace

  /// Below it a sum of products is computed by logarithms.
  private static let smallestSum = 1e-150

  private var units: Int { circuit.units }

  func value(_ region: Int, _ unit: Int) -> Double { space.values.pointer[region * units + unit] }

  private func gradient(_ region: Int, _ unit: Int) -> Double {
    space.gradients.pointer[region * units + unit]
  }

  func logWeight(_ index: Int) -> Double {
    derived.doubleWeights?.logs.pointer[index]
      ?? naturalLogarithm(Double(derived.values.pointer[index]))
  }

  private func weight(_ index: Int) -> Double {
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
    let cuts = cuts(of: sum)
    let out = space.values.pointer + sum.region * units
    let reference = cuts.reduce(-Double.infinity) {
      max($0, largest($1.left) + largest($1.right))
    }
    let totals = space.totals.pointer
    for unit in 0..<sum.units { totals[unit] = 0 }
    guard reference > -.infinity else {
      for unit in 0..<sum.units { out[unit] = -.infinity }
      return
    }
    for cut in cuts where largest(cut.left) > -.infinity && largest(cut.right) > -.infinity {
      let child = scaledChildren(cut)
      let scale = naturalExponential(child.left + child.right - reference)
      for unit in 0..<sum.units { totals[unit] += scale * productSum(cut.firstWeight(of: unit)) }
    }
    for unit in 0..<sum.units {
      out[unit] =
        totals[unit] > Self.smallestSum
        ? reference + naturalLogarithm(totals[unit]) : valueByLogarithms(cuts, unit)
    }
  }

  /// The sum of weight * left * right over the products of one sum unit and one partition.
  private func productSum(_ first: Int) -> Double {
    var total = 0.0
    for i in 0..<units {
      var own = 0.0
      for j in 0..<units { own += weight(first + i * units + j) * space.right.pointer[j] }
      total += own * space.left.pointer[i]
    }
    return total
  }

  private func valueByLogarithms(_ cuts: [Cut], _ unit: Int) -> Double {
    logSumExp(productTerms(cuts, unit))
  }

  /// log weight + log-value of each product of a sum unit, `[partition][i][j]`.
  func productTerms(_ sum: SumRegion, _ unit: Int) -> [Double] {
    productTerms(cuts(of: sum), unit)
  }

  private func productTerms(_ cuts: [Cut], _ unit: Int) -> [Double] {
    cuts.flatMap { cut in
      (0..<units * units).map { product in
        logWeight(cut.firstWeight(of: unit) + product) + value(cut.left, product / units)
          + value(cut.right, product % units)
      }
    }
  }

  /// Adds an image's statistics, and sets its leaves' gradients; its values are those that `forward`
  /// left.
  ///
  /// - Parameter statistics: `[weight]`, gains d log S / d weight; nil for none.
  func backward(image: Int, classOfImage: Int?, statistics: UnsafeMutablePointer<Float>?) {
    let gradients = space.gradients.pointer
    for index in 0..<space.gradients.count { gradients[index] = -.infinity }
    let total = logLikelihood(classOfImage: classOfImage)
    if total > -.infinity {
      for (unit, term) in rootTerms(classOfImage).enumerated() where term > -.infinity {
        gradients[circuit.graph.root * units + unit] =
          naturalLogarithm(Double(circuit.rootWeights.pointer[unit])) - total
      }
      for sum in circuit.sumRegions.reversed() { backward(sum, statistics) }
    }
    for (index, region) in circuit.leafRegions.enumerated() {
      for unit in 0..<units {
        space.leafGradients.pointer[space.place(leaf: index, unit: unit, image: image)] =
          gradient(region, unit)
      }
    }
  }

  private func backward(_ sum: SumRegion, _ statistics: UnsafeMutablePointer<Float>?) {
    let reference = (0..<sum.units).reduce(-Double.infinity) {
      max($0, gradient(sum.region, $1))
    }
    guard reference > -.infinity else { return }
    for unit in 0..<sum.units {
      space.totals.pointer[unit] = naturalExponential(gradient(sum.region, unit) - reference)
    }
    for cut in cuts(of: sum) {
      // A child that is zero takes no part in its sibling's gradient, but has one.
      addGradients(cut, reference: reference, scaledChildren(cut))
      if let statistics { add(cut, to: statistics) }
    }
  }

  private func addGradients(
    _ cut: Cut, reference: Double, _ child: (left: Double, right: Double)
  ) {
    let (forLeft, forRight) = (space.leftTotals.pointer, space.rightTotals.pointer)
    for unit in 0..<units { (forLeft[unit], forRight[unit]) = (0, 0) }
    for unit in 0..<cut.sum.units {
      let own = space.totals.pointer[unit]
      let first = cut.firstWeight(of: unit)
      for i in 0..<units {
        for j in 0..<units {
          let flow = own * weight(first + i * units + j)
          forLeft[i] += flow * space.right.pointer[j]
          forRight[j] += flow * space.left.pointer[i]
        }
      }
    }
    for unit in 0..<units {
      addLogarithm(
        forLeft[unit] > Self.smallestSum
          ? reference + child.right + naturalLogarithm(forLeft[unit])
          : gradientByLogarithms(cut, ofLeft: true, unit),
        cut.left, unit)
      addLogarithm(
        forRight[unit] > Self.smallestSum
          ? reference + child.left + naturalLogarithm(forRight[unit])
          : gradientByLogarithms(cut, ofLeft: false, unit),
        cut.right, unit)
    }
  }

  private func addLogarithm(_ log: Double, _ region: Int, _ unit: Int) {
    let place = space.gradients.pointer + region * units + unit
    place.pointee = logSumExp([place.pointee, log])
  }

  private func gradientByLogarithms(_ cut: Cut, ofLeft: Bool, _ child: Int) -> Double {
    logSumExp(
      (0..<cut.sum.units).flatMap { unit in
        (0..<units).map { other in
          let product = ofLeft ? child * units + other : other * units + child
          return gradient(cut.sum.region, unit) + logWeight(cut.firstWeight(of: unit) + product)
            + value(ofLeft ? cut.right : cut.left, other)
        }
      })
  }

  private func add(_ cut: Cut, to statistics: UnsafeMutablePointer<Float>) {
    for unit in 0..<cut.sum.units {
      for product in 0..<units * units {
        let log =
          gradient(cut.sum.region, unit) + value(cut.left, product / units)
          + value(cut.right, product % units)
        statistics[cut.firstWeight(of: unit) + product] += Float(naturalExponential(log))
      }
    }
  }

  // MARK: Places

  /// One partition of a sum region.
  private struct Cut {
    let sum: SumRegion
    /// Among the region's partitions.
    let number: Int
    let left: Int
    let right: Int
    /// Products of a partition.
    let products: Int

    /// Where the weights of a sum unit for this partition's products start.
    func firstWeight(of unit: Int) -> Int {
      sum.weightOffset + (unit * sum.partitions.count + number) * products
    }
  }

  private func cuts(of sum: SumRegion) -> [Cut] {
    circuit.graph.partitions[sum.partitions].enumerated().map { number, partition in
      Cut(
        sum: sum, number: number, left: partition.left, right: partition.right,
        products: units * units)
    }
  }

  private func largest(_ region: Int) -> Double {
    (0..<units).reduce(-.infinity) { max($0, value(region, $1)) }
  }

  /// Both children's units over their largest, in the scratch; the logarithms of the largest.
  private func scaledChildren(_ cut: Cut) -> (left: Double, right: Double) {
    (scale(cut.left, into: space.left), scale(cut.right, into: space.right))
  }

  /// A region's units over their largest, whose logarithm is returned; zeros and 0 where all are zero.
  private func scale(_ region: Int, into rows: AlignedBuffer<Double>) -> Double {
    let most = largest(region)
    guard most > -.infinity else {
      for unit in 0..<units { rows.pointer[unit] = 0 }
      return 0
    }
    for unit in 0..<units {
      rows.pointer[unit] = naturalExponential(value(region, unit) - most)
    }
    return most
  }
}
