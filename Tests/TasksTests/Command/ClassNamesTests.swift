import Configuration
import Files
import Foundation
import Storage
import TestSupport
import Testing

extension CommandSuite {
  /// Names of classes from the files to the answers of a model.
  @Suite struct ClassNamesTests {
    private static let training = Pipelines.training(
      epochs: 30, cells: "[4, 4]",
      train: """
        units: 4, batch: 16, keep: last, learner: {kind: adam, rate: 0.1}, classes: true
        """)
    private static let model = "Output/tiny/spn/model.h5"

    private func trained(_ data: SortedData = SortedData()) throws -> Sandbox {
      let sandbox = try SortedData.sandbox(data)
      try sandbox.run(Self.training)
      return sandbox
    }

    private func classify(_ arguments: String..., in sandbox: Sandbox) throws -> ResolvedValue {
      let ended = try Child(
        ["classify", "--model", Self.model, "--json"] + arguments, in: sandbox
      ).wait()
      #expect(ended.status == 0, "\(ended.errors)")
      return try ResolvedValue(json: ended.output)
    }

    private func strings(_ value: ResolvedValue?) -> [String] {
      value?.list?.compactMap(\.string) ?? []
    }

    /// Labels from 100 to 103 are four classes, called by their labels.
    @Test func labelsThatBeginAnywhere() throws {
      let sandbox = try trained()
      let names = ["100", "101", "102", "103"]
      let inspected = try ResolvedValue(
        json: Tessera.run("inspect", Self.model, "--json", in: sandbox).output)
      #expect(inspected["rootWeights"]?.string == "class priors, 4 classes")
      #expect(strings(inspected["classNames"]) == names)
      let file = try HDF5File.open(sandbox.path(Self.model))
      #expect(try file.strings("/structure/classNames") == names)
      try file.close()
      // The source's own labels, and a file of them.
      let own = try classify("--images", "Data/toy", in: sandbox)
      let given = try classify(
        "--images", ModelFixture.testImages, "--labels", ModelFixture.testLabels, in: sandbox)
      #expect(own["accuracy"] == given["accuracy"] && own["logLoss"] == given["logLoss"])
      #expect((own["accuracy"]?.real ?? Double(own["accuracy"]?.integer ?? 0)) > 0.9)
      #expect(strings(own["classNames"]) == names)
      let told = try Tessera.run(
        "classify", "--model", Self.model, "--images", "Data/toy", in: sandbox)
      let head = try #require(told.output.split(separator: "\n").first { $0.hasPrefix("label") })
      #expect(head.split(separator: " ").map(String.init) == ["label"] + names)
    }

    @Test func withoutLabelsTheMostProbableAreTold() throws {
      let sandbox = try trained()
      let found = try classify(
        "--images", ModelFixture.testImages, "--output", "p.h5", in: sandbox)
      #expect(found["accuracy"] == nil && found["images"]?.integer == 24)
      let names = found["predictions"]?.list?.compactMap { $0["class"]?.string } ?? []
      #expect(names.count == 24 && Set(names).isSubset(of: ["100", "101", "102", "103"]))
      let labelled = try classify("--images", "Data/toy", "--output", "q.h5", in: sandbox)
      #expect(labelled["predictedCounts"] == found["predictedCounts"])
      func column(_ name: String, _ file: String) throws -> TableValues? {
        let file = try HDF5File.open(sandbox.path(file))
        defer { try? file.close() }
        return try file.table("/posteriors")[name]
      }
      #expect(try column("predictedName", "p.h5") == .strings(names))
      #expect(try column("p0", "p.h5") == column("p0", "q.h5"))
      #expect(try column("label", "p.h5") == nil)
      let data = SortedData()
      let truth = (0..<24).map { String(data.labels[data.number($0, of: 24)]) }
      #expect(try column("labelName", "q.h5") == .strings(truth))
    }

    /// Folders match by name, in whatever order they lie; a class that the model has none of is counted.
    @Test func foldersMatchByName() throws {
      let sandbox = try trained()
      let data = SortedData()
      try data.writePictures(
        to: sandbox.path("some"), names: ["100", "101", "102", "103"])
      let all = try classify("--images", "some", in: sandbox)
      let idx = try classify("--images", "Data/toy", in: sandbox)
      #expect(all["confusion"] == idx["confusion"] && all["logLoss"] == idx["logLoss"])

      try DurableFile.move(sandbox.path("some/100"), to: sandbox.path("some/zebra"))
      let some = try classify("--images", "some", in: sandbox)
      #expect(some["images"]?.integer == 24 && some["labelled"]?.integer == 18)
      #expect(some["unknownClasses"]?["zebra"]?.integer == 6)
      let told = try Tessera.run(
        "classify", "--model", Self.model, "--images", "some", in: sandbox)
      #expect(
        told.output.contains(
          "left out: 6 of 24 images, of classes that the model does not know: zebra (6)"))

      for name in ["101", "102", "103"] {
        try DurableFile.move(sandbox.path("some/\(name)"), to: sandbox.path("some/x\(name)"))
      }
      let none = try Tessera.run(
        "classify", "--model", Self.model, "--images", "some", in: sandbox)
      #expect(none.status == 65)
      #expect(
        none.errors.contains("x101, x102, x103, zebra, but the model knows 100, 101, 102, 103"))
      let unasked = try classify("--images", "some", "--classes", "none", in: sandbox)
      #expect(unasked["accuracy"] == nil && unasked["images"]?.integer == 24)
    }

    /// Before any stage runs, at the field.
    @Test func oneClassIsRefusedInThePlan() throws {
      let sandbox = try SortedData.sandbox(SortedData(labels: [5]))
      try sandbox.write("p.yaml", Self.training)
      for more in [["--dry-run"], []] {
        let ended = try Child(["run", "p.yaml"] + more, in: sandbox).wait()
        #expect(ended.status == 78, "\(ended.output)\(ended.errors)")
        #expect(
          ended.errors.contains("expected training images of two classes at least, found one"),
          "\(ended.errors)")
        #expect(!sandbox.exists("Output/tiny/spn"))
      }
    }

    /// A file of a model without names is read as before: classes are called by their index.
    @Test func modelsWithoutNames() throws {
      let sandbox = try trained(SortedData(labels: [0, 1, 2, 3]))
      let named = try classify("--images", "Data/toy", in: sandbox)
      let path = sandbox.path(Self.model)
      var content = try ModelContent(path: path)
      let file = try HDF5File.open(path)
      content.reals["/structure/classPriors"] = try file.read(
        "/structure/classPriors", as: Float.self
      ).values
      try file.close()
      try content.write(to: path)
      #expect(try classify("--images", "Data/toy", in: sandbox) == named)
    }

    @Test func oneFolderTooHighIsWarnedOf() throws {
      let sandbox = try Sandbox(data: nil)
      try SortedData().writePictures(to: sandbox.path("top/all"), names: ["a", "b", "c", "d"])
      let ended = try Tessera.run("ingest", "top", "--output", "own", in: sandbox)
      #expect(ended.status == 0)
      #expect(ended.output.contains(", 1 class (all)\n"))
      #expect(
        ended.errors.contains("warning: all images are of one class, \"all\""), "\(ended.errors)")
      let below = try Tessera.run("ingest", "top/all", "--output", "own", in: sandbox)
      #expect(below.output.contains(", 4 classes (a, b, c, d)\n"))
      #expect(!below.output.contains("warning") && !below.errors.contains("warning: all images"))
    }
  }
}
