import Files
import Reports
import Testing

/// Characters that the figures' font has no glyph for.
@Suite struct MissingGlyphsTests {
  private func chart(_ name: String) -> LineChart {
    LineChart(
      title: "lines", xLabel: "x", yLabel: "y",
      series: [.init(name: name, points: [.init(x: 1, y: 1), .init(x: 2, y: 2)])])
  }

  /// gnuplot's own PNG is covered by black blocks there. The frame's middle stays as it is with
  /// letters that the font has.
  @Test(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
  func aPictureIsNotCoveredAndTheNamesAreTold() throws {
    try withTemporaryFolder { folder throws in
      let name = "\u{65E5}\u{672C}\u{8A9E} & SPN"
      let outcome = try chart(name).draw(in: folder, named: "a")
      guard case .lacking(let glyphs) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(glyphs.characters == ["\u{65E5}", "\u{672C}", "\u{8A9E}"])
      #expect(glyphs.texts == [name])
      #expect(glyphs.description.contains("\u{65E5}, \u{672C}, \u{8A9E}"))
      #expect(try chart("abc & SPN").draw(in: folder, named: "b") == .drawn)
      let shares = try ["a", "b"].map { file -> Double in
        let image = try PNGFile.read(joinPath(folder, "\(file).png"))
        let dark = stride(from: 0, to: image.pixels.count, by: image.channels).count {
          image.pixels[$0] < 64
        }
        return Double(dark) / Double(image.width * image.height)
      }
      #expect(shares[0] < 2 * shares[1] && shares[1] < 0.03, "\(shares)")
    }
  }

  @Test(arguments: [
    "Gr\u{F6}\u{DF}e \u{2265} 10 \u{B5}m", "\u{41F}\u{440}\u{438}", "x\u{2082} \u{221E} \u{2713}",
    "10\u{2076}\u{207B}", "a\u{FE0F}\u{202F}b",
  ])
  func whatTheFontHasIsNotTold(_ text: String) throws {
    try withTemporaryFolder { folder throws in
      var drawing = VectorDrawing(width: 400, height: 40)
      drawing.text(text, at: Point(0, 20), TextStyle(size: 12))
      #expect(try drawing.write(in: folder, named: "d", pixelWidth: 400) == .drawn)
    }
  }
}
