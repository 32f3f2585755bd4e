import Reports
import Testing

@Suite struct FilmStripTests {
  private func row(_ number: Int, images: Int) -> FilmStrip.Row {
    FilmStrip.Row(
      number: number, pixels: [UInt8](repeating: 200, count: images * 6),
      height: 3, width: 2)
  }

  @Test func rowsStandBelowEachOther() {
    let canvas = FilmStrip(magnification: 2).compose([row(0, images: 4), row(12, images: 4)])
    // Rows of 6 pixels and 2 between them.
    #expect(canvas.height == 14)
    #expect(canvas.pixels.contains(200))
    #expect(canvas.pixels.count == canvas.width * canvas.height)
  }

  @Test func numbersAreDrawnAndDiffer() {
    let strip = FilmStrip(magnification: 4)
    let pictures = (0...9).map { strip.compose([row($0, images: 1)]).pixels }
    #expect(Set(pictures).count == 10)
    #expect(pictures.allSatisfy { $0.contains(255) })
  }

  /// A label's grey stands in all three channels.
  @Test func stripsOfColour() {
    let row = FilmStrip.Row(
      number: 7, pixels: [1, 2, 3, 4, 5, 6], height: 1, width: 2, channels: 3)
    let canvas = FilmStrip(magnification: 1).compose([row])
    #expect(canvas.channels == 3)
    #expect(Array(canvas.pixels.suffix(6)) == [1, 2, 3, 4, 5, 6])
  }
}
