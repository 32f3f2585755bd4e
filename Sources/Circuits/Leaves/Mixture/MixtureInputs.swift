import Numerics

/// Pixels of a tile with hidden ones as two sets of rows: `[pixel][tile]`, x where observed, else 0;
/// then `[pixel][tile]`, 1 where observed, else 0.
///
/// - Parameter observed: the tile of `values` that says which pixels are.
package func maskedRows(
  _ values: RegionValues, observed: PixelTile, into rows: UnsafeMutablePointer<Float>
) {
  let count = values.pixels.count &* values.tile.tile
  let masks = rows + count
  floatRows(values, into: rows)
  floatRows(
    RegionValues(observed, pixels: values.pixels, images: values.images), into: masks)
  var place = 0
  while place < count {
    store(load(rows, place) * load(masks, place), rows, place)
    place &+= laneCount
  }
}

/// What a continuous mixture of binary pixels sees of a tile of images.
package struct MixtureInputs {
  /// `[pixel][tile]`, x; if masked x where observed, else 0, and then `[pixel][tile]`, 1 where observed,
  /// else 0.
  let rows: UnsafePointer<Float>
  let layout: RowLayout
  let isMasked: Bool

  package init(_ rows: UnsafePointer<Float>, _ layout: RowLayout, isMasked: Bool) {
    self.rows = rows
    self.layout = layout
    self.isMasked = isMasked
  }
}

/// A row of nodes for each image.
struct NodeTerms<Pointer: Strideable> where Pointer.Stride == Int {
  /// The first image's.
  let start: Pointer
  /// Floats from one image's to the next's; 0 where all share one row, as scratch.
  let stride: Int

  init(_ start: Pointer, stride: Int) {
    self.start = start
    self.stride = stride
  }

  @inline(__always)
  func row(_ image: Int) -> Pointer { start.advanced(by: image &* stride) }
}
