import Configuration
import Files
import Foundation
import Storage
import Testing

extension StagesSuite {
  /// Where not all images are wanted, those of a set that lies sorted by class are of every class.
  @Suite struct SampleChoiceTests {
    private static let extra = """
        all: {kind: evaluate, model: spn.model, data: shards}
        few: {kind: evaluate, model: spn.model, data: shards, images: 8}
        epochs: {kind: evaluate-epochs, checkpoints: spn.checkpoints, data: shards, images: 8}
        sheet: {kind: images, data: shards, count: 4, columns: 4, magnification: 1}
        completed: {kind: inpaint, model: spn.model, data: shards, hide: [left], images: 8, rows: 4}
        found: {kind: anomaly, model: spn.model, data: shards, others: shards, images: 8, shown: 4}
      """

    private func rows(_ file: String, in sandbox: Sandbox) throws -> [[String: String]] {
      let lines = try sandbox.text(file).split(separator: "\n", omittingEmptySubsequences: true)
        .map { fields(String($0)) }
      let names = try #require(lines.first)
      return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }

    /// Of a line of CSV without quotes inside quotes.
    private func fields(_ line: String) -> [String] {
      var fields = [""]
      var isQuoted = false
      for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: fields.append("")
        default: fields[fields.count - 1].append(character)
        }
      }
      return fields
    }

    private static let words =
      "8 of 24 images, chosen by seed 1, stratified by class (4 of 4 classes)"

    @Test func everyStageAsksImagesOfEveryClass() throws {
      let sandbox = try SortedData.sandbox()
      let summary = try sandbox.run(Pipelines.training(epochs: 2, extra: Self.extra))
      let few = try rows("Output/tiny/few/images.csv", in: sandbox)
      #expect(few.count == 8)
      for label in 0..<4 { #expect(few.count { $0["label"] == "\(label)" } == 2) }
      #expect(Set(few.compactMap { $0["className"] }) == ["100", "101", "102", "103"])

      // Numbers of the same images in the evaluation of all, and their mean.
      let all = try rows("Output/tiny/all/images.csv", in: sandbox)
      let known = Dictionary(
        uniqueKeysWithValues: all.map { ($0["index"] ?? "", $0["logLikelihood"] ?? "") })
      for row in few { #expect(known[row["index"] ?? ""] == row["logLikelihood"]) }
      let metrics = try #require(try rows("Output/tiny/few/metrics.csv", in: sandbox).first)
      let values = few.compactMap { $0["logLikelihood"].flatMap(Double.init) }
      let mean = try #require(metrics["meanLogLikelihood"].flatMap(Double.init))
      #expect(abs(values.reduce(0, +) / 8 - mean) < 1e-9)
      #expect(metrics["choice"] == Self.words)
      #expect(
        try rows("Output/tiny/all/metrics.csv", in: sandbox).first?["choice"] == "all 24 images")
      #expect(summary.notes.contains { $0.contains(Self.words) })

      // The same images by every stage.
      let trajectory = try rows("Output/tiny/epochs/trajectory.csv", in: sandbox)
      #expect(trajectory.last?["meanLogLikelihood"] == metrics["meanLogLikelihood"])
      #expect(trajectory.last?["choice"] == Self.words)
      let anomalies = try rows("Output/tiny/found/images.csv", in: sandbox)
      #expect(anomalies.map { $0["index"] } == (few + few).map { $0["index"] })
      for name in ["knownChoice", "foreignChoice"] {
        #expect(
          try rows("Output/tiny/found/anomalies.csv", in: sandbox).first?[name] == Self.words)
      }
      #expect(
        try rows("Output/tiny/completed/completions.csv", in: sandbox).first?["choice"]
          == Self.words)
    }

    /// Not all in memory, and so another way to the same rows.
    @Test func imagesThatStayInTheirShards() throws {
      func few(_ memory: String) throws -> String {
        let sandbox = try SortedData.sandbox()
        try sandbox.run(
          Pipelines.training(
            epochs: 1,
            extra: "  few: {kind: evaluate, model: spn.model, data: shards, images: 8\(memory)}"))
        return try sandbox.text("Output/tiny/few/images.csv")
      }
      #expect(try few(", memory: 0") == few(""))
    }

    /// Which bright rows the tiles of a sheet have: one class each.
    @Test func aSheetShowsEveryClass() throws {
      let sandbox = try SortedData.sandbox()
      let extra = "  sheet: {kind: images, data: shards, count: 4, columns: 4, magnification: 1}"
      try sandbox.run(Pipelines.training(epochs: 1, extra: extra))
      let sheet = try PNGFile.read(sandbox.path("Output/tiny/sheet/images.png"))
      let rows = (0..<sheet.height).filter { row in
        (0..<sheet.width).count { sheet.pixels[row * sheet.width + $0] == 255 } >= 8
      }
      #expect(rows.count == 4, "a bright row for each of four classes, found \(rows)")
    }

    @Test func commandsChooseBySeed() throws {
      let sandbox = try ModelFixture.sandbox()
      try SortedData().writePictures(to: sandbox.path("sorted"), names: ["a", "b", "c", "d"])
      func inpaint(_ seed: Int, _ images: String = "sorted") throws -> ResolvedValue {
        let ended = try Tessera.run(
          "inpaint", "--model", "model.h5", "--images", images, "--hide", "left", "--count", "4",
          "--seed", "\(seed)", "--output", "o.png", "--json", in: sandbox)
        #expect(ended.status == 0, "\(ended.errors)")
        return try ResolvedValue(json: ended.output)
      }
      let one = try inpaint(1)
      #expect(
        one["choice"]?.string
          == "4 of 24 images, chosen by seed 1, stratified by class (4 of 4 classes)")
      #expect(try inpaint(1) == one)
      #expect(try inpaint(2)["errors"] != one["errors"])
      #expect(
        try inpaint(3, ModelFixture.testImages)["choice"]?.string
          == "4 of 20 images, chosen by seed 3")

      let ended = try Tessera.run(
        "anomaly", "--model", "model.h5", "--images", "sorted", "--count", "4", "--output", "a.png",
        "--table", "a.csv", in: sandbox)
      #expect(ended.status == 0)
      let images = Set(try rows("a.csv", in: sandbox).compactMap { $0["image"].flatMap(Int.init) })
      #expect(Set(images.map { SortedData().number($0, of: 24) }) == [0, 1, 2, 3])
    }
  }
}
