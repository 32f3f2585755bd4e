import Configuration
import Files
import Reports
import Testing

@Suite(.enabled(if: isRendererThere, "rsvg-convert is missing: make setup installs it"))
struct VectorDrawingTests {
  @Test func drawsTheSameBytesTwice() throws {
    try withTemporaryFolder { folder throws in
      var versions: [[String: [UInt8]]] = []
      for run in ["a", "b"] {
        let place = joinPath(folder, run)
        try DurableFile.createFolder(place)
        #expect(try sampleDrawing.write(in: place, named: "d", pixelWidth: 240) == .drawn)
        #expect(try DurableFile.listTree(place) == VectorDrawing.files(named: "d").sorted())
        versions.append(try contents(of: place))
      }
      #expect(versions[0] == versions[1])
    }
  }

  @Test func thePictureShowsTheDrawing() throws {
    try withTemporaryFolder { folder throws in
      _ = try sampleDrawing.write(in: folder, named: "d", pixelWidth: 240)
      let image = try PNGFile.read(joinPath(folder, "d.png"))
      #expect((image.width, image.height, image.channels) == (240, 160, 3))
      func colour(_ x: Int, _ y: Int) -> [UInt8] {
        Array(
          image.pixels[(2 * y * image.width + 2 * x) * 3..<(2 * y * image.width + 2 * x) * 3 + 3])
      }
      #expect(colour(16, 12) == [0xD5, 0x5E, 0x00])
      #expect(colour(100, 20) == [0x00, 0x72, 0xB2])
      #expect(colour(60, 24) == [0x00, 0x9E, 0x73])
      #expect(colour(118, 78) == [255, 255, 255])
    }
  }

  /// What a text contains is shown: the file stays well formed and holds no element of the text's.
  @Test(arguments: hostileTexts + ["</text><script>PWNED</script>", "\u{0}\u{8}\u{FFFF}", "]]>"])
  func textIsNeverMarkup(_ text: String) throws {
    try withTemporaryFolder { folder throws in
      var drawing = VectorDrawing(width: 400, height: 40)
      drawing.text(text, at: Point(0, 20), TextStyle(size: 12, colour: "\"/><script>"))
      #expect(try drawing.write(in: folder, named: "d", pixelWidth: 400) != .missingRenderer)
      #expect(try DurableFile.listTree(folder) == ["d.png", "d.svg"])
      let svg = String(decoding: try contents(of: folder)["d.svg"] ?? [], as: UTF8.self)
      #expect(!svg.contains("<script") && !svg.contains("PWNED<"))
      _ = try NestedSVG(path: joinPath(folder, "d.svg"))
    }
  }

  /// librsvg would smooth four pixels into a blur.
  @Test func smallPicturesStayCrisp() throws {
    try withTemporaryFolder { folder throws in
      let checks = PNGImage(height: 2, width: 2, channels: 1, pixels: [0, 255, 255, 0])
      var drawing = VectorDrawing(width: 40, height: 40)
      drawing.picture(Picture(checks), in: Box(x: 0, y: 0, width: 40, height: 40))
      _ = try drawing.write(in: folder, named: "d", pixelWidth: 80)
      let image = try PNGFile.read(joinPath(folder, "d.png"))
      #expect(Set(image.pixels) == [0, 255])
      let row = (0..<80).map { image.pixels[$0 * image.channels] }
      #expect(row == [UInt8](repeating: 0, count: 40) + [UInt8](repeating: 255, count: 40))
    }
  }

  @Test(.timeLimit(.minutes(5))) func manyAtOnceDoNotWaitForEachOther() async throws {
    let folder = try temporaryFolder()
    try await withThrowingTaskGroup(of: FigureOutcome.self) { group in
      for index in 0..<16 {
        group.addTask {
          try sampleDrawing.write(in: folder, named: "d\(index)", pixelWidth: 60)
        }
      }
      for try await outcome in group { #expect(outcome == .drawn) }
    }
    try DurableFile.remove(folder)
  }
}

/// What happens where rsvg-convert is missing or refuses.
@Suite struct SVGRendererFaultTests {
  @Test func aMissingRendererLeavesTheSVG() throws {
    try withTemporaryFolder { folder throws in
      let renderer = SVGRenderer(executable: "no-such-rsvg-convert")
      let outcome = try sampleDrawing.write(
        in: folder, named: "d", pixelWidth: 100, by: renderer)
      #expect(outcome == .missingRenderer)
      #expect(try DurableFile.listTree(folder) == ["d.svg"])
    }
  }

  @Test func failureCarriesTheRenderersWords() throws {
    try withTemporaryFolder { folder throws in
      let program = joinPath(folder, "rsvg-convert")
      try script("echo 'Error reading SVG' >&2; exit 1", at: program)
      let fault = #expect(throws: DrawingFault.self) {
        try sampleDrawing.write(
          in: folder, named: "d", pixelWidth: 100, by: SVGRenderer(executable: program))
      }
      #expect(fault?.exitCode == .internalError)
      #expect(
        fault?.description.hasSuffix("d.svg: rsvg-convert failed: Error reading SVG") == true)
      #expect(try DurableFile.listTree(folder) == ["rsvg-convert"])
    }
  }

  @Test func aCutOffPictureIsNoticed() throws {
    try withTemporaryFolder { folder throws in
      let program = joinPath(folder, "rsvg-convert")
      try script("printf 'PNG' > d.png; exit 0", at: program)
      #expect(throws: DrawingFault.incomplete(path: joinPath(folder, "d.png"))) {
        try sampleDrawing.write(
          in: folder, named: "d", pixelWidth: 100, by: SVGRenderer(executable: program))
      }
      #expect(try DurableFile.listTree(folder) == ["rsvg-convert"])
    }
  }

  @Test(arguments: ["", ".", "../x", "a/b", "a\nb"])
  func namesThatLeadElsewhereAreRefused(_ name: String) throws {
    try withTemporaryFolder { folder throws in
      #expect(throws: DrawingFault.badName(name)) {
        try sampleDrawing.write(in: folder, named: name, pixelWidth: 100)
      }
      #expect(try DurableFile.listTree(folder).isEmpty)
    }
  }
}
