import Datasets
import Testing

@Suite struct ImageResizingTests {
  private func row(_ pixels: [UInt8], to width: Int) -> [UInt8] {
    resized(pixels, height: 1, width: pixels.count, toHeight: 1, toWidth: width)
  }

  /// By hand: whole areas, and areas that share a pixel (3 to 2: weights 2 and 1 of 3).
  @Test func shrinkingAveragesAreas() {
    #expect(row([0, 10, 20, 30], to: 2) == [5, 25])
    #expect(row([0, 30, 90], to: 2) == [10, 70])
    #expect(row([0, 255, 0, 255, 0], to: 1) == [102])
    // Five pixels for three places of 5/3 each: the middle one has a third of 100, 200, a third of 50.
    #expect(row([0, 100, 200, 50, 20], to: 3) == [40, 150, 32])
    #expect(
      resized([0, 4, 8, 12], height: 2, width: 2, toHeight: 1, toWidth: 1) == [6])
  }

  /// By hand: centres at 1/4 and 3/4 between old centres; beyond the outermost nothing changes.
  @Test func enlargingIsLinearBetweenCentres() {
    #expect(row([0, 100], to: 4) == [0, 25, 75, 100])
    #expect(row([0, 60], to: 3) == [0, 30, 60])
    // 2 to 5: centres at -0.3, 0.1, 0.5, 0.9, 1.3.
    #expect(row([10, 210], to: 5) == [10, 30, 110, 190, 210])
    #expect(row([7], to: 3) == [7, 7, 7])
    #expect(
      resized([0, 100, 100, 200], height: 2, width: 2, toHeight: 4, toWidth: 2)
        == [0, 100, 25, 125, 75, 175, 100, 200])
  }

  @Test func halvesAreRoundedUpOnce() {
    #expect(row([0, 1], to: 1) == [1], "1/2 becomes 1")
    // Rounded after each side it would be 1.
    #expect(resized([0, 1, 0, 0], height: 2, width: 2, toHeight: 1, toWidth: 1) == [0], "1/4")
    #expect(resized([0, 1, 1, 0], height: 2, width: 2, toHeight: 1, toWidth: 1) == [1], "2/4")
  }

  /// One side may shrink while the other grows.
  @Test func eachSideGoesItsOwnWay() {
    #expect(
      resized([0, 10, 20, 30, 100, 110, 120, 130], height: 2, width: 4, toHeight: 4, toWidth: 2)
        == [5, 25, 30, 50, 80, 100, 105, 125])
  }

  @Test func channelsStayApart() {
    let red: [UInt8] = [0, 10, 20, 30]
    let blue: [UInt8] = [255, 200, 100, 0]
    let both = zip(red, blue).flatMap { [$0, $1] }
    for width in [1, 2, 3, 4, 7] {
      let together = resized(
        both, height: 1, width: 4, channels: 2, toHeight: 1, toWidth: width)
      #expect(together == zip(row(red, to: width), row(blue, to: width)).flatMap { [$0, $1] })
    }
  }

  @Test(arguments: [(1, 1), (3, 5), (28, 28), (32, 20), (7, 41)])
  func sameSizesAndConstantsStay(height: Int, width: Int) {
    let pixels = (0..<height * width).map { UInt8(truncatingIfNeeded: $0 &* 89) }
    #expect(
      resized(pixels, height: height, width: width, toHeight: height, toWidth: width) == pixels)
    for value in [0, 1, 254, 255] as [UInt8] {
      let constant = [UInt8](repeating: value, count: height * width)
      let other = resized(constant, height: height, width: width, toHeight: 28, toWidth: 13)
      #expect(other == [UInt8](repeating: value, count: 28 * 13))
    }
  }

  /// The largest sums there are.
  @Test func longSidesDoNotOverflow() {
    let long = [UInt8](repeating: 255, count: 65_536)
    #expect(resized(long, height: 65_536, width: 1, toHeight: 1, toWidth: 65_536) == long)
  }
}
