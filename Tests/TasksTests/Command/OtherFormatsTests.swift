import Configuration
import Datasets
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  /// Files of other formats, and of kinds of a format that is read: what they are, and what to do.
  @Suite struct OtherFormatsTests {
    private func refusal(_ path: String, in sandbox: Sandbox, status: Int32 = 65) throws -> String {
      let ended = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", path, in: sandbox)
      #expect(ended.status == status, "\(ended.errors)")
      #expect(ended.errorLines.count == 1, "\(ended.errors)")
      return ended.errorLines.last ?? ""
    }

    @Test func aPictureOrArrayWhereIDXIsExpected() throws {
      let sandbox = try ModelFixture.sandbox()
      for (name, start, words) in [
        ("a.jpg", [0xFF, 0xD8, 0xFF, 0xE0] as [UInt8], "found a JPEG picture; convert it to PNG"),
        (
          "train_32x32.mat", Array("MATLAB 5.0 MAT-file".utf8), "found a MATLAB file of version 5; "
        ),
        ("x.zip", Array("PK\u{3}\u{4}".utf8), "found a ZIP archive; unpack it, "),
      ] {
        let bytes = start + [UInt8](repeating: 7, count: 200)
        try DurableFile.write(bytes, to: sandbox.path(name))
        let line = try refusal(name, in: sandbox)
        #expect(
          line.hasPrefix("tessera: \(name): byte 0: expected an IDX file (00 00 08), \(words)"),
          "\(line)")
      }
      try DurableFile.write([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], to: sandbox.path("b.png"))
      let line = try refusal("b.png", in: sandbox)
      #expect(
        line == "tessera: ./b.png: expected a PNG file, found a JPEG picture; convert it to PNG",
        "\(line)")
    }

    @Test func datasetsOfOtherTypesAreNamed() throws {
      let sandbox = try ModelFixture.sandbox()
      try HDF5File.writeAtomically(to: sandbox.path("t.h5")) { file in
        try file.write("/f", [0.5, 1] as [Float], shape: [1, 1, 2])
        try file.write("/i", [1, 2] as [Int64], shape: [1, 1, 2])
      }
      #expect(try refusal("t.h5:/f", in: sandbox).contains("found f4; scale it to levels"))
      #expect(try refusal("t.h5:/i", in: sandbox).contains("found i8; scale it to levels"))
    }

    @Test func aDatasetsPathNeedsNoSlash() throws {
      let sandbox = try ModelFixture.sandbox()
      let pixels = ToyData().pixels(count: 3, salt: 0)
      try HDF5File.writeAtomically(to: sandbox.path("t.h5")) { file in
        try file.write("/images", pixels, shape: [3, 8, 8])
        try file.write("/deep/images", pixels, shape: [3, 8, 8])
      }
      for name in ["t.h5:images", "t.h5:deep/images", "t.h5:/images"] {
        let ended = try Tessera.run(
          "evaluate", "--model", "model.h5", "--images", name, in: sandbox)
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.hasPrefix("3 images: "))
      }
      #expect(try refusal("t.h5:nothing", in: sandbox).contains("no such dataset in the file"))
      #expect(try refusal("none.h5:images", in: sandbox, status: 66).contains("none.h5"))
    }

    /// `/images`, u1 [1, 8, 8], one chunk that went through filter 32004 (h5py 3.16, the bytes of the chunk written as they
    /// are); gzip and base64.
    private static let filtered = """
      H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwrOCKLyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAGaP\
      AQuE5mAYBSMReLg6BoDoCCgflkpPMKGqy8xNTE8tRqRHDwrtZWRgg5jFCONbQGhmRpR0z4FG4xJnBrqcEep+RiQZViAN4jMx\
      M4GFuaHqGKEGsdRC1HMwKEDMYWKpYEVYxQHFjAiXB9AkHoL9/F1AORrmHwXm0bRJDgCVd4xYyjsRIvXvEERPp/jT4SgYBaNg\
      FIyCUTAKRsEoGAWjYOiCCiwAAJKfnzfMEQAA
      """

    /// None of these is installed.
    @Test(
      arguments: [
        (32_000, "lzf"), (32_001, "blosc"), (32_015, "zstd"), (32_004, "lz4"),
        (32_008, "bitshuffle"),
      ])
    func filtersThatAreNotInstalledAreNamed(filter: Int, name: String) throws {
      let sandbox = try ModelFixture.sandbox()
      let packed = try #require(Data(base64Encoded: Self.filtered))
      var bytes = try packed.withUnsafeBytes {
        try Gzip.inflate($0, path: "fixture", limit: 10_000)
      }
      // Where h5py wrote the filter's number, low byte first.
      #expect(Array(bytes[936..<938]) == [0x04, 0x7D])
      bytes.replaceSubrange(936..<938, with: [UInt8(filter & 255), UInt8(filter >> 8)])
      try DurableFile.write(bytes, to: sandbox.path("t.h5"))
      let line = try refusal("t.h5:/images", in: sandbox)
      #expect(
        line.hasPrefix(
          "tessera: t.h5: /images: cannot read: stored by \(name) (filter \(filter)), which is not "
            + "installed; write it again by gzip: python3 -c "), "\(line)")
    }

    @Test func aByteOrderMarkIsNoPartOfAPipeline() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", "\u{FEFF}" + Pipelines.training(epochs: 1))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      // A mistake's place is that of the text that an editor shows.
      try sandbox.write("p.yaml", "\u{FEFF}nam: x\n")
      let wrong = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(wrong.status == 78)
      #expect(wrong.errors.contains("p.yaml:1:1: unknown key 'nam'"), "\(wrong.errors)")
      try DurableFile.write([0xFF, 0xFE, 0x6E, 0, 0x61, 0], to: sandbox.path("p.yaml"))
      let wide = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(wide.status == 78 && wide.errors.contains("text in UTF-16; save the file as UTF-8"))
    }

    /// A file may have at most so many blocks of 1,024 bytes: a write fails, as on a full disk.
    @Test(arguments: [16, 400, 1_500])
    func aFullDiskIsOnePlainLine(blocks: Int) throws {
      let sandbox = try Sandbox(data: nil)
      var state: UInt64 = 1
      let noise = (0..<2_000 * 1_024).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 40)
      }
      let images = IDXFile.encode(sizes: [2_000, 32, 32], content: noise)
      try DurableFile.write(images, to: sandbox.path("noise.idx"))
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = [
        "-c",
        "trap '' XFSZ; ulimit -f \(blocks); exec \"$0\" ingest noise.idx --output own 2> errors",
        Tessera.executable.path,
      ]
      shell.currentDirectoryURL = URL(filePath: sandbox.root)
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationStatus == 74)
      let errors = try sandbox.text("errors").split(separator: "\n")
      let line = String(errors.last ?? "")
      #expect(
        line.hasPrefix("tessera: own/images.h5: ")
          && line.hasSuffix(": cannot write: File too large"), "\(line)")
      #expect(!line.contains("errno") && errors.count <= 2)
      #expect(!sandbox.exists("own"))
    }
  }
}
