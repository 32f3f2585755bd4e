import Numerics

/// Pixels of a tile with hidden ones as two sets of rows: `[pixel][tile]`, x where observed, else 0;
/// then `[pixel][tile]`, 1 where observed, else 0.
///
/// - Parameter observed: as `tile`, 0 where a pixel is hidden.
package func maskedRows(
  _ tile: PixelTile, observed: PixelTile, pixels: UnsafeBufferPointer<Int32>, images: Int,
  into rows: UnsafeMutablePointer<Float>
) {
  let masks = rows + pixels.count &* tile.tile
  floatRows(tile, pixels: pixels, images: images, into: rows)
  floatRows(observed, pixels: pixels, images: images, into: masks)
  var place = 0
  while place < pixels.count &* tile.tile {
    store(load(rows, place) * load(masks, place), rows, place)
    place &+= laneCount
  }
}
