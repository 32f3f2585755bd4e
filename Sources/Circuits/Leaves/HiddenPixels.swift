import Numerics

extension Leaf {
  /// Adds the units' own means, weighted by flows: right for independent pixels.
  func addMeansOfUnits(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<tile.shape.units {
      let own = self.means(tile.shape, unit: unit, parameters: tile.parameters)
      let flow = flows + unit * tile.stride
      for (pixel, mean) in own.enumerated() {
        let row = means + pixel * tile.stride
        for image in 0..<tile.images { row[image] += flow[image] * Float(mean) }
      }
    }
  }

  /// Draws all pixels of a unit and keeps the hidden ones: right for independent pixels, and for regions
  /// that are hidden as a whole.
  func sampleAndKeepHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let count = region.shape.pixels
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { drawn in
      sample(region, unit: unit, key: key, into: drawn)
      for pixel in 0..<count where !observed[pixel] { pixels[pixel] = drawn[pixel] }
    }
  }
}

/// A leaf whose pixels are independent given the unit: what is seen says nothing of what is hidden.
package protocol IndependentPixels: Leaf, Marginalises {}

extension IndependentPixels {
  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    addMeansOfUnits(tile, flows: flows, into: means)
  }

  package func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    sampleAndKeepHidden(region, unit: unit, key: key, observed: observed, into: pixels)
  }
}

extension Marginalises {
  /// `sample` of families that know hidden pixels: all of them are.
  func sampleAllAsHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: region.shape.pixels) { none in
      none.initialize(repeating: false)
      sampleHidden(
        region, unit: unit, key: key, observed: UnsafeBufferPointer(none), into: pixels)
    }
  }
}
