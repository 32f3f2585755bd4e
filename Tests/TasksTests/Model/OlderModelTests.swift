import Configuration
import Files
import Foundation
import Testing

extension CommandSuite {
  /// Model files of an earlier program, one of each leaf family and structure, and the numbers that it gave.
  ///
  /// `Fixtures/models.yaml` made them, at the commit before modules were arranged by idea; they are never made anew.
  @Suite struct OlderModelTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures").path

    /// Lines of `expected.csv` without its head: model, images, mean log-likelihood.
    private static func rows() throws -> [[String]] {
      let text = String(
        decoding: try FileBytes.read(joinPath(folder, "expected.csv")), as: UTF8.self)
      return text.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",").map(String.init)
      }
    }

    @Test func theyOpenAndGiveTheSameNumbers() throws {
      let rows = try Self.rows()
      let models = try DurableFile.names(in: Self.folder).filter {
        $0.hasSuffix(".h5") && $0 != "colour.images.h5"
      }
      #expect(Set(models) == Set(rows.map { $0[0] + ".h5" }))
      let sandbox = try Sandbox()
      for row in rows {
        let ended = try Tessera.run(
          "evaluate", "--model", joinPath(Self.folder, row[0] + ".h5"), "--images",
          joinPath(Self.folder, row[1]), "--json", in: sandbox)
        #expect(ended.status == 0, "\(row[0]): \(ended.errors)")
        let found = try #require(
          ResolvedValue(json: ended.output)["meanLogLikelihood"]?.real, "\(row[0])")
        let expected = try #require(Double(row[2]))
        // Another processor family may differ in the last digits of single precision.
        #expect(abs(found - expected) <= 1e-6 * abs(expected), "\(row[0])")
      }
    }
  }
}
