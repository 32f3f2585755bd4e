import Files
import Foundation
import Reports
import Testing

@Suite struct NestedSVGTests {
  private func page(_ svgs: [NestedSVG]) throws -> String {
    var drawing = VectorDrawing(width: 100, height: 100)
    for svg in svgs { drawing.nested(svg, in: Box(x: 0, y: 0, width: 50, height: 50)) }
    return try withFolder { folder in
      let renderer = SVGRenderer(executable: "no-such-rsvg-convert")
      _ = try drawing.write(in: folder, named: "d", pixelWidth: 100, by: renderer)
      return String(decoding: try FileBytes.read(joinPath(folder, "d.svg")), as: UTF8.self)
    }
  }

  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  private func ids(_ text: String) -> [String] {
    text.matches(of: #/\sid=["']([^"']*)["']/#).map { String($0.1) }
  }

  @Test func idsAreToldApart() throws {
    let svg = try nested(
      """
      <?xml version="1.0"?><!-- <script> -->
      <svg xmlns="http://www.w3.org/2000/svg" width='20' height="10"><defs>
      <circle id='a' r='1'/><g id="b"/></defs><use xlink:href='#a'/>
      <rect clip-path="url(#b)" fill='#ABCDEF'/><text>id='a' #a url(#b)</text></svg>

      """)
    #expect(svg.viewBox == [0, 0, 20, 10])
    let text = try page([svg, svg])
    #expect(ids(text).sorted() == ["n1-a", "n1-b", "n2-a", "n2-b"])
    #expect(text.contains("\"#n1-a\"") && text.contains("url(#n2-b)\""))
    // Neither colours nor words are ids.
    #expect(text.contains("\"#ABCDEF\"") && text.contains(">id='a' #a url(#b)</text>"))
    #expect(!text.contains("script"))
  }

  @Test(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
  func gnuplotsFilesStandTogether() throws {
    try withTemporaryFolder { folder throws in
      #expect(try sampleCurve.chart.draw(in: folder, named: "curve") == .drawn)
      let svg = try NestedSVG(path: joinPath(folder, "curve.svg"))
      let text = try page([svg, svg])
      let found = ids(text)
      #expect(found.count > 20 && Set(found).count == found.count)
      let references = text.matches(of: #/href=["']#([^"']*)["']/#).map { String($0.1) }
      #expect(references.count > 4 && Set(references).isSubset(of: found))
    }
  }

  /// A page of ours can stand in another, with what it has nested.
  @Test func nestedPagesNest() throws {
    let inner = try nested("<svg viewBox=\"0 0 4 4\"><g id=\"a\"/></svg>")
    let outer = try nested(try page([inner, inner]))
    #expect(ids(try page([outer, inner])).sorted() == ["n1-n1-a", "n1-n2-a", "n2-a"])
  }

  @Test(arguments: [
    "", "<svg>", "</svg><svg>", "no markup", "<svg viewBox='0 0 1 1'><script>x</script></svg>",
    "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg viewBox='0 0 1 1'></svg>", "<svg></svg>",
    "<svg viewBox='0 0 0 1'></svg>", "<svg viewBox='0 0 nan 1'></svg>",
    "<svg viewBox='0 0 1 1' onload='x()'></svg>", "<svg viewBox='0 0 1 1'><g onclick=\"x\"/></svg>",
    "<svg viewBox='0 0 1 1'><image href='file:///etc/passwd'/></svg>",
    "<svg viewBox='0 0 1 1'><image xlink:href='http://x/y.png'/></svg>",
    "<svg viewBox='0 0 1 1'><rect fill='url(http://x)'/></svg>",
    "<svg viewBox='0 0 1 1'><style>@import 'x'</style></svg>",
    "<svg viewBox='0 0 1 1'><g a=b></g></svg>", "<svg viewBox='0 0 1 1'><g <</g></svg>",
    "<svg viewBox='0 0 1 1'><![CDATA[x]]></svg>", "<svg viewBox='0 0 1 1'><?x y?></svg>",
    "<svg viewBox='0 0 1 1'><g id='\u{301}",
  ])
  func othersAreRefused(_ text: String) throws {
    let fault = #expect(throws: DrawingFault.self) { try nested(text) }
    #expect(fault?.exitCode == .badData)
  }

  @Test func combiningMarksHideNothing() throws {
    let svg = try nested(
      "<svg viewBox='0 0 1 1'><text>\u{301}a</text><g id='a\u{301}' fill='#000000'>\u{301}</g></svg>"
    )
    #expect(ids(try page([svg])) == ["n1-a\u{301}"])
  }
}
