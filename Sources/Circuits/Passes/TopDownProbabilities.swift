import Numerics

/// The probability that a draw from a circuit uses each unit, `[region][unit]`: no image is involved.
package struct TopDownProbabilities: Sendable {
  private let units: Int
  private let values: AlignedBuffer<Float>

  init(units: Int, values: AlignedBuffer<Float>) {
    self.units = units
    self.values = values
  }

  /// - Returns: the probability of one unit; of the first of several regions that share parameters, the
  ///   sum over them: how often a draw uses the unit's weights.
  package func callAsFunction(_ region: Int, _ unit: Int) -> Float {
    values.pointer[region * units + unit]
  }
}

extension Circuit {
  /// From root to leaves: a product has the sum of its sum units' probabilities times their weights, a
  /// unit that of all products it is a factor of.
  package func topDownProbabilities(_ derived: DerivedParameters) -> TopDownProbabilities {
    let rows = graph.scopes.count * units + max(rootUnits - units, 0)
    let values = AlignedBuffer<Float>(count: rows)
    let products = AlignedBuffer<Float>(count: schedule.mostProducts)
    for unit in 0..<rootUnits {
      values.pointer[graph.root * units + unit] = rootWeights.pointer[unit]
    }
    for sum in sumRegions.reversed() {
      clear(products.pointer, count: sum.productCount)
      for unit in 0..<sum.units {
        let own = values.pointer[sum.region * units + unit]
        let weights = derived.values.pointer + sum.weightOffset + unit * sum.productCount
        for product in 0..<sum.productCount { products.pointer[product] += own * weights[product] }
      }
      var index = 0
      forEachProduct(of: sum) { _, children, product in
        for (place, child) in children.enumerated() {
          let unit = self.products.unit(ofChild: place, product: product, units: units)
          values.pointer[child * units + unit] += products.pointer[index]
        }
        index += 1
      }
    }
    for (region, group) in graph.groups.enumerated() where group != region {
      for unit in 0..<units {
        values.pointer[group * units + unit] += values.pointer[region * units + unit]
      }
    }
    return TopDownProbabilities(units: units, values: values)
  }
}
