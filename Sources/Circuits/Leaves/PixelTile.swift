import Numerics

/// The pixels of a tile of images, pixel by pixel: `[pixel][tile]`, one byte each.
///
/// Rows are in row-major order of the image's values. Lanes past the last image hold 0.
package final class PixelTile: Sendable {
  package let pixelCount: Int
  package let tile: Int
  let bytes: AlignedBuffer<UInt8>

  package init(pixelCount: Int, tile: Int) {
    precondition(tile % laneCount == 0)
    self.pixelCount = pixelCount
    self.tile = tile
    bytes = AlignedBuffer(count: pixelCount * tile, padding: 64)
  }

  @inline(__always)
  package func row(_ pixel: Int) -> UnsafeMutablePointer<UInt8> { bytes.pointer + pixel &* tile }

  /// Fills the tile.
  ///
  /// - Parameters:
  ///   - samples: `[image][value]`, rows contiguous.
  ///   - images: how many there are, at most `tile`.
  package func load(samples: UnsafePointer<UInt8>, images: Int) {
    precondition(images <= tile)
    if images < tile { clear(bytes.pointer, count: bytes.count) }
    let blocksOfImages = images / 8
    let blocksOfPixels = pixelCount / 8
    for block in 0..<blocksOfImages {
      let source = samples + block &* 8 &* pixelCount
      for group in 0..<blocksOfPixels {
        transpose(source + group &* 8, pixel: group &* 8, image: block &* 8)
      }
    }
    for image in 0..<images {
      let isInBlock = image < blocksOfImages * 8
      for pixel in (isInBlock ? blocksOfPixels * 8 : 0)..<pixelCount {
        bytes.pointer[pixel * tile + image] = samples[image * pixelCount + pixel]
      }
    }
  }

  /// Fills this tile with as many neighbouring images of a larger one.
  func copy(_ other: PixelTile, image: Int) {
    for pixel in 0..<pixelCount { row(pixel).update(from: other.row(pixel) + image, count: tile) }
  }

  /// Eight images by eight pixels, as eight words of bytes (Hacker's Delight, section 7-3).
  @inline(__always)
  private func transpose(_ source: UnsafePointer<UInt8>, pixel: Int, image: Int) {
    var words = SIMD8<UInt64>.zero
    for i in 0..<8 {
      words[i] = UnsafeRawPointer(source + i &* pixelCount).loadUnaligned(as: UInt64.self)
    }
    words = exchange(words, distance: 4, mask: 0x0000_0000_FFFF_FFFF)
    words = exchange(words, distance: 2, mask: 0x0000_FFFF_0000_FFFF)
    words = exchange(words, distance: 1, mask: 0x00FF_00FF_00FF_00FF)
    for i in 0..<8 {
      let place = UnsafeMutableRawPointer(row(pixel &+ i) + image)
      place.storeBytes(of: words[i], as: UInt64.self)
    }
  }

  @inline(__always)
  private func exchange(_ words: SIMD8<UInt64>, distance: Int, mask: UInt64) -> SIMD8<UInt64> {
    var result = words
    let shift = UInt64(distance &* 8)
    for i in 0..<8 where i & distance == 0 {
      let low = words[i]
      let high = words[i &+ distance]
      result[i] = (low & mask) | ((high & mask) &<< shift)
      result[i &+ distance] = ((low &>> shift) & mask) | (high & ~mask)
    }
    return result
  }
}
