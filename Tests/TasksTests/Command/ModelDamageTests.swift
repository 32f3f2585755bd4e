import Configuration
import Datasets
import Files
import Foundation
import Tasks
import Testing

extension StagesSuite {
  /// Files of a model that were damaged, or made to end whoever reads them, as commands and pipelines meet them.
  @Suite struct ModelDamageTests {
    private func fields(_ sandbox: Sandbox) throws -> [String: ResolvedValue] {
      try ModelEvaluation(
        model: sandbox.path("model.h5"), images: GivenImages(sandbox.path(ModelFixture.testImages)),
        labels: nil, workers: 1
      ).fields
    }

    @Test(arguments: [
      ["inspect", "fifo.h5"], ["certify", "fifo.h5"], ["evaluate", "--model", "fifo.h5"],
      ["sample", "--count", "1", "--output", "out.png", "--model", "fifo.h5"],
      ["inspect", "fifo.json"],
    ])
    func aFIFOIsRefusedAtOnce(arguments: [String]) throws {
      let sandbox = try ModelFixture.sandbox()
      for name in ["fifo.h5", "fifo.json"] {
        #expect(mkfifo(sandbox.path(name), 0o600) == 0)
      }
      let images = arguments[0] == "evaluate" ? ["--images", ModelFixture.testImages] : []
      let ended = try Child(arguments + images, in: sandbox).wait()
      #expect(ended.status == 65)
      #expect(ended.errors.contains("expected a regular file, found a FIFO"), "\(ended.errors)")
    }

    /// Files that a pipeline names are refused in the same words.
    @Test(arguments: [
      "model: {kind: load-model, file: ./fifo}",
      "images: {kind: ingest, source: {kind: archive, dataset: ./, file: fifo}}",
      "images: {kind: ingest, source: {kind: hdf5, dataset: ./, file: fifo}}",
    ])
    func aFIFOThatAPipelineNamesIsRefusedAtOnce(stage: String) throws {
      let sandbox = try Sandbox(data: nil)
      #expect(mkfifo(sandbox.path("fifo"), 0o600) == 0)
      try sandbox.write("p.yaml", "name: fifo\nseed: 1\nstages:\n  \(stage)\n")
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 65, "\(ended.errors)")
      #expect(ended.errors.contains("expected a regular file, found a FIFO"), "\(ended.errors)")
    }

    /// A sparse file of more pixels than this process may have memory.
    @Test func imagesLargerThanTheMemoryAreRefused() throws {
      let sandbox = try ModelFixture.sandbox()
      let count = ProcessMemory.available / 64 + 1
      let header = IDXFile.encode(sizes: [count, 8, 8], content: [])
      try DurableFile.write(header, to: sandbox.path("large"))
      #expect(truncate(sandbox.path("large"), off_t(header.count + 64 * count)) == 0)
      let ended = try Child(
        ["evaluate", "--model", "model.h5", "--images", "large"], in: sandbox
      ).wait()
      #expect(ended.status == 78, "\(ended.errors)")
      #expect(ended.errors.contains("bytes of pixels, the memory of this process"))
    }

    /// A model of which a stage is made is written anew: what follows reads none of a stranger's bytes.
    @Test func aLoadedModelIsWrittenAnew() throws {
      let sandbox = try ModelFixture.sandbox()
      let yaml = """
        name: loaded
        seed: 1
        stages:
          model: {kind: load-model, file: \(sandbox.path("model.h5"))}
        """
      // As another program leaves it.
      let bytes = try FileBytes.read(sandbox.path("model.h5"))
      let given = Array(bytes.dropLast(ByteTrailer.size))
      try DurableFile.write(given, to: sandbox.path("model.h5"))
      let summary = try sandbox.run(yaml)
      let folder = "Data/Cache/\(try #require(summary.stage("model")).fingerprint)"
      let written = try FileBytes.read(sandbox.path("\(folder)/model.h5"))
      #expect(written != given && written.count >= bytes.count)
      #expect(try fields(sandbox)["meanLogLikelihood"] != nil)
    }

    /// What a file says of itself is compared with it.
    @Test func inspectFindsWhatWasChanged() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Pipelines.training(epochs: 1))
      func folder(_ stage: String) throws -> String {
        "Data/Cache/\(try #require(summary.stage(stage)).fingerprint)"
      }
      let shards = try folder("shards")
      for (path, old, new, word) in [
        (
          "\(try folder("superpixels"))/partition.json", "\"superpixelWidth\": 4",
          "\"superpixelWidth\": 2", "digest"
        ),
        (
          "\(try folder("digits"))/stage.json", "\"kind\": \"ingest\"", "\"kind\": \"ingesd\"",
          "fingerprint"
        ),
        ("\(shards)/shards/manifest.json", "\"gzip\" : 4", "\"gzip\" : 5", "digest"),
      ] {
        let whole = try Tessera.run("inspect", path, in: sandbox)
        #expect(whole.status == 0 && whole.output.contains(word), "\(whole.output)")
        let text = try sandbox.text(path)
        let compact = text.replacing(old, with: new).replacing(
          old.replacing(": ", with: ":"), with: new.replacing(": ", with: ":"))
        #expect(compact != text, "\(path): \(text)")
        // Where no record lists it.
        try sandbox.write("copy.json", compact)
        let ended = try Tessera.run("inspect", "copy.json", in: sandbox)
        #expect(ended.status == 65)
        #expect(ended.errors.contains(word), "\(ended.errors)")
      }
      try sandbox.damage("\(try folder("parts"))/split.h5")
      let record = try Tessera.run("inspect", "\(try folder("parts"))/stage.json", in: sandbox)
      #expect(record.status == 65)
      #expect(record.errors.contains("split.h5: expected SHA-256 "), "\(record.errors)")
    }
  }
}
