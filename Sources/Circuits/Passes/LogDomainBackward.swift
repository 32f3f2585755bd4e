import Numerics

extension LogDomainPass {
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
    let reference = scale(
      space.gradients.pointer + sum.region * units, count: sum.units,
      into: space.totals.pointer)
    guard reference > -.infinity else { return }
    fillProducts(of: sum)
    if let statistics { addStatistics(sum, to: statistics) }
    fillProductGradients(sum, reference: reference)
    var first = 0
    for partition in sum.partitions {
      let count = circuit.productCount(ofPartition: partition)
      for place in circuit.graph.partitions[partition].children.indices {
        addGradients(of: place, partition, products: first..<first + count)
      }
      first += count
    }
  }

  private func addStatistics(_ sum: SumRegion, to statistics: UnsafeMutablePointer<Float>) {
    for unit in 0..<sum.units {
      let own = gradient(sum.region, unit)
      let out = statistics + sum.weightOffset + unit * sum.productCount
      for product in 0..<sum.productCount {
        out[product] += Float(naturalExponential(own + space.products.pointer[product]))
      }
    }
  }

  /// log (dS / d product) - log S of each product, into the scratch: the sum over the units of gradient
  /// times weight.
  private func fillProductGradients(_ sum: SumRegion, reference: Double) {
    for product in 0..<sum.productCount {
      var total = 0.0
      for unit in 0..<sum.units {
        total +=
          space.totals.pointer[unit] * weight(sum.weightOffset + unit * sum.productCount + product)
      }
      space.productGradients.pointer[product] =
        total > Self.smallestSum
        ? reference + naturalLogarithm(total)
        : logSumExp(
          (0..<sum.units).map {
            gradient(sum.region, $0) + logWeight(sum.weightOffset + $0 * sum.productCount + product)
          })
    }
  }

  /// A child's gradient gains that of each product times the product's other factors.
  ///
  /// - Parameters:
  ///   - place: of the child in its partition.
  ///   - products: where the partition's products are among those of the region.
  private func addGradients(of place: Int, _ partition: Int, products: Range<Int>) {
    let children = circuit.graph.partitions[partition].children
    let (logs, scaled) = (space.siblings.pointer, space.scaled.pointer)
    for product in 0..<products.count {
      // A child that is zero takes no part in its sibling's gradient, but has one.
      var others = space.productGradients.pointer[products.lowerBound + product]
      for (other, child) in children.enumerated() where other != place {
        others += value(
          child, circuit.products.unit(ofChild: other, product: product, units: units))
      }
      logs[product] = others
    }
    let reference = scale(logs, count: products.count, into: scaled)
    guard reference > -.infinity else { return }
    let totals = space.childTotals.pointer
    for unit in 0..<units { totals[unit] = 0 }
    func unit(_ product: Int) -> Int {
      circuit.products.unit(ofChild: place, product: product, units: units)
    }
    for product in 0..<products.count { totals[unit(product)] += scaled[product] }
    for own in 0..<units {
      let log =
        totals[own] > Self.smallestSum
        ? reference + naturalLogarithm(totals[own])
        : logSumExp((0..<products.count).filter { unit($0) == own }.map { logs[$0] })
      let out = space.gradients.pointer + children[place] * units + own
      out.pointee = logSumExp([out.pointee, log])
    }
  }
}
