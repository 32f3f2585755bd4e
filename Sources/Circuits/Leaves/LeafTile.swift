import Numerics

/// One leaf region's own numbers.
package struct LeafRegion {
  package let shape: LeafShape
  package let parameters: UnsafePointer<Float>
  /// Derived from the parameters.
  package let derived: UnsafePointer<Float>

  package init(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, derived: UnsafePointer<Float>
  ) {
    self.shape = shape
    self.parameters = parameters
    self.derived = derived
  }

  /// A part of the region, whose numbers start so many floats behind the region's.
  func part(_ shape: LeafShape, parameters offset: Int, derived derivedOffset: Int) -> LeafRegion {
    LeafRegion(shape, parameters: parameters + offset, derived: derived + derivedOffset)
  }
}

/// The values of one leaf region in a tile of images.
package struct RegionValues {
  package let tile: PixelTile
  /// The region's pixels, row-major.
  package let pixels: UnsafeBufferPointer<Int32>
  /// Nil where every image shows every pixel of the region; else 1 where a pixel of an image is
  /// looked at and 0 where it is hidden, in rows as `tile`'s.
  package let observed: PixelTile?
  /// Lanes to compute, a multiple of 16.
  package let images: Int

  package init(
    _ tile: PixelTile, pixels: UnsafeBufferPointer<Int32>, observed: PixelTile? = nil, images: Int
  ) {
    self.tile = tile
    self.pixels = pixels
    self.observed = observed
    self.images = images
  }

  /// The same of some of the pixels.
  func of(_ pixels: UnsafeBufferPointer<Int32>) -> RegionValues {
    RegionValues(tile, pixels: pixels, observed: observed, images: images)
  }
}

/// One leaf region and one tile of images, as a leaf sees them.
package struct LeafTile {
  package let region: LeafRegion
  /// The region's number among the leaf regions: part of the key of its noise.
  package let leaf: Int
  package let values: RegionValues
  package let noise: TileNoise
  /// The leaf's own memory for this tile: what `logLikelihoods` leaves here, `accumulate` finds.
  package let scratch: UnsafeMutablePointer<Float>
  /// Where a training pass notes the tile's images; nil for leaves without notes and where no
  /// `accumulate` follows.
  package let notes: LeafNotes?
  /// Whether `accumulate` follows.
  package let isTraining: Bool

  package init(
    region: LeafRegion, leaf: Int, values: RegionValues, noise: TileNoise,
    scratch: UnsafeMutablePointer<Float>, notes: LeafNotes?, isTraining: Bool
  ) {
    self.region = region
    self.leaf = leaf
    self.values = values
    self.noise = noise
    self.scratch = scratch
    self.notes = notes
    self.isTraining = isTraining
  }

  /// The same tile with other memory to work in.
  func with(scratch: UnsafeMutablePointer<Float>) -> LeafTile {
    LeafTile(
      region: region, leaf: leaf, values: values, noise: noise, scratch: scratch, notes: notes,
      isTraining: isTraining)
  }

  package var shape: LeafShape { region.shape }
  package var parameters: UnsafePointer<Float> { region.parameters }
  package var derived: UnsafePointer<Float> { region.derived }
  package var pixels: UnsafeBufferPointer<Int32> { values.pixels }
  package var observed: PixelTile? { values.observed }
  package var images: Int { values.images }
  /// Floats from one row of a unit to the next.
  package var stride: Int { values.tile.tile }
  package var layout: RowLayout { RowLayout(tile: stride, images: images) }
}
