import Files
import Foundation
import Testing

extension CommandSuite {
  @Suite struct BadDataTests {
    @Test(arguments: BadFile.all)
    func aBadFileIsNamedWithPlaceAndReason(bad: BadFile) throws {
      let sandbox = try Sandbox()
      let name = try bad.write(in: sandbox)
      try sandbox.write("p.yaml", Pipelines.training(epochs: 1))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 65)
      #expect(ended.output.isEmpty)
      let faults = ended.errorLines.filter { $0.hasPrefix("tessera: ") }
      #expect(faults == ["tessera: stage 'digits': \(name): \(bad.message)"])
      // That the stage began, unless a file's head told it before, and the fault.
      #expect(ended.errorLines.count <= 2, "the stage's first line, and the fault: \(ended.errors)")
      #expect(!sandbox.exists("Output/tiny/digits"))
      #expect(try sandbox.strays().isEmpty)
    }

    @Test func theNextRunWithGoodFilesWorks() throws {
      let sandbox = try Sandbox()
      let bad = try #require(BadFile.all.first)
      _ = try bad.write(in: sandbox)
      #expect(throws: (any Error).self) { try sandbox.run(Pipelines.training(epochs: 1)) }
      try ToyData().write(to: sandbox.path("Data/toy"))
      try sandbox.run(Pipelines.training(epochs: 1))
      let clean = try Sandbox()
      try clean.run(Pipelines.training(epochs: 1))
      #expect(try sandbox.results() == clean.results())
    }

    @Test(arguments: [
      ToyData.trainImages, ToyData.trainLabels, ToyData.testImages, ToyData.testLabels,
    ])
    func aMissingFileIsNamedBeforeAnyWork(file: String) throws {
      let sandbox = try Sandbox()
      try DurableFile.remove(sandbox.path("Data/toy/\(file)"))
      try sandbox.write("p.yaml", Pipelines.all)
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 66)
      #expect(ended.errors == "tessera: Data/toy: no file '\(file)'\n")
      #expect(!sandbox.exists("Output"))
      #expect(!sandbox.exists("Data/Cache"))
    }

    @Test func aMissingDatasetIsSearchedWhereTheVariableSays() throws {
      let sandbox = try Sandbox(data: nil)
      try sandbox.write("p.yaml", Pipelines.training(epochs: 1))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 66)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.hasPrefix("tessera: data set 'toy' not found (searched Data): "))

      try ToyData().write(to: sandbox.path("elsewhere/toy"))
      let found = try Tessera.run(
        "run", "p.yaml", in: sandbox, environment: ["TESSERA_DATA": "elsewhere"])
      #expect(found.status == 0, "\(found.errors)")
    }

    @Test(arguments: [("--output", "output"), ("--cache", "cache")])
    func aFolderThatCannotBeIsToldBeforeAnyWork(option: String, role: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.all)
      let ended = try Tessera.run("run", "p.yaml", option, "p.yaml/x", in: sandbox)
      #expect(ended.status == 73)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.hasPrefix("tessera: p.yaml/x"))
      #expect(ended.errors.contains("cannot use as \(role) folder"))
      #expect(!sandbox.exists("Output/tiny/digits"))
    }

    /// Compressed by any tool, in one member or several, the data are the same.
    @Test func compressedFilesGiveTheSameModel() throws {
      let plain = try Sandbox()
      try plain.run(Pipelines.training(epochs: 1))
      let compressed = try Sandbox()
      let path = compressed.path("Data/toy/\(ToyData.trainImages)")
      let bytes = try FileBytes.read(path)
      try DurableFile.write(
        Gzip.deflate(Array(bytes.prefix(99))) + Gzip.deflate(Array(bytes.dropFirst(99))),
        to: path + ".gz")
      try DurableFile.remove(path)
      try compressed.run(Pipelines.training(epochs: 1))
      #expect(
        try compressed.hashes("Output")["tiny/spn/curve.csv"]
          == plain.hashes("Output")["tiny/spn/curve.csv"])
    }
  }
}
