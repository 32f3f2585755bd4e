import Circuits
import Numerics
import Testing

@Suite struct PixelTileTests {
  @Test(arguments: [1, 7, 8, 9, 16, 30, 784], [0, 1, 7, 8, 17, 63, 64])
  func transposes(pixels: Int, images: Int) {
    let tile = PixelTile(pixelCount: pixels, tile: 64)
    let samples = AlignedBuffer(
      (0..<images * pixels).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) })
    // What an earlier tile left must not show.
    for pixel in 0..<pixels { for image in 0..<64 { tile.row(pixel)[image] = 99 } }
    tile.load(samples: samples.pointer, images: images)
    for pixel in 0..<pixels {
      for image in 0..<64 {
        let expected = image < images ? samples.pointer[image * pixels + pixel] : 0
        #expect(tile.row(pixel)[image] == expected)
      }
    }
  }
}
