import Files
import Tasks
import Testing
import Workflow

extension StagesSuite {
  /// The files that pipelines' comments and the README name are files that pipelines write.
  @Suite struct NamedFilesTests {
    /// Every pipeline of the repository, by its name.
    private func pipelines() throws -> [String: Pipeline] {
      let standIns = try StandIns()
      let all = try StandIns.pipelineFiles().map { try standIns.pipeline($0) }
      return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }

    private func read(_ file: String) throws -> String {
      String(decoding: try FileBytes.read(joinPath(StandIns.root, file)), as: UTF8.self)
    }

    /// What looks like a path of a result, in the order of the text.
    private func paths(in text: String) -> [String] {
      text.matches(of: #/[A-Za-z0-9_*.\/-]+\/[A-Za-z0-9_*.-]*/#).map { String($0.output) }
        .map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
    }

    /// Whether a pipeline publishes a file, or a folder where the path ends in a slash. A stage's
    /// table, drawing and picture share a name and differ in the extension.
    private func publishes(_ path: String, _ pipeline: Pipeline) -> Bool {
      func stem(_ path: String) -> Substring {
        path.prefix(upTo: path.lastIndex(of: ".") ?? path.endIndex)
      }
      return pipeline.stages.contains { step in
        if path.hasSuffix("/") {
          let name = path.dropLast()
          return name.hasPrefix("*")
            ? step.name.hasSuffix(name.dropFirst())
            : step.name == name
        }
        return step.type.outputs.contains { stem("\(step.step)/\($0.path)") == stem(path) }
      }
    }

    private static let extensions = [".png", ".svg", ".csv", ".h5", ".txt"]

    @Test func pipelinesNameWhatIsWritten() throws {
      let pipelines = try pipelines()
      var checked = 0
      for file in try StandIns.pipelineFiles() {
        let text = try read(file)
        let own = try #require(
          text.firstMatch(of: #/(?m)^name: ([a-z0-9-]+)$/#).map { String($0.output.1) })
        for path in paths(in: text) where Self.extensions.contains(where: path.hasSuffix) {
          let parts = path.split(separator: "/").map(String.init)
          let isWhole = parts[0] == "Output"
          // Of another file than a result's, as a data set's or a user's own.
          guard isWhole || pipelines[own]?.stages.contains(where: { $0.name == parts[0] }) == true
          else { continue }
          let pipeline = try #require(pipelines[isWhole ? parts[1] : own], "\(file): \(path)")
          let rest = parts.dropFirst(isWhole ? 2 : 0).joined(separator: "/")
          #expect(publishes(rest, pipeline), "\(file) names \(path), which no stage writes")
          checked += 1
        }
      }
      #expect(checked >= 9, "\(checked) paths found")
    }

    @Test func theReadmeNamesWhatTheQuickstartWrites() throws {
      let quickstart = try #require(try pipelines()["quickstart"])
      let readme = try read("README.md")
      let whole = paths(in: readme).filter { $0.hasPrefix("Output/quickstart/") }
        .map { String($0.dropFirst("Output/quickstart/".count)) }
        .filter { path in Self.extensions.contains(where: path.hasSuffix) }
      let table = readme.split(separator: "\n").drop {
        !$0.contains("picture below `Output/quickstart`")
      }
      .prefix { $0.hasPrefix("|") }.compactMap { $0.split(separator: "|").first }
      let named = table.flatMap { $0.matches(of: #/`([^`]+\/[^`]*)`/#).map { String($0.output.1) } }
        .filter { $0 != "Output/quickstart" }
      #expect(whole.count >= 3 && named.count >= 10, "\(named)")
      for path in whole + named {
        #expect(publishes(path, quickstart), "README.md names \(path), which no stage writes")
      }
    }

    /// What `figures` draws anew is whatever is a picture of stored results.
    @Test func everyStageThatDrawsIsAFigure() {
      for type in StageCatalogue.tessera.types {
        let drawn: Set<String> = ["picture", "figure", "measured-figure", "drawing", "poster"]
        let draws = type.outputs.contains { drawn.contains($0.type.name) }
        #expect(
          type.isFigure || !draws, "stage \(type.kind) draws, and 'figures' would leave it as it is"
        )
      }
    }
  }
}
