import Datasets
import Files
import Testing

extension StagesSuite {
  /// What is said of an area under the curve: which of the two sets is likelier.
  @Suite struct AnomalyWordsTests {
    private func yaml(known: String, foreign: String) -> String {
      func shards(_ name: String) -> String {
        """
          \(name): {kind: ingest, source: {kind: idx, dataset: \(name)}}
          \(name)-cells: {kind: partition, images: \(name), superpixel: [2, 2]}
          \(name)-parts: {kind: split, images: \(name), validation: 0}
          \(name)-shards: {kind: shards, images: \(name), partition: \(name)-cells,
            split: \(name)-parts}
        """
      }
      return """
        name: words
        seed: 1
        stages:
          model: {kind: load-model, file: model.h5}
        \(shards("toy"))
        \(shards("inverse"))
          found: {kind: anomaly, model: model, data: \(known)-shards, others: \(foreign)-shards,
            shown: 2, columns: 2}
        """
    }

    /// The images that the model learned, and the same with light and dark exchanged, which are far less
    /// likely under it.
    private func sandbox() throws -> Sandbox {
      let sandbox = try ModelFixture.sandbox()
      let toy = ToyData()
      try toy.write(to: sandbox.path("Data/inverse"))
      for (name, count, salt) in [
        (ToyData.trainImages, toy.train, 0), (ToyData.testImages, toy.test, 1_000),
      ] {
        let pixels = toy.pixels(count: count, salt: salt).map { 255 - $0 }
        try DurableFile.write(
          IDXFile.encode(sizes: [count, 8, 8], content: pixels),
          to: sandbox.path("Data/inverse/\(name)"))
      }
      return sandbox
    }

    @Test func belowOneHalfTheLineSaysWhichAreLikelier() throws {
      let sandbox = try sandbox()
      let model = "file: \(sandbox.path("model.h5"))"
      func run(_ known: String, _ foreign: String) throws -> (line: String, row: [String]) {
        let yaml = yaml(known: known, foreign: foreign).replacing("file: model.h5", with: model)
        let notes = try sandbox.run(yaml).notes
        let rows = try sandbox.text("Output/words/found/anomalies.csv").split(separator: "\n")
        #expect(rows[0].hasPrefix("score,areaUnderROC,") && rows[0].hasSuffix(",foreignAre"))
        return (
          try #require(notes.first { $0.hasPrefix("image: AUROC") }),
          try #require(rows.first { $0.hasPrefix("image,") }).split(separator: ",").map(String.init)
        )
      }
      let upside = try run("toy", "inverse")
      let down = try run("inverse", "toy")
      let (high, low) = (try #require(Double(upside.row[1])), try #require(Double(down.row[1])))
      #expect(high > 0.7 && abs(high + low - 1) < 1e-12, "the sets are exchanged")
      #expect(upside.line.hasSuffix("(20 foreign, 20 known, exact)"))
      #expect(upside.row.last == "less likely")
      #expect(down.line.contains("(20 foreign, 20 known, exact); below 0.5, which is chance"))
      #expect(down.line.contains("what is foreign is likelier under the model than what is known"))
      #expect(down.line.contains("does not find the foreign"))
      #expect(down.row.last == "likelier")
    }
  }
}
