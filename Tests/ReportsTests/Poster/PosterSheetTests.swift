import Configuration
import Files
import Reports
import Testing

@Suite struct PosterSheetTests {
  private static let words =
    "A sum mixes what its children say about the same pixels; a product joins children over others."

  /// Eight sections with everything a sheet can hold, and a figure of pixels in `folder`.
  private func sheet(in folder: String, paragraphs: Int = 2) throws -> PosterSheet {
    let picture = joinPath(folder, "picture.png")
    try PNGFile.write(
      pixels: (0..<56 * 28).map { UInt8($0 % 256) }, width: 56, height: 28, to: picture)
    let drawing = cutsDiagram(rows: 4, columns: 4).drawing(width: 500)
    let renderer = SVGRenderer(executable: "no-such-rsvg-convert")
    _ = try sampleDrawing.write(in: folder, named: "nested", pixelWidth: 100, by: renderer)
    let text = [PosterSheet.Block](repeating: .paragraph(Self.words), count: paragraphs)
    let nested = PosterSheet.Block.svg(path: joinPath(folder, "nested.svg"), caption: "")
    let blocks: [[PosterSheet.Block]] = [
      [.drawing(drawing, caption: "cuts")], [.table(sampleTable)], [], [nested],
      [.picture(path: picture, caption: "pixels")], [.drawing(drawing, caption: "")],
      [.row([.picture(path: picture, caption: "left, and some words"), nested])],
      [.row([.table(sampleTable), .paragraph(Self.words)]), .row([])],
    ]
    return PosterSheet(
      title: "A title", subtitle: "after others",
      sections: blocks.enumerated().map { .init("\($0 + 1) Section", blocks: text + $1) },
      footer: "made of numbers")
  }

  private func check(_ sheet: PosterSheet) throws {
    let layout = try PosterLayout(sheet)
    let page = Box(x: 0, y: 0, width: PosterSheet.width, height: PosterSheet.height)
    for (index, column) in layout.columns.enumerated() {
      #expect(page.contains(column))
      #expect(layout.columns[..<index].allSatisfy { !$0.overlaps(column) })
    }
    for (index, placement) in layout.placements.enumerated() {
      #expect(layout.columns[placement.column].contains(placement.box))
      #expect(layout.placements[..<index].allSatisfy { !$0.box.overlaps(placement.box) })
    }
    // Downwards, then to the right; every section is there.
    let order = layout.placements.map { (Double($0.column), $0.box.y) }
    #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
    let sections = layout.placements.map(\.section)
    #expect(sections == sections.sorted() && Set(sections) == Set(sheet.sections.indices))
    #expect(isInside(layout.drawing()))
  }

  @Test(arguments: [0, 1, 2, 3]) func everyBlockIsInsideThePage(_ paragraphs: Int) throws {
    try withTemporaryFolder { folder throws in
      var sheet = try sheet(in: folder, paragraphs: paragraphs)
      for columns in [3, 4, 8, 12] {
        sheet.columns = columns
        try check(sheet)
      }
    }
  }

  @Test func fewSectionsFillFewColumns() throws {
    let one = PosterSheet(
      title: "", subtitle: "", sections: [.init("", blocks: [.paragraph("x")])], footer: "")
    try check(one)
    #expect(try PosterLayout(one).columns.count == 1)
    var none = one
    none.sections = []
    try check(none)
  }

  /// A section too long for one column goes on in the next, and says so.
  @Test func longSectionsGoOn() throws {
    let long = [PosterSheet.Block](repeating: .paragraph(Self.words), count: 50)
    let sheet = PosterSheet(
      title: "t", subtitle: "", sections: [.init("Long", blocks: long), .init("B", blocks: [])],
      footer: "")
    try check(sheet)
    #expect(texts(of: try sheet.drawing().elements).contains("Long, continued"))
  }

  /// A text and its figure belong together, though the column before has room for the text.
  @Test func aTextIsNotTornFromItsFigure() throws {
    let text = PosterSheet.Block.paragraph(Self.words)
    let figure = PosterSheet.Block.drawing(
      VectorDrawing(width: 100, height: 90), caption: "")
    let pairs = (0..<9).map { PosterSheet.Section("\($0)", blocks: [text, figure]) }
    let sheet = PosterSheet(title: "t", subtitle: "", sections: pairs, footer: "")
    try check(sheet)
    let layout = try PosterLayout(sheet)
    for section in pairs.indices {
      let own = layout.placements.filter { $0.section == section }
      #expect(own.count == 3 && Set(own.map(\.column)).count == 1, "\(section)")
    }
    // Where nothing else fits, it is parted.
    let high = PosterSheet.Block.paragraph(
      Array(repeating: Self.words, count: 14).joined(separator: " "))
    let long = (0..<2).map { PosterSheet.Section("\($0)", blocks: [high, high]) }
    try check(PosterSheet(title: "t", subtitle: "", sections: long, footer: ""))
  }

  /// A column of tables alone is not left half empty: their letters grow to those of the text.
  @Test func tablesGrowWhereThereIsRoom() throws {
    let table = PosterSheet.Block.table(sampleTable)
    let full = Array(repeating: PosterSheet.Block.paragraph(Self.words), count: 22)
    let sheet = PosterSheet(
      title: "t", subtitle: "", sections: [.init("a", blocks: full), .init("b", blocks: [table])],
      footer: "")
    try check(sheet)
    let texts = placedTexts(of: try sheet.drawing().elements)
    let words = try #require(texts.first { $0.text.hasPrefix("A sum mixes") })
    let cell = try #require(texts.first { $0.text == "sampling" })
    #expect(cell.size == words.size)
  }

  @Test func aCaptionStandsBelowItsFigure() throws {
    let figures = (0..<3).map {
      PosterSheet.Block.drawing(VectorDrawing(width: 100, height: 20), caption: "caption \($0)")
    }
    let text = Array(repeating: PosterSheet.Block.paragraph(Self.words), count: 8)
    let sheet = PosterSheet(
      title: "", subtitle: "", sections: [.init("a", blocks: text + figures)], footer: "")
    let captions = placedTexts(of: try sheet.drawing().elements).filter {
      $0.text.hasPrefix("caption")
    }
    #expect(captions.count == 3)
    // The figures are narrower than their column and stand in its middle.
    for caption in captions {
      #expect(try PosterLayout(sheet).columns.allSatisfy { abs(caption.x - $0.x) > 20 })
    }
  }

  @Test func tooMuchIsAFault() throws {
    let text = Array(repeating: Self.words, count: 400).joined(separator: " ")
    let sheet = PosterSheet(
      title: "t", subtitle: "", sections: [.init("a", blocks: [.paragraph(text)])], footer: "")
    let fault = #expect(throws: DrawingFault.self) { try sheet.drawing() }
    #expect(fault?.exitCode == .configuration)
    var high = sheet
    (high.title, high.sections) = (text, [.init("a", blocks: [])])
    #expect(throws: DrawingFault.self) { try high.drawing() }
  }

  @Test(arguments: hostileTexts) func anyTextStaysInside(_ text: String) throws {
    let text = String(text.prefix(200))
    let sheet = PosterSheet(
      title: text, subtitle: text,
      sections: [
        .init(text, blocks: [.paragraph(text), .drawing(sampleDrawing, caption: text)]),
        .init(text, blocks: [.row([.paragraph(text), .paragraph(text)])]),
      ], footer: text)
    try check(sheet)
  }

  @Test(.enabled(if: isRendererThere, "rsvg-convert is missing: make setup installs it"))
  func drawsTheSameBytesTwice() throws {
    try withTemporaryFolder { folder throws in
      let sheet = try sheet(in: folder)
      var versions: [[String: [UInt8]]] = []
      for run in ["a", "b"] {
        let place = joinPath(folder, run)
        try DurableFile.createFolder(place)
        #expect(try sheet.write(in: place, named: "sheet", pixelWidth: 1_200) == .drawn)
        versions.append(try contents(of: place))
      }
      #expect(versions[0] == versions[1])
      let image = try PNGFile.read(joinPath(folder, "a/sheet.png"))
      #expect((image.width, image.height) == (1_200, 849))
    }
  }

  @Test func missingFiguresAreNamed() throws {
    let sheet = PosterSheet(
      title: "", subtitle: "",
      sections: [.init("a", blocks: [.svg(path: "/nonexistent/x.svg", caption: "")])], footer: "")
    let fault = #expect(throws: FileFault.self) { try sheet.drawing() }
    #expect(fault?.description.contains("/nonexistent/x.svg") == true)
  }
}
