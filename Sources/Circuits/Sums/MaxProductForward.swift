import Numerics

/// One sum region in a max-product pass.
package struct MaxProductRegion {
  package let region: Int
  /// In the graph.
  package let partitions: Range<Int>
  /// Sum units.
  package let outputs: Int
  /// `[unit][product]`.
  package let logWeights: UnsafePointer<Float>
  /// Products of all its partitions.
  package let productCount: Int

  package init(
    region: Int, partitions: Range<Int>, outputs: Int, logWeights: UnsafePointer<Float>,
    productCount: Int
  ) {
    self.region = region
    self.partitions = partitions
    self.outputs = outputs
    self.logWeights = logWeights
    self.productCount = productCount
  }
}

/// Memory of a max-product pass over one tile.
package struct MaxProductMemory {
  /// Log-values, `[region][unit][tile]`.
  package let values: UnsafeMutablePointer<Float>
  /// `[product][16]` of the region with the most products.
  package let products: UnsafeMutablePointer<Float>
  /// Units of a region; the root, the last, may have another number.
  package let units: Int
  package let tile: Int

  package init(
    values: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>, units: Int,
    tile: Int
  ) {
    self.values = values
    self.products = products
    self.units = units
    self.tile = tile
  }
}

/// Largest log-value of any one product of each sum unit of a region: the maximum takes the place of
/// the sum (Poon & Domingos 2011), in nats, -inf allowed.
///
/// - Parameters:
///   - children: of all partitions, by region; theirs values are read, those of `own` written.
///   - images: lanes to compute, a multiple of 16.
package func maxProductForward(
  _ own: MaxProductRegion, children: FlatChildren, layer: some ProductLayer,
  memory: MaxProductMemory, images: Int
) {
  precondition(images <= memory.tile && images % laneCount == 0)
  let stride = memory.units &* memory.tile
  withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: children.most) { rows in
    var image = 0
    while image < images {
      var products = memory.products
      for partition in own.partitions {
        let own = children[partition]
        for (place, child) in own.enumerated() {
          rows[place] = UnsafePointer(memory.values + (Int(child) &* stride &+ image))
        }
        layer.logProducts(
          children: UnsafeBufferPointer(start: rows.baseAddress, count: own.count),
          units: memory.units, tile: memory.tile, into: products)
        products +=
          layer.productCount(children: own.count, units: memory.units) &* laneCount
      }
      for unit in 0..<own.outputs {
        var best = Lanes(repeating: -.infinity)
        let w = own.logWeights + unit &* own.productCount
        for product in 0..<own.productCount {
          best = larger(
            best, load(memory.products, product &* laneCount) + Lanes(repeating: w[product]))
        }
        store(best, memory.values, own.region &* stride &+ unit &* memory.tile &+ image)
      }
      image &+= laneCount
    }
  }
}
