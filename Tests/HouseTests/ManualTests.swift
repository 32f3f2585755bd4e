import Foundation
import Testing

/// Comments that name a section of the manual's page *Mathematics*, against that page.
@Suite struct ManualTests {
  @Test func commentsNameSectionsThatAreThere() throws {
    let page = try text("Sources/tessera/tessera.docc/Mathematics.md")
    let sections = Set(
      page.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) })
    var found = 0
    for folder in ["Sources", "Tests"] {
      let names = try FileManager.default.subpathsOfDirectory(
        atPath: SourceTree.root.appending(path: folder).path)
      for name in names where name.hasSuffix(".swift") {
        let matches = try text("\(folder)/\(name)").matches(
          of: #/\(manual: Mathematics, ([A-Za-z ]+)\)/#)
        for match in matches {
          found += 1
          #expect(sections.contains(String(match.output.1)), "\(folder)/\(name)")
        }
      }
    }
    #expect(found >= 7, "references were found")
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
  }
}
