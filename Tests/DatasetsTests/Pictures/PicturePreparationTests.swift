import Configuration
import Datasets
import Files
import Testing

@Suite struct PicturePreparationTests {
  private func prepared(
    _ image: PNGImage, _ preparation: PicturePreparation, channels: Int, size: [Int]? = nil
  ) throws -> [UInt8] {
    let shape = ImageShape(
      height: size?[0] ?? image.height, width: size?[1] ?? image.width, channels: channels)
    return try preparation.prepared(image, as: shape, path: "a.png")
  }

  private func image(_ channels: Int, _ pixels: [UInt8], height: Int = 1) -> PNGImage {
    PNGImage(
      height: height, width: pixels.count / channels / height, channels: channels, pixels: pixels)
  }

  @Test func transparencyLiesOverTheBackground() throws {
    let preparation = PicturePreparation(background: [10, 20, 30])
    // 200 * 51 + 10 * 204 = 12240, + 127, / 255 = 48.
    #expect(
      try prepared(image(4, [200, 100, 0, 51, 1, 2, 3, 0, 1, 2, 3, 255]), preparation, channels: 3)
        == [48, 36, 24, 10, 20, 30, 1, 2, 3])
    #expect(try prepared(image(2, [200, 51]), preparation, channels: 3) == [48, 56, 64])
    // (19595 * 10 + 38470 * 20 + 7471 * 30 + 32768) / 65536.
    let grey: UInt8 = 18
    #expect(try prepared(image(2, [7, 0, 7, 255]), preparation, channels: 1) == [grey, 7])
  }

  @Test func greyIsLumaAndColourOfGreyIsThreeTimesIt() throws {
    let preparation = PicturePreparation()
    #expect(
      try prepared(
        image(3, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 9, 9, 9]), preparation,
        channels: 1) == [76, 150, 29, 255, 9])
    #expect(try prepared(image(1, [0, 7]), preparation, channels: 3) == [0, 0, 0, 7, 7, 7])
  }

  @Test func shrinkingAverages() throws {
    let preparation = PicturePreparation(sizes: .resize)
    let four = image(1, [0, 10, 20, 31, 2, 4, 6, 8], height: 2)
    // (0 + 10 + 2 + 4) / 4 and (20 + 31 + 6 + 8) / 4 = 16.25.
    #expect(try prepared(four, preparation, channels: 1, size: [1, 2]) == [4, 16])
    // Thirds: (0 + 10 / 3) / (4 / 3) = 2.5 and so on; halves are rounded up.
    #expect(
      try prepared(image(1, [0, 10, 20, 30]), preparation, channels: 1, size: [1, 3])
        == [3, 15, 28])
    let colour = image(3, [0, 100, 200, 50, 100, 201])
    #expect(try prepared(colour, preparation, channels: 3, size: [1, 1]) == [25, 100, 201])
  }

  @Test func growingInterpolates() throws {
    let preparation = PicturePreparation(sizes: .resize)
    #expect(
      try prepared(image(1, [0, 100]), preparation, channels: 1, size: [1, 4])
        == [0, 25, 75, 100])
    #expect(
      try prepared(image(1, [0, 100], height: 2), preparation, channels: 1, size: [4, 1])
        == [0, 25, 75, 100])
  }

  @Test func whatIsConstantStays() throws {
    let preparation = PicturePreparation(sizes: .resize)
    for level in [0, 1, 128, 254, 255] as [UInt8] {
      let all = image(1, [UInt8](repeating: level, count: 35), height: 5)
      for size in [[1, 1], [5, 7], [3, 10], [11, 2], [13, 17]] {
        let pixels = try prepared(all, preparation, channels: 1, size: size)
        #expect(pixels == [UInt8](repeating: level, count: size[0] * size[1]), "\(size)")
      }
    }
  }

  @Test func croppingTakesTheMiddle() throws {
    let preparation = PicturePreparation(sizes: .crop)
    let nine = image(1, Array(0..<9), height: 3)
    #expect(try prepared(nine, preparation, channels: 1, size: [1, 1]) == [4])
    #expect(try prepared(nine, preparation, channels: 1, size: [2, 2]) == [0, 1, 3, 4])
    let fault = #expect(throws: PictureSizeFault.self) {
      try prepared(nine, preparation, channels: 1, size: [4, 1])
    }
    #expect(fault?.description.contains("at least 4 x 1 pixels to crop, found 3 x 3") == true)
  }

  @Test func paddingSurroundsWithBackground() throws {
    let preparation = PicturePreparation(sizes: .pad, background: [7, 8, 9])
    let colour = image(3, [1, 2, 3])
    #expect(
      try prepared(colour, preparation, channels: 3, size: [1, 3]) == [7, 8, 9, 1, 2, 3, 7, 8, 9])
    #expect(
      try prepared(colour, preparation, channels: 3, size: [1, 2]) == [1, 2, 3, 7, 8, 9])
    let fault = #expect(throws: PictureSizeFault.self) {
      try prepared(image(1, [1, 2]), preparation, channels: 1, size: [1, 1])
    }
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.contains("at most 1 x 1 pixels to pad, found 1 x 2") == true)
  }

  @Test func otherSizesFailUnlessSaid() throws {
    let fault = #expect(throws: PictureSizeFault.self) {
      try prepared(image(1, [1, 2]), PicturePreparation(), channels: 1, size: [2, 1])
    }
    #expect(fault?.description.hasPrefix("a.png: expected a picture of 2 x 1 pixels") == true)
  }
}
