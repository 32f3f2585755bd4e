import Numerics

/// A sum unit with the heads that its products' weights come from, partition by partition.
struct HeadedUnit: Sendable {
  let heads: Range<Int>
  /// The node that its latent is, counted in units.
  let row: Int
  /// Its first weight.
  let weights: Int
}

/// The layers of a trunk at the place of its parameters.
struct WeightLayers {
  let first: DenseLayer
  let second: DenseLayer
  let heads: DenseLayer
}

/// Two hidden layers and the heads that read them, as ranges of the parameters.
struct WeightTrunk: Sendable {
  let inputs: Int
  let hidden: Int
  let heads: Int
  /// Its parameter groups, by number, and the first head of each.
  private let groups: [(group: Int, firstHead: Int)]
  private let start: Int

  /// By level, or one for all.
  static func trunks(_ choice: FunctionalWeights, _ sums: WeightedSums) -> [WeightTrunk] {
    let levels =
      choice.shared == .level ? sums.levels : Array(repeating: 0, count: sums.groups.count)
    var trunks: [WeightTrunk] = []
    for level in Set(levels).sorted() {
      trunks.append(
        WeightTrunk(
          choice, sums, groups: levels.indices.filter { levels[$0] == level },
          start: trunks.last?.parameters.upperBound ?? 0))
    }
    return trunks
  }

  private init(_ choice: FunctionalWeights, _ sums: WeightedSums, groups: [Int], start: Int) {
    inputs = 2 * choice.frequencies
    hidden = choice.hidden
    var heads = 0
    var placed: [(group: Int, firstHead: Int)] = []
    for group in groups {
      placed.append((group, heads))
      let sum = sums.groups[group]
      heads += sum.partitions.count * (sums.hasClasses(group) ? sum.units : 1)
    }
    self.groups = placed
    self.heads = heads
    self.start = start
  }

  var firstWeights: Range<Int> { start..<start + hidden * inputs }
  var firstBiases: Range<Int> { after(firstWeights, hidden) }
  var secondWeights: Range<Int> { after(firstBiases, hidden * hidden) }
  var secondBiases: Range<Int> { after(secondWeights, hidden) }
  var headWeights: Range<Int> { after(secondBiases, heads * hidden) }
  var headBiases: Range<Int> { after(headWeights, heads) }
  var parameters: Range<Int> { start..<headBiases.upperBound }

  func layers(_ parameters: UnsafePointer<Float>) -> WeightLayers {
    func layer(_ weights: Range<Int>, _ biases: Range<Int>, inputs: Int) -> DenseLayer {
      DenseLayer(
        weights: parameters + weights.lowerBound, bias: parameters + biases.lowerBound,
        inputs: inputs, outputs: biases.count)
    }
    return WeightLayers(
      first: layer(firstWeights, firstBiases, inputs: inputs),
      second: layer(secondWeights, secondBiases, inputs: hidden),
      heads: layer(headWeights, headBiases, inputs: hidden))
  }

  private func after(_ range: Range<Int>, _ count: Int) -> Range<Int> {
    range.upperBound..<range.upperBound + count
  }

  /// The sum units whose latents are some of the nodes.
  ///
  /// A unit that is a class has heads of its own, at the node of its number modulo K: classes have no order.
  func units(ofRows rows: Range<Int>, _ sums: WeightedSums) -> [HeadedUnit] {
    groups.flatMap { group, firstHead in
      let sum = sums.groups[group]
      let isOfClasses = sums.hasClasses(group)
      return (0..<sum.units).compactMap { unit -> HeadedUnit? in
        let row = unit % sums.units
        guard rows.contains(row) else { return nil }
        let first = firstHead + (isOfClasses ? unit * sum.partitions.count : 0)
        return HeadedUnit(
          heads: first..<first + sum.partitions.count, row: row,
          weights: sum.weightOffset + unit * sum.productCount)
      }
    }
  }

  /// Heads of units that are classes, which have one row each.
  func headsOfClasses(_ sums: WeightedSums) -> [(head: Int, row: Int)] {
    groups.flatMap { group, firstHead in
      let partitions = sums.groups[group].partitions.count
      return sums.hasClasses(group)
        ? (0..<sums.groups[group].units * partitions).map {
          (firstHead + $0, $0 / partitions % sums.units)
        } : []
    }
  }

  /// The second hidden layer, in Double.
  func reference(_ parameters: [Double], _ features: [Double]) -> [Double] {
    func layer(_ weights: Range<Int>, _ biases: Range<Int>, _ inputs: [Double]) -> [Double] {
      biases.enumerated().map { unit, bias in
        let row = weights.lowerBound + unit * inputs.count
        var total = parameters[bias]
        for (index, input) in inputs.enumerated() { total += parameters[row + index] * input }
        return 2 * logistic(2 * total) - 1
      }
    }
    return layer(secondWeights, secondBiases, layer(firstWeights, firstBiases, features))
  }

  /// A head's output, in Double.
  func output(_ parameters: [Double], head: Int, _ hiddenUnits: [Double]) -> Double {
    let row = headWeights.lowerBound + head * hidden
    var total = parameters[headBiases.lowerBound + head]
    for (index, value) in hiddenUnits.enumerated() { total += parameters[row + index] * value }
    return total
  }
}

extension WeightedSums {
  /// Whether the units of a group are classes.
  func hasClasses(_ group: Int) -> Bool { rootIsOfClasses && groups[group].region == graph.root }

  /// Of each group the regions on the longest way from its first region down to a leaf.
  var levels: [Int] {
    var levels = Array(repeating: 0, count: graph.scopes.count)
    for partition in graph.partitions {
      let below = partition.children.map { levels[$0] }.max() ?? 0
      levels[partition.region] = max(levels[partition.region], below + 1)
    }
    return groups.map { levels[$0.region] }
  }
}
