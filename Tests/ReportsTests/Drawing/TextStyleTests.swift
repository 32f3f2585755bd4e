import Files
import Reports
import Testing

@Suite struct TextStyleTests {
  @Test func widthsAreTheFonts() {
    let style = TextStyle(size: 2048)
    #expect(style.width(of: "A") == 1401)
    #expect(style.width(of: " ~") == 651 + 1716)
    #expect(TextStyle(size: 2048, isBold: true).width(of: "W") == 2259)
    #expect(style.width(of: "−") == 1716 && style.width(of: "β") == 1307)
    // An ideograph fills an em; so does what the table lacks.
    #expect(style.width(of: "数") == 2048)
  }

  @Test(arguments: hostileTexts, [40.0, 130, 700])
  func noLineIsWiderThanItsColumn(_ text: String, _ width: Double) {
    for style in [TextStyle(size: 17), TextStyle(size: 22, isBold: true)] {
      let lines = style.wrap(text, to: width)
      #expect(lines.allSatisfy { style.width(of: $0) <= width })
      // Nothing is lost but white space.
      let shown = printable(String(text.filter { !$0.isWhitespace }))
      #expect(lines.joined().filter { !$0.isWhitespace } == shown)
    }
  }

  @Test func linesBreakAtSpaces() {
    let style = TextStyle(size: 10)
    let width = style.width(of: "one two")
    #expect(style.wrap("one two three", to: width) == ["one two", "three"])
    #expect(style.wrap("  one\n two ", to: width) == ["one two"])
    #expect(style.wrap("", to: width).isEmpty)
    #expect(style.wrap("a one\u{A0}two", to: width) == ["a", "one\u{A0}two"])
  }

  /// The drawn text is as wide as the table says: to a hundredth of it.
  @Test(.enabled(if: isRendererThere, "rsvg-convert is missing: make setup installs it"))
  func drawnTextIsAsWideAsMeasured() throws {
    try withTemporaryFolder { folder throws in
      for isBold in [false, true] {
        let style = TextStyle(size: 40, isBold: isBold, colour: "#000000")
        let text = "HII mixed Quartz 0123456789 ±×· nH"
        var drawing = VectorDrawing(width: style.width(of: text) + 80, height: 80)
        drawing.text(text, at: Point(20, 60), style)
        let pixels = Int(drawing.width.rounded())
        #expect(try drawing.write(in: folder, named: "text", pixelWidth: pixels) == .drawn)
        let image = try PNGFile.read(joinPath(folder, "text.png"))
        let dark = (0..<image.width).filter { column in
          (0..<image.height).contains { row in
            image.pixels[(row * image.width + column) * image.channels] < 128
          }
        }
        // Both letters at the ends stand nearly as far from their own borders.
        let width = Double(try #require(dark.last) - (try #require(dark.first)))
        let side = 0.098 * style.size
        #expect(abs(width + 2 * side - style.width(of: text)) < 0.01 * style.width(of: text))
      }
    }
  }
}
