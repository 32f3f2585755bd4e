import Numerics

/// One part of a region of a product: its number, shape and sizes, and where its own memory starts.
struct ProductPart {
  let index: Int
  let shape: LeafShape
  let sizes: LeafSizes
  let parameters, derived, statistics, notes: Int

  func region(of whole: LeafRegion) -> LeafRegion {
    whole.part(shape, parameters: parameters, derived: derived)
  }
}

extension ProductLeaf {
  func parts(_ shape: LeafShape) -> [ProductPart] {
    var (parameters, derived, statistics, notes) = (0, 0, 0, 0)
    return (0..<division.count(shape)).map { index in
      let own = division.part(index, of: shape)
      let part = ProductPart(
        index: index, shape: own, sizes: inner.sizes(own), parameters: parameters,
        derived: derived, statistics: statistics, notes: notes)
      parameters += part.sizes.parameters
      derived += part.sizes.derived
      statistics += part.sizes.statistics
      notes += part.sizes.noteBytes
      return part
    }
  }

  /// The number of a part among those of all leaf regions: part of the key of its noise.
  func leafNumber(_ leaf: Int, _ part: ProductPart, _ shape: LeafShape) -> Int {
    leaf * division.count(shape) + part.index
  }

  func key(_ key: NoiseKey, _ part: ProductPart, _ shape: LeafShape) -> NoiseKey {
    var own = key
    own.leaf = key.leaf &* UInt32(division.count(shape)) &+ UInt32(part.index)
    return own
  }

  func forEachPart(of tile: LeafTile, _ body: (ProductPart, LeafTile) -> Void) {
    var scratch = tile.scratch + tile.shape.units * tile.stride
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: tile.shape.pixels) { pixels in
      for part in parts(tile.shape) {
        for place in 0..<part.shape.pixels {
          pixels[place] = tile.pixels[division.value(place, of: part.index, tile.shape)]
        }
        body(
          part,
          LeafTile(
            region: part.region(of: tile.region), leaf: leafNumber(tile.leaf, part, tile.shape),
            values: tile.values.of(
              UnsafeBufferPointer(rebasing: pixels[..<part.shape.pixels])),
            noise: tile.noise, scratch: scratch, notes: tile.notes?.part(at: part.notes),
            isTraining: tile.isTraining))
        if tile.isTraining {
          scratch += wholeLanes(part.sizes.scratch.count(tile: tile.stride, isTraining: true))
        }
      }
    }
  }

  /// One part's pixels of an image: what `body` leaves in them goes back into `all`.
  func withPixels<Result>(
    of part: ProductPart, _ shape: LeafShape, observed: UnsafeBufferPointer<Bool>,
    _ all: UnsafeMutableBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<Bool>, UnsafeMutableBufferPointer<UInt8>) -> Result
  ) -> Result {
    let places = (0..<part.shape.pixels).map { division.value($0, of: part.index, shape) }
    var own = places.map { all[$0] }
    defer { for (place, value) in zip(places, own) { all[place] = value } }
    return places.map { observed[$0] }.withUnsafeBufferPointer { seen in
      own.withUnsafeMutableBufferPointer { body(seen, $0) }
    }
  }
}
