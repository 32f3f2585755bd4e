import Configuration
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  /// Models with a root unit a class, from pipeline to posterior.
  @Suite struct ClassifyTests {
    private func trained(_ train: String, superpixel: String = "[2, 2]") throws -> Sandbox {
      let sandbox = try Sandbox()
      try sandbox.write(
        "p.yaml",
        Pipelines.training(
          epochs: 60, cells: superpixel,
          train: """
            batch: 16, keep: last, learner: {kind: adam, rate: 0.1}, \(train)
            """
        ))
      return sandbox
    }

    private func classify(
      _ sandbox: Sandbox, model: String = "Output/tiny/spn/model.h5", _ more: String...
    ) throws -> Ended {
      try Child(
        [
          "classify", "--model", model, "--images", ModelFixture.testImages, "--labels",
          ModelFixture.testLabels,
        ] + more, in: sandbox
      ).wait()
    }

    @Test func aModelWithClassesClassifies() throws {
      let sandbox = try trained("units: 3, classes: true")
      let run = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(run.status == 0, "\(run.errors)")
      let ended = try classify(sandbox, "--json", "--output", "posteriors.h5")
      #expect(ended.status == 0, "\(ended.errors)")
      let found = try ResolvedValue(json: ended.output)
      #expect(found["images"]?.integer == 20)
      #expect(found["posterior"]?.string == "exact")
      // Bars whose row is the class: nobody guesses here, where one of four is chance.
      let accuracy = try #require(
        found["accuracy"]?.real ?? found["accuracy"]?.integer.map(Double.init))
      #expect(accuracy > 0.8)

      let file = try HDF5File.open(sandbox.path("posteriors.h5"))
      let table = try file.table("/posteriors")
      guard case .integers(let labels)? = table["label"],
        case .integers(let predicted)? = table["predicted"]
      else {
        Issue.record("no labels in the table")
        return
      }
      let rows = try (0..<4).map { own -> [Double] in
        guard case .doubles(let values)? = table["p\(own)"] else { throw MissingColumn() }
        return values
      }
      for image in labels.indices {
        #expect(abs(rows.reduce(0) { $0 + $1[image] } - 1) < 1e-12)
        let best = (0..<4).map { rows[$0][image] }.max()
        #expect(rows[Int(predicted[image])][image] == best)
      }
      let hits = zip(labels, predicted).count { $0 == $1 }
      #expect(Double(hits) / 20 == accuracy)
      let losses = labels.indices.map { -log(rows[Int(labels[$0])][$0]) }
      let loss = try #require(found["logLoss"]?.real)
      #expect(abs(losses.reduce(0, +) / 20 - loss) < 1e-9)
      let confusion = try #require(found["confusion"]?.list)
      let images = confusion.map { row -> Int in
        (row.list ?? []).compactMap(\.integer).reduce(0, +)
      }
      #expect(images == [5, 5, 5, 5])
      #expect(FileManager.default.fileExists(atPath: sandbox.path("posteriors.csv")))

      let inspected = try Tessera.run(
        "inspect", "Output/tiny/spn/model.h5", "--json", in: sandbox)
      let fields = try ResolvedValue(json: inspected.output)
      #expect(fields["rootWeights"]?.string == "class priors, 4 classes")
      // Without labels the number is that of the images alone, and samples can be drawn.
      let evaluated = try Tessera.run(
        "evaluate", "--model", "Output/tiny/spn/model.h5", "--images", ModelFixture.testImages,
        "--json", in: sandbox)
      #expect(try ResolvedValue(json: evaluated.output)["likelihood"]?.string == "exact")
      let text = try classify(sandbox)
      #expect(text.output.contains("(exact)"))
      #expect(text.output.split(separator: "\n").count == 2 + 5)
    }

    @Test func aModelWithoutClassesIsRefused() throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try classify(sandbox, model: "model.h5")
      #expect(ended.status == 78)
      #expect(ended.errors.contains("classes: true"))
      #expect(ended.output.isEmpty)
    }

    @Test func aSingleLeafHasNoClasses() throws {
      let sandbox = try trained("classes: true", superpixel: "[8, 8]")
      let run = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(run.status == 78)
      #expect(run.errors.contains("smaller superpixels"))
    }

    @Test func labelsOutsideTheClassesAreCounted() throws {
      let sandbox = try trained("classes: true")
      #expect(try Tessera.run("run", "p.yaml", in: sandbox).status == 0)
      var labels = [UInt8](try FileBytes.read(sandbox.path(ModelFixture.testLabels)))
      labels[labels.count - 1] = 7
      try DurableFile.write(labels, to: sandbox.path(ModelFixture.testLabels))
      let ended = try classify(sandbox)
      #expect(ended.status == 0)
      #expect(ended.output.hasPrefix("19 images: accuracy "))
      #expect(ended.output.contains("left out: 1 of 20 images"))
      #expect(ended.output.contains("does not know: 7 (1)"))
    }
  }
}

private struct MissingColumn: Error {}
