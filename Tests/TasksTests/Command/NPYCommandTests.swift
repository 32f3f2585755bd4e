import Configuration
import Datasets
import Files
import Foundation
import Testing

extension CommandSuite {
  /// NumPy arrays by a path of a command, and by a pipeline's `source:`.
  @Suite struct NPYCommandTests {
    private func array(_ type: String, _ shape: String, _ content: [UInt8]) -> [UInt8] {
      let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        + content
    }

    private func write(in sandbox: Sandbox, _ folder: String = ".") throws {
      try DurableFile.createFolder(sandbox.path(folder))
      let (train, test) = (
        ToyData().pixels(count: 20, salt: 0), ToyData().pixels(count: 6, salt: 9)
      )
      let labels = (0..<26).map { UInt8($0 % 3) }
      for (name, bytes) in [
        ("x.npy", array("|u1", "(20, 8, 8)", train)),
        ("y.npy", array("|u1", "(20,)", Array(labels.prefix(20)))),
        ("tx.npy", array("|u1", "(6, 8, 8)", test)),
        ("ty.npy", array("|u1", "(6,)", Array(labels.prefix(6)))),
      ] {
        try DurableFile.write(bytes, to: sandbox.path("\(folder)/\(name)"))
      }
    }

    @Test func commandsReadArrays() throws {
      let sandbox = try ModelFixture.sandbox()
      try write(in: sandbox)
      let ended = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", "tx.npy", "--labels", "ty.npy", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output.hasPrefix("6 images: "))
      let ingested = try Tessera.run(
        "ingest", "x.npy", "--labels", "y.npy", "--output", "own", "--superpixel", "4x4",
        "--test-last", "5", "--json", in: sandbox)
      #expect(ingested.status == 0, "\(ingested.errors)")
      let archive = try ImageArchive(sandbox.path("own/images.h5"))
      #expect(archive.counts == ["train": 15, "test": 5] && archive.classNames == ["0", "1", "2"])
      let refused = try Tessera.run(
        "ingest", "x.npy", "--sizes", "resize", "--size", "4x4", "--output", "b", in: sandbox)
      #expect(refused.status == 64)
      #expect(refused.errors.contains("--size does not apply to NumPy arrays, which take --axes"))
      try DurableFile.write(Array("PK\u{3}\u{4}".utf8) + [7, 7], to: sandbox.path("bad.npz"))
      let broken = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", "bad.npz:x", in: sandbox)
      #expect(broken.status == 65)
      #expect(
        broken.errorLines.last?.hasPrefix("tessera: bad.npz: byte 6: expected the end of a ZIP")
          == true,
        "\(broken.errors)")
    }

    @Test func pipelinesReadArrays() throws {
      let sandbox = try Sandbox(data: nil)
      try write(in: sandbox, "Data/own")
      try sandbox.write(
        "p.yaml",
        """
        name: arrays
        seed: 1
        stages:
          digits:
            kind: ingest
            source: {kind: npy, dataset: own, images: x.npy, labels: y.npy, testImages: tx.npy, testLabels: ty.npy}
        """)
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect((ended.errors + ended.output).contains("20 train, 6 test images of 8 x 8, 3 classes"))
      try DurableFile.remove(sandbox.path("Data/own/ty.npy"))
      let missing = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(
        missing.status == 66 && missing.errors.contains("no file 'ty.npy'"), "\(missing.errors)")
    }
  }
}
