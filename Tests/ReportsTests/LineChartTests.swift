import Configuration
import Files
import Foundation
import Reports
import Testing

/// Charts through gnuplot.
@Suite(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
struct LineChartDrawingTests {
  @Test func drawsTheSameBytesTwice() throws {
    try withTemporaryFolder { folder throws in
      var versions: [[String: [UInt8]]] = []
      for run in ["a", "b"] {
        let place = joinPath(folder, run)
        try DurableFile.createFolder(place)
        #expect(try sampleCurve.chart.draw(in: place, named: "curve") == .drawn)
        #expect(try DurableFile.listTree(place) == LineChart.files(named: "curve").sorted())
        versions.append(try contents(of: place))
      }
      #expect(versions[0] == versions[1])
      let png = try #require(versions[0]["curve.png"])
      #expect(png.count > 10_000)
      // Width and height of the IHDR chunk.
      #expect(Array(png[16..<24]) == [0, 0, 6, 64, 0, 0, 4, 96])
    }
  }

  /// A second drawing over the first must leave what a single one would.
  @Test func drawsOverAnOlderFigure() throws {
    try withTemporaryFolder { folder throws in
      _ = try LineChart(title: "", xLabel: "x", yLabel: "y", series: []).draw(
        in: folder, named: "a")
      _ = try sampleCurve.chart.draw(in: folder, named: "a")
      let second = try contents(of: folder)
      _ = try sampleCurve.chart.draw(in: folder, named: "a")
      #expect(try contents(of: folder) == second)
    }
  }

  @Test(arguments: hostileTexts)
  func textIsNeverCode(_ text: String) throws {
    try withTemporaryFolder { folder throws in
      let points = [LineChart.Point(x: 1, y: 1), LineChart.Point(x: 2, y: 3)]
      let chart = LineChart(
        title: text, xLabel: text, yLabel: text,
        series: [LineChart.Series(name: text, points: points)],
        annotations: [LineChart.Annotation(point: points[0], text: text)])
      let outcome = try chart.draw(in: folder, named: "hostile")
      if text.contains("\u{6570}") {
        guard case .lacking(let glyphs) = outcome else { return #expect(Bool(false)) }
        #expect(glyphs.characters == ["\u{6570}", "\u{5B57}"] && glyphs.texts.contains(text))
      } else {
        #expect(outcome == .drawn)
      }
      #expect(try DurableFile.listTree(folder) == LineChart.files(named: "hostile").sorted())
      let svg = String(decoding: try contents(of: folder)["hostile.svg"] ?? [], as: UTF8.self)
      #expect(!svg.contains("<script") && !svg.contains("PWNED<"))
    }
  }

  @Test(arguments: [
    "`touch PWNED`", "< touch PWNED", "|touch PWNED", "it's $(x) @y", "-persist", "é",
  ])
  func fileNamesAreNeverCode(_ name: String) throws {
    try withTemporaryFolder { folder throws in
      #expect(try sampleCurve.chart.draw(in: folder, named: name) == .drawn)
      #expect(try DurableFile.listTree(folder) == LineChart.files(named: name).sorted())
    }
  }

  @Test(arguments: oddSeries)
  func oddNumbersAreDrawn(_ points: [LineChart.Point]) throws {
    try withTemporaryFolder { folder throws in
      let chart = LineChart(
        title: "odd", xLabel: "x", yLabel: "y",
        series: [LineChart.Series(name: "a", points: points)],
        annotations: points.map { LineChart.Annotation(point: $0, text: "here") })
      #expect(try chart.draw(in: folder, named: "odd") == .drawn)
    }
  }

  /// Each drawing blocks the thread it is called on, which is one of Swift's few.
  @Test(.timeLimit(.minutes(5))) func manyAtOnceDoNotWaitForEachOther() async throws {
    let folder = try temporaryFolder()
    try await withThrowingTaskGroup(of: FigureOutcome.self) { group in
      for index in 0..<16 {
        group.addTask { try sampleCurve.chart.draw(in: folder, named: "curve\(index)") }
      }
      for try await drawing in group { #expect(drawing == .drawn) }
    }
    try DurableFile.remove(folder)
  }

  @Test func aFullDiskIsNoticed() throws {
    try withTemporaryFolder { folder throws in
      // What gnuplot leaves there: the beginning of a picture, and success.
      let program = joinPath(folder, "gnuplot")
      try script("echo '<svg' > curve.svg; exit 0", at: program)
      #expect(throws: FigureFault.incomplete(path: joinPath(folder, "curve.svg"))) {
        try sampleCurve.chart.draw(in: folder, named: "curve", by: Gnuplot(executable: program))
      }
      #expect(try !DurableFile.listTree(folder).contains("curve.svg"))
    }
  }
}

/// What happens where gnuplot is missing or refuses.
@Suite struct GnuplotFaultTests {
  @Test func missingGnuplotLeavesDataAndScript() throws {
    try withTemporaryFolder { folder throws in
      let gnuplot = Gnuplot(executable: "no-such-gnuplot")
      #expect(
        try sampleCurve.chart.draw(in: folder, named: "curve", by: gnuplot) == .missingPlotter)
      #expect(try DurableFile.listTree(folder) == ["curve.csv", "curve.gnuplot"])
    }
  }

  @Test func failureCarriesGnuplotsWords() throws {
    try withTemporaryFolder { folder throws in
      let program = joinPath(folder, "gnuplot")
      try script(
        "echo 'plot x' >&2; echo '     ^' >&2; echo 'line 3: no luck' >&2; exit 1", at: program)
      let fault = #expect(throws: FigureFault.self) {
        try sampleCurve.chart.draw(in: folder, named: "curve", by: Gnuplot(executable: program))
      }
      #expect(fault?.exitCode == .internalError)
      #expect(
        fault?.description.hasSuffix("curve.gnuplot: gnuplot failed: line 3: no luck") == true)
    }
  }

  @Test(arguments: ["", ".", "..", "../x", "a/b", "a\nb", ".hidden"])
  func namesThatLeadElsewhereAreRefused(_ name: String) throws {
    try withTemporaryFolder { folder throws in
      let fault = #expect(throws: FigureFault.self) {
        try sampleCurve.chart.draw(in: folder, named: name)
      }
      #expect(fault?.exitCode == .configuration)
      #expect(try DurableFile.listTree(folder).isEmpty)
    }
  }

  @Test func missingFolderIsAFault() {
    #expect(throws: FileFault.self) {
      try sampleCurve.chart.draw(in: "/nonexistent/folder", named: "curve")
    }
  }
}
