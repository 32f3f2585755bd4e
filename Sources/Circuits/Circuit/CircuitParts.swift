import Numerics

/// The parts that a circuit is made of, from its region graph.
extension Circuit {
  static func schedule(
    _ graph: RegionGraph, sums: [SumRegion], units: Int, rootUnits: Int,
    segmentation: Segmentation, products: any ProductLayer
  ) -> SumProductSchedule {
    let slots = segmentation.slots
    return SumProductSchedule(
      units: units, rootUnits: rootUnits, slotCount: segmentation.slotCount,
      root: slots[graph.root],
      steps: SumSteps(
        sums.map {
          SumStep(
            slot: slots[$0.region], partitions: $0.partitions, weightOffset: $0.weightOffset,
            productCount: $0.productCount, units: $0.units)
        },
        children: FlatChildren(graph.partitions.lazy.map { $0.children.map { slots[$0] } })),
      products: products)
  }

  static func sumRegions(
    of graph: RegionGraph, units: Int, rootUnits: Int, products: any ProductLayer
  ) -> [SumRegion] {
    var offset = 0
    var offsetsOfGroups: [Int: Int] = [:]
    return graph.innerRegions.map { region in
      let partitions = graph.partitionRanges[region]
      let own = region == graph.root ? rootUnits : units
      let count = graph.partitions[partitions].reduce(0) {
        $0 + products.productCount(children: $1.children.count, units: units)
      }
      let start = offsetsOfGroups[graph.groups[region]] ?? offset
      if start == offset { offset += count * own }
      offsetsOfGroups[graph.groups[region]] = start
      return SumRegion(
        region: region, partitions: partitions, weightOffset: start, productCount: count,
        units: own)
    }
  }

  /// Sum regions by stratum: segment after segment, then the rest.
  static func order(
    _ sums: [SumRegion], _ leaves: [Int], _ segmentation: Segmentation
  ) -> ([SumRegion], [Stratum]) {
    var ordered: [SumRegion] = []
    var strata: [Stratum] = []
    var isInSegment = Array(repeating: false, count: segmentation.slots.count)
    for segment in segmentation.segments {
      for region in segment { isInSegment[region] = true }
      let start = ordered.count
      ordered += sums.filter { segment.contains($0.region) }
      strata.append(
        Stratum(
          sums: start..<ordered.count,
          leaves: leaves.indices.filter { segment.contains(leaves[$0]) }))
    }
    let start = ordered.count
    ordered += sums.filter { !isInSegment[$0.region] }
    strata.append(
      Stratum(
        sums: start..<ordered.count, leaves: leaves.indices.filter { !isInSegment[leaves[$0]] }))
    return (ordered, strata)
  }

  /// For circuits of two units, where a root of classes has two as well and entries are disjoint, so
  /// that every cut of a region has the same ones below it.
  static func sharedExponent(
    of stratum: Stratum, regions: [SumRegion], graph: RegionGraph, slots: [Int]
  ) -> SharedExponent? {
    guard let last = regions[stratum.sums].last, regions[stratum.sums].allSatisfy({ $0.units == 2 })
    else { return nil }
    let own = Set(regions[stratum.sums].map(\.region))
    let entries = Set(
      regions[stratum.sums].flatMap { graph.partitions[$0.partitions] }
        .flatMap(\.children)
    ).subtracting(own)
    let size = entries.reduce(0) { $0 + graph.scopes[$1].variables.count }
    guard size == graph.scopes[last.region].variables.count,
      entries.count <= SharedExponent.mostEntries
    else { return nil }
    return SharedExponent(entries: entries.sorted().map { slots[$0] }, sums: stratum.sums)
  }

  static func pieces(sums: [WeightPiece], layout: ParameterLayout) -> [LearningPiece] {
    var pieces = sums.enumerated().map { index, piece in
      LearningPiece(
        members: .sums(index), parameters: piece.parameters, statistics: piece.statistics)
    }
    var start = 0
    let (parameters, statistics) = (layout.groupParameters, layout.groupStatistics)
    for index in layout.leafGroups.indices {
      let size = max(
        parameters[index + 1] - parameters[start], statistics[index + 1] - statistics[start])
      guard size >= LearningPiece.size || index == layout.leafGroups.count - 1 else { continue }
      pieces.append(
        LearningPiece(
          members: .leaves(start..<index + 1),
          parameters: parameters[start]..<parameters[index + 1],
          statistics: statistics[start]..<statistics[index + 1]))
      start = index + 1
    }
    return pieces
  }
}

extension Stratum {
  /// The same with a common exponent of its regions, where they can have one.
  func sharingExponent(regions: [SumRegion], graph: RegionGraph, slots: [Int]) -> Stratum {
    var stratum = self
    stratum.shared = Circuit.sharedExponent(
      of: self, regions: regions, graph: graph, slots: slots)
    return stratum
  }
}
