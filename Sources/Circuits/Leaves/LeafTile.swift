import Numerics

/// One leaf region and one tile of images, as a leaf sees them.
package struct LeafTile {
  package let shape: LeafShape
  /// The region's number among the leaf regions: part of the key of its noise.
  package let leaf: Int
  package let tile: PixelTile
  /// The region's pixels, row-major.
  package let pixels: UnsafeBufferPointer<Int32>
  /// Nil where every image shows every pixel of the region; else 1 where a pixel of an image is
  /// looked at and 0 where it is hidden, in rows as `tile`'s.
  package let observed: PixelTile?
  /// Lanes to compute, a multiple of 16.
  package let images: Int
  package let parameters: UnsafePointer<Float>
  package let derived: UnsafePointer<Float>
  package let noise: TileNoise
  /// The leaf's own memory for this tile: what `logLikelihoods` leaves here, `accumulate` finds.
  package let scratch: UnsafeMutablePointer<Float>
  /// Where a training pass notes the tile's images; nil for leaves without notes and where no
  /// `accumulate` follows.
  package let notes: LeafNotes?
  /// Whether `accumulate` follows.
  package let isTraining: Bool

  package init(
    shape: LeafShape, leaf: Int, tile: PixelTile, pixels: UnsafeBufferPointer<Int32>,
    observed: PixelTile?, images: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, noise: TileNoise, scratch: UnsafeMutablePointer<Float>,
    notes: LeafNotes?, isTraining: Bool
  ) {
    self.shape = shape
    self.leaf = leaf
    self.tile = tile
    self.pixels = pixels
    self.observed = observed
    self.images = images
    self.parameters = parameters
    self.derived = derived
    self.noise = noise
    self.scratch = scratch
    self.notes = notes
    self.isTraining = isTraining
  }

  /// The same tile with other memory to work in.
  func with(scratch: UnsafeMutablePointer<Float>) -> LeafTile {
    LeafTile(
      shape: shape, leaf: leaf, tile: tile, pixels: pixels, observed: observed, images: images,
      parameters: parameters, derived: derived, noise: noise, scratch: scratch, notes: notes,
      isTraining: isTraining)
  }

  /// Floats from one row of a unit to the next.
  package var stride: Int { tile.tile }
}
