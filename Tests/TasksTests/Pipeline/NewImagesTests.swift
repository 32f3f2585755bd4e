import Configuration
import Datasets
import Files
import Foundation
import Testing

extension StagesSuite {
  /// A model from outside meets images that it never saw, of its size and of another.
  @Suite struct NewImagesTests {
    private func yaml(file: String, resize: Bool = true, dataset: String = "new") -> String {
      """
      name: new
      seed: 1
      stages:
        model: {kind: load-model, file: \(file)}
        known: {kind: ingest, source: {kind: idx, dataset: toy}}
        known-cells: {kind: partition, images: known, superpixel: [2, 2]}
        known-parts: {kind: split, images: known, validation: 10}
        known-shards: {kind: shards, images: known, partition: known-cells, split: known-parts}
        images: {kind: ingest, source: {kind: idx, dataset: \(dataset)}}
        cells: {kind: partition, images: images, superpixel: [3, 2]}
        parts: {kind: split, images: images, validation: 0}
        shards: {kind: shards, images: images, partition: cells, split: parts}
        metrics: {kind: evaluate, model: model, data: shards, resize: \(resize)}
        known-metrics: {kind: evaluate, model: model, data: known-shards, resize: \(resize)}
        likelihoods: {kind: likelihood-histogram, sets: {known: known-metrics, new: metrics}}
        completions: {kind: inpaint, model: model, data: shards, hide: [left], rows: 2, draws: 1,
          resize: \(resize)}
        anomalies: {kind: anomaly, model: model, data: known-shards, others: shards, shown: 2,
          columns: 2, resize: \(resize)}
      """
    }

    /// A sandbox with a trained model and new images of a size.
    private func sandbox(height: Int, width: Int) throws -> Sandbox {
      let sandbox = try ModelFixture.sandbox()
      try ToyData(train: 5, test: 7, height: height, width: width).write(
        to: sandbox.path("Data/new"))
      return sandbox
    }

    private func column(_ name: String, of file: String, in sandbox: Sandbox) throws -> [String] {
      let lines = try sandbox.text(file).split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let place = try #require(lines.first?.firstIndex(of: name), "\(name) in \(file)")
      return lines.dropFirst().map { $0[place] }
    }

    @Test func everyAnswerOfImagesOfAnotherSize() throws {
      let sandbox = try sandbox(height: 12, width: 5)
      let summary = try sandbox.run(yaml(file: sandbox.path("model.h5")))
      #expect(summary.warnings.isEmpty, "\(summary.warnings)")
      for file in [
        "likelihoods/likelihoods.csv", "likelihoods/likelihoods.gnuplot",
        "likelihoods/likelihoods.svg", "likelihoods/likelihoods.png",
        "completions/completions.png", "anomalies/anomalies.png",
      ] { #expect(sandbox.exists("Output/new/\(file)"), "\(file)") }
      #expect(
        try column("resizedFrom", of: "Output/new/metrics/metrics.csv", in: sandbox) == ["12 x 5"])
      #expect(
        try column("resizedFrom", of: "Output/new/known-metrics/metrics.csv", in: sandbox) == [""])
      let completions = "Output/new/completions/completions.csv"
      #expect(Set(try column("resizedFrom", of: completions, in: sandbox)) == ["12 x 5"])
      let anomalies = "Output/new/anomalies/images.csv"
      let sizes = zip(
        try column("set", of: anomalies, in: sandbox),
        try column("resizedFrom", of: anomalies, in: sandbox))
      #expect(Set(sizes.map { "\($0) \($1)" }) == ["known ", "foreign 12 x 5"])
      #expect(summary.notes.contains { $0.contains(", resized from 12 x 5") })
    }

    /// By other code: the images resized beforehand, and the command.
    @Test func resizingByTheStageIsResizingTheImages() throws {
      let sandbox = try sandbox(height: 12, width: 5)
      try sandbox.run(yaml(file: sandbox.path("model.h5")))
      let staged = try column(
        "meanLogLikelihood", of: "Output/new/metrics/metrics.csv", in: sandbox)

      let data = ToyData(height: 12, width: 5)
      let pixels = data.pixels(count: 7, salt: 1_000)
      let small = (0..<7).flatMap { image in
        resized(
          Array(pixels[image * 60..<(image + 1) * 60]), height: 12, width: 5, toHeight: 8,
          toWidth: 8)
      }
      try DurableFile.write(
        IDXFile.encode(sizes: [7, 8, 8], content: small), to: sandbox.path("small"))
      func mean(_ arguments: [String]) throws -> Double? {
        let ended = try Child(
          ["evaluate", "--model", "model.h5", "--json"] + arguments, in: sandbox
        ).wait()
        #expect(ended.status == 0, "\(ended.errors)")
        return try ResolvedValue(json: ended.output)["meanLogLikelihood"]?.real
      }
      let before = try #require(try mean(["--images", "small"]))
      #expect(staged == ["\(before)"])
      let images = "Data/new/\(ToyData.testImages)"
      #expect(try mean(["--images", images, "--resize"]) == before)
      let told = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", images, "--resize", in: sandbox)
      #expect(told.output.contains(", resized from 12 x 5\n"), "\(told.output)")
    }

    @Test func anotherSizeIsRefusedUnlessAsked() throws {
      let sandbox = try sandbox(height: 12, width: 5)
      try sandbox.write("p.yaml", yaml(file: "model.h5", resize: false))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      let line = try #require(ended.errorLines.last)
      #expect(line.contains("'model' is for images of 8 x 8 (grey)"), "\(line)")
      #expect(line.contains("'shards' (data) has images of 12 x 5 (grey)"), "\(line)")
      #expect(line.contains("resize: true"), "\(line)")
    }

    /// Moved, renamed and touched it is the same model; another content is another.
    @Test func aModelIsKnownByItsContent() throws {
      let sandbox = try sandbox(height: 8, width: 8)
      let first = try sandbox.run(yaml(file: sandbox.path("model.h5")))
      #expect(first.ran.contains("model") && first.ran.contains("metrics"))
      let other = sandbox.path("elsewhere/renamed")
      try DurableFile.createFolder(sandbox.path("elsewhere"))
      try DurableFile.move(sandbox.path("model.h5"), to: other)
      try sandbox.touchEverything()
      #expect(try sandbox.run(yaml(file: other)).ran.isEmpty)

      try sandbox.run(Pipelines.training(epochs: 1))
      let third = try sandbox.run(yaml(file: sandbox.path("Output/tiny/spn/model.h5")))
      #expect(third.ran.contains("model") && third.ran.contains("metrics"))
      #expect(!third.ran.contains("shards"))
    }

    @Test func whatIsNoModelIsRefused() throws {
      let sandbox = try sandbox(height: 8, width: 8)
      try sandbox.write("p.yaml", yaml(file: "missing.h5"))
      let missing = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(missing.status == 66)
      #expect(missing.errors.contains("missing.h5: no such file"), "\(missing.errors)")
      try sandbox.write("p.yaml", yaml(file: "metrics.h5"))
      let metrics = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(metrics.status == 65)
      #expect(metrics.errors.contains("metrics.h5: not a model file"), "\(metrics.errors)")
    }

    /// Shares of one set add up, the words say what the numbers are, and other numbers are refused.
    @Test func aHistogramHoldsEveryImage() throws {
      let sandbox = try sandbox(height: 8, width: 8)
      try sandbox.run(yaml(file: sandbox.path("model.h5")))
      let lines = try sandbox.text("Output/new/likelihoods/likelihoods.csv")
        .split(separator: "\n").map(String.init)
      #expect(lines[0].hasPrefix("\"log-likelihood, nats per image (exact)\","))
      let rows: [[Double]] = lines.dropFirst().map { line in
        line.split(separator: ",").compactMap { Double($0) }
      }
      for set in 1...2 {
        let total: Double = rows.map { $0[set] }.reduce(0, +)
        #expect(abs(total - 1) < 1e-12)
      }

      let mixed = yaml(file: "model.h5").replacing(
        "data: shards, resize: true}", with: "data: shards, resize: true, hide: left}")
      try sandbox.write("p.yaml", mixed)
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(
        ended.errors.contains(
          "sets.new: expected log-likelihoods by 'trained' as in the sets before, found "
            + "'trained, left hidden'"), "\(ended.errors)")
    }
  }
}
