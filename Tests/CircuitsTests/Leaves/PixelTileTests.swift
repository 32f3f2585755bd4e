import Circuits
import Numerics
import Testing

@Suite struct PixelTileTests {
  @Test(arguments: [1, 7, 8, 9, 16, 30, 784], [0, 1, 7, 8, 17, 63, 64])
  func transposesInAnyOrder(pixels: Int, images: Int) {
    let tile = PixelTile(pixelCount: pixels, tile: 64)
    // 11 is prime to every count used here, so this is a permutation.
    let order = AlignedBuffer((0..<pixels).map { Int32($0 * 11 % pixels) })
    let samples = AlignedBuffer(
      (0..<images * pixels).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) })
    // What an earlier tile left must not show.
    for pixel in 0..<pixels { for image in 0..<64 { tile.row(pixel)[image] = 99 } }
    tile.load(samples: samples.pointer, images: images, pixelOfPosition: order.pointer)
    for position in 0..<pixels {
      for image in 0..<64 {
        let expected = image < images ? samples.pointer[image * pixels + position] : 0
        #expect(tile.row(Int(order.pointer[position]))[image] == expected)
      }
    }
  }
}
