import Numerics

// What a product passes on of its factors: part by part.

struct ProductMarginals: Marginalises {
  let product: ProductLeaf
  let inner: any Marginalises

  func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(
      of: Float.self, capacity: tile.shape.pixels * tile.stride
    ) { rows in
      guard let found = rows.baseAddress else { return }
      product.forEachPart(of: tile) { part, own in
        clear(found, count: part.shape.pixels * tile.stride)
        inner.addMeans(own, flows: flows, into: found)
        for place in 0..<part.shape.pixels {
          let value = product.division.value(place, of: part.index, tile.shape)
          add(found + place * tile.stride, to: means + value * tile.stride, count: tile.stride)
        }
      }
    }
  }

  func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    let shape = region.shape
    for part in product.parts(shape) {
      product.withPixels(of: part, shape, observed: observed, drawn) { seen, pixels in
        inner.sampleHidden(
          part.region(of: region), unit: unit, key: product.key(key, part, shape),
          observed: seen, into: pixels)
      }
    }
  }
}

struct ProductModes: HasModes {
  let product: ProductLeaf
  let inner: any HasModes

  func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into found: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    product.parts(region.shape).reduce(0) { total, part in
      total
        + product.withPixels(of: part, region.shape, observed: observed, found) { seen, pixels in
          inner.maximise(part.region(of: region), unit: unit, observed: seen, into: pixels)
        }
    }
  }
}

struct ProductReestimation: Reestimates {
  let product: ProductLeaf
  let inner: any Reestimates

  var smoothsLevels: Bool { inner.smoothsLevels }

  func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    for part in product.parts(shape) {
      inner.reestimate(
        part.shape, statistics: statistics + part.statistics, derived: derived + part.derived,
        step: step, into: parameters + part.parameters)
    }
  }
}

struct ProductCentres: BeginsAtCentres {
  let product: ProductLeaf
  let inner: any BeginsAtCentres

  func begin(
    _ shape: LeafShape, at centres: UnsafePointer<Float>,
    into parameters: UnsafeMutablePointer<Float>
  ) {
    for part in product.parts(shape) {
      let own = (0..<shape.units * part.shape.pixels).map { place in
        let (unit, pixel) = place.quotientAndRemainder(dividingBy: part.shape.pixels)
        let value = product.division.value(pixel, of: part.index, shape)
        return centres[unit * shape.pixels + value]
      }
      own.withUnsafeBufferPointer { own in
        guard let start = own.baseAddress else { return }
        inner.begin(part.shape, at: start, into: parameters + part.parameters)
      }
    }
  }
}

struct ProductEstimators: Estimates {
  let product: ProductLeaf
  let inner: any Estimates

  func leaf(estimatedBy estimator: LatentEstimator) throws -> (any Leaf)? {
    try inner.leaf(estimatedBy: estimator).map { ProductLeaf(product.division, of: $0) }
  }
}
