import Files
import Reports
import Testing

@Suite struct TableFigureTests {
  @Test func wordsStandBesideTheTints() {
    let words = texts(of: sampleTable.drawing(width: 600, fontSize: 17).elements)
    #expect(words.count { $0 == "easy" } == 3)
    #expect(words.count { $0 == "hard" } == 1)
    #expect(words.contains("Tasks") && words.contains("one processor"))
  }

  @Test func theTableIsCSVToo() {
    #expect(
      sampleTable.csv == """
        task,SPN,VAE,units
        sampling,"easy: 0.8 s / 1,000 images, exact",easy,98
        marginalising,easy: exact,hard: no closed form,"1,568"

        """)
  }

  @Test(arguments: [120.0, 300, 800], [12.0, 17, 30])
  func everythingIsInside(_ width: Double, _ fontSize: Double) {
    #expect(isInside(sampleTable.drawing(width: width, fontSize: fontSize)))
  }

  @Test(arguments: hostileTexts)
  func anyTextStaysInItsCell(_ text: String) {
    let table = TableFigure(
      title: text, columns: [.init(text), .init(text, .right), .init("", .centre)],
      rows: [
        .init(text, [.init(text, .init("held", .good)), .init(text)]),
        .init("", [.init(""), .init("")]),
      ],
      footnotes: [text])
    #expect(isInside(table.drawing(width: 500, fontSize: 17)))
    #expect(table.csv.split(separator: "\n").count == 3)
  }

  /// Words break only where letters a fifth smaller would not help.
  @Test func lettersShrinkBeforeWordsBreak() {
    let table = TableFigure(
      columns: [.init("parameters"), .init("partitions")], rows: [.init("one", [.init("two")])])
    let words = texts(of: table.drawing(width: 200, fontSize: 17).elements)
    #expect(words == ["parameters", "partitions", "one", "two"])
    let broken = texts(of: table.drawing(width: 120, fontSize: 17).elements)
    #expect(broken.count > 4)
  }

  /// A table of one long text and one short has most room for the long.
  @Test func columnsAreSharedSoThatTheTableIsLow() {
    let long = Array(repeating: "word", count: 30).joined(separator: " ")
    let table = TableFigure(
      columns: [.init("a"), .init("b")], rows: [.init("short", [.init(long)])])
    let style = TextStyle(size: 17)
    let lines = texts(of: table.drawing(width: 600, fontSize: 17).elements).count - 3
    #expect(lines == style.wrap(long, to: 600 - style.width(of: "short") - 2 * 17 - 2).count)
  }

  @Test(.enabled(if: isRendererThere, "rsvg-convert is missing: make setup installs it"))
  func threeFilesAreWritten() throws {
    try withTemporaryFolder { folder throws in
      #expect(try sampleTable.write(in: folder, named: "tasks") == .drawn)
      #expect(try DurableFile.listTree(folder) == ["tasks.csv", "tasks.png", "tasks.svg"])
    }
  }
}
