import Configuration
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  @Suite struct InspectTests {
    private func json(_ path: String, in sandbox: Sandbox) throws -> ResolvedValue {
      let ended = try Tessera.run("inspect", path, "--json", in: sandbox)
      #expect(ended.status == 0, "\(path): \(ended.errors)")
      #expect(ended.errors.isEmpty)
      return try ResolvedValue(json: ended.output)
    }

    /// The poster's vanilla network, trained for an epoch on few images.
    @Test func thePostersCounts() throws {
      let sandbox = try Sandbox(data: ToyData(train: 8, test: 2, height: 28, width: 28))
      try sandbox.write(
        "p.yaml",
        Pipelines.training(
          epochs: 1, split: "validation: 2",
          cells: "[1, 1]", train: "structure: {kind: poon-domingos, steps: [4, 1]}, batch: 8"))
      let run = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(run.status == 0, "\(run.errors)")
      let model = try json("Output/tiny/spn/model.h5", in: sandbox)
      for (name, count) in [
        ("regions", 5_635), ("partitions", 12_936), ("leafUnits", 1_568), ("sumNodes", 9_702),
        ("productNodes", 51_744), ("parameters", 105_056),
      ] {
        #expect(model[name]?.integer == count, "\(name)")
      }
      for (name, word) in [
        ("kind", "model"), ("leaf", "bernoulli"), ("likelihood", "exact"),
        ("structure", "poon-domingos, steps [4, 1]"), ("rootWeights", "fixed at 1/K"),
      ] {
        #expect(model[name]?.string == word)
      }
      let text = try Tessera.run("inspect", "Output/tiny/spn/model.h5", in: sandbox)
      #expect(text.output.contains("parameters    105056\n"))
    }

    @Test func everyKindOfFileThatWeWrite() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Pipelines.all)
      func cached(_ stage: String, _ file: String) throws -> String {
        "Data/Cache/\(try #require(summary.stage(stage)).fingerprint)/\(file)"
      }
      for (path, kind) in [
        (try cached("digits", "images.h5"), "tessera-images"),
        (try cached("digits", "stage.json"), "stage record"),
        (try cached("superpixels", "partition.json"), "tessera partition"),
        (try cached("parts", "split.h5"), "split"),
        (try cached("shards", "shards/manifest.json"), "tessera-shards"),
        (try cached("shards", "shards/shard-00000.h5"), "tessera-shard"),
        ("Output/tiny/spn/model.h5", "model"),
        (try cached("spn", "checkpoints/epoch-0000.h5"), "model"),
        ("Output/tiny/spn/curve.h5", "tables"), ("Output/tiny/metrics/metrics.h5", "tables"),
      ] {
        let found = try json(path, in: sandbox)["kind"]?.string
        // The archive says what it holds.
        #expect(found == kind || (kind == "tessera-images" && found == "images"), "\(path)")
      }
      let split = try json(try cached("parts", "split.h5"), in: sandbox)
      #expect(split["train"]?.integer == 50)
      #expect(split["validation"]?.integer == 10)
      #expect(split["test"]?.integer == 20)
    }

    /// One bit in any place: what lies in a result is compared with the result's record, byte for byte.
    @Test func everyFlippedBitOfAResultIsFound() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Pipelines.all)
      func cached(_ stage: String, _ file: String) throws -> String {
        "Data/Cache/\(try #require(summary.stage(stage)).fingerprint)/\(file)"
      }
      for path in [
        "Output/tiny/metrics/metrics.h5", "Output/tiny/spn/stage.json", "Output/tiny/spn/run.json",
        try cached("digits", "images.h5"), try cached("shards", "shards/all.h5"),
        try cached("spn", "checkpoints/epoch-0000.h5"),
      ] {
        let bytes = try FileBytes.read(sandbox.path(path))
        let one = try #require(bytes.lastIndex { $0 != 0 })
        for place in [bytes.count / 3, 2 * bytes.count / 3, one] {
          var flipped = bytes
          flipped[place] ^= 0x10
          try Data(flipped).write(to: URL(filePath: sandbox.path(path)))
          let ended = try Tessera.run("inspect", path, in: sandbox)
          #expect(ended.status == 65, "\(path), byte \(place): \(ended.output)")
        }
        try Data(bytes).write(to: URL(filePath: sandbox.path(path)))
        #expect(try Tessera.run("inspect", path, in: sandbox).status == 0, "\(path)")
      }
    }

    /// Tables, pictures and times have no digest of their own: the record knows them.
    @Test func filesThatARecordAloneKnows() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      for name in ["metrics/metrics.csv", "spn/timings.epochs.csv", "spn/timings.json"] {
        let path = "Output/tiny/\(name)"
        let found = try json(path, in: sandbox)
        #expect(found["kind"]?.string == "result file", "\(path)")
        let record = name.contains("timings") ? "run.json" : "stage.json"
        #expect(found["integrity"]?.string?.hasSuffix("/\(record)") == true, "\(found)")
        try sandbox.damage(path)
        let ended = try Tessera.run("inspect", path, in: sandbox)
        #expect(ended.status == 65 && ended.errors.contains("expected SHA-256"), "\(ended.errors)")
      }
    }

    /// A model that another program wrote again, where a record knows what it was.
    @Test func otherBytesInAResultAreFound() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.training(epochs: 1))
      let path = "Output/tiny/spn/model.h5"
      let bytes = Array(try FileBytes.read(sandbox.path(path)).dropLast(ByteTrailer.size))
      try DurableFile.write(bytes, to: sandbox.path(path))
      let ended = try Tessera.run("inspect", path, in: sandbox)
      #expect(ended.status == 65 && ended.errors.contains("expected SHA-256"), "\(ended.errors)")
      try DurableFile.move(sandbox.path(path), to: sandbox.path("model.h5"))
      #expect(try Tessera.run("inspect", "model.h5", in: sandbox).status == 0)
    }

    /// A damaged key is not one that is missing, and a damaged format none of a newer version.
    @Test(arguments: ["\"digest\"", "\"format\"", "tessera", "\"rows\"", "\"gzip\""])
    func damagedWordsOfJSONAreFound(word: String) throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Pipelines.all)
      var tried = 0
      for (stage, file) in [("superpixels", "partition.json"), ("shards", "shards/manifest.json")] {
        let folder = "Data/Cache/\(try #require(summary.stage(stage)).fingerprint)"
        var bytes = try FileBytes.read(sandbox.path("\(folder)/\(file)"))
        guard let place = bytes.firstRange(of: Array(word.utf8))?.lowerBound else { continue }
        tried += 1
        bytes[place + 3] ^= 0x01
        // Where no record lists it.
        try sandbox.write("copy.json", String(decoding: bytes, as: UTF8.self))
        let ended = try Tessera.run("inspect", "copy.json", in: sandbox)
        #expect(ended.status == 65, "\(file), \(word): \(ended.output)")
      }
      #expect(tried > 0)
    }

    /// An archive that another program wrote again has no line behind its end; its digest leaves levels to the sums of
    /// their chunks.
    @Test func aFlippedLevelOfAnArchiveIsFound() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Pipelines.all)
      let images = "Data/Cache/\(try #require(summary.stage("digits")).fingerprint)/images.h5"
      var bytes = Array(try FileBytes.read(sandbox.path(images)).dropLast(ByteTrailer.size))
      try Data(bytes).write(to: URL(filePath: sandbox.path("copy.h5")))
      #expect(try Tessera.run("inspect", "copy.h5", in: sandbox).status == 0)
      // A zlib stream of our level begins so; its bytes are levels.
      let stream = try #require(
        bytes.indices.dropLast(2).first {
          bytes[$0] == 0x78 && [0x01, 0x5e, 0x9c, 0xda].contains(bytes[$0 + 1])
        })
      bytes[stream + 40] ^= 0x10
      try Data(bytes).write(to: URL(filePath: sandbox.path("copy.h5")))
      let ended = try Tessera.run("inspect", "copy.h5", in: sandbox)
      #expect(ended.status == 65, "\(ended.output)")
      #expect(ended.errors.contains("/images"), "\(ended.errors)")
    }

    /// A folder of pictures has thousands of names: a person sees a few and their number.
    @Test func ofManySourcesAFewAreShown() throws {
      let sandbox = try Sandbox(data: nil)
      try DurableFile.createFolder(sandbox.path("pictures"))
      for number in 10..<40 {
        try PNGFile.write(
          pixels: [9, 9], width: 2, height: 1, to: sandbox.path("pictures/\(number).png"))
      }
      let ingested = try Tessera.run("ingest", "pictures", "--output", "own", in: sandbox)
      #expect(ingested.status == 0, "\(ingested.errors)")
      let text = try Tessera.run("inspect", "own/images.h5", in: sandbox)
      #expect(text.status == 0, "\(text.errors)")
      #expect(text.output.contains("12.png") && !text.output.contains("13.png"))
      #expect(text.output.contains(", 30 in all (--json lists them)\n"))
      #expect(try json("own/images.h5", in: sandbox)["sources"]?.list?.count == 30)
    }

    @Test func strangersFilesAreRefused() throws {
      let sandbox = try Sandbox()
      try sandbox.write("a.txt", "text\n")
      try sandbox.write("a.json", "{\"a\": 1}\n")
      try sandbox.write("b.json", "no JSON\n")
      try HDF5File.writeAtomically(to: sandbox.path("a.h5")) { try $0.write("/x", [Int32(1)]) }
      for (path, status) in [
        ("a.txt", 65), ("a.json", 65), ("b.json", 65), ("a.h5", 65), ("Data", 65),
        ("nothing.h5", 66), ("nothing.json", 66), ("a.txt/b", 66),
      ] as [(String, Int32)] {
        let ended = try Tessera.run("inspect", path, in: sandbox)
        #expect(ended.status == status, "\(path)")
        #expect(ended.output.isEmpty)
        #expect(ended.errorLines.count == 1)
        #expect(ended.errors.hasPrefix("tessera: \(path): "), "\(ended.errors)")
      }
    }
  }
}
