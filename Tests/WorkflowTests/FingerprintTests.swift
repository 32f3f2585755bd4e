import Configuration
import Files
import Foundation
import Testing
import Workflow

struct FingerprintTests {
  @Test func namesAndOrderChangeNothing() throws {
    let sandbox = try Sandbox()
    let before = try sandbox.fingerprints(chain)
    let after = try sandbox.fingerprints(
      """
      name: other
      stages:
        x3: {parts: 3, kind: spread, from: x2.text}
        x2: {kind: repeat, times: 2, seed: 1, from: x1}
        x1: {kind: ingest, dataset: toy}
      """)
    #expect(Set(before.values).count == 3)
    #expect(after == ["x1": before["words"], "x2": before["twice"], "x3": before["parts"]])
  }

  @Test func aFieldChangesItsStageAndWhatDependsOnIt() throws {
    let sandbox = try Sandbox()
    let before = try sandbox.fingerprints(chain)
    for (old, new) in [("seed: 1", "seed: 2"), ("from: words}", "from: words, times: 3}")] {
      let after = try sandbox.fingerprints(chain.replacingOccurrences(of: old, with: new))
      #expect(after["words"] == before["words"])
      #expect(after["twice"] != before["twice"])
      #expect(after["parts"] != before["parts"])
    }
    let last = try sandbox.fingerprints(
      chain.replacingOccurrences(of: "parts: 3", with: "parts: 4"))
    #expect(last["twice"] == before["twice"])
    #expect(last["parts"] != before["parts"])
  }

  @Test func rawFilesCountByContentAlone() throws {
    let sandbox = try Sandbox()
    let before = try sandbox.fingerprints(chain)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)],
      ofItemAtPath: sandbox.path("Data/toy/words"))
    #expect(try sandbox.fingerprints(chain) == before)

    try DurableFile.createFolder(sandbox.path("Other"))
    try DurableFile.move(sandbox.path("Data/toy"), to: sandbox.path("Other/toi"))
    let moved = chain.replacingOccurrences(of: "dataset: toy", with: "dataset: toi")
    #expect(try sandbox.fingerprints(moved) == before)

    try DurableFile.write(text: "hellO\n", to: sandbox.path("Other/toi/words"))
    let changed = try sandbox.fingerprints(moved)
    for name in ["words", "twice", "parts"] { #expect(changed[name] != before[name]) }
  }

  @Test func inputsCountByOutputOrderAndLabel() throws {
    let sandbox = try Sandbox()
    func join(_ fields: String) throws -> String? {
      try sandbox.fingerprints(
        chain + "\n  more: {kind: repeat, from: words, times: 7}\n  j: {kind: join, \(fields)}\n")[
          "j"]
    }
    let plain = try join("from: [words, twice]")
    #expect(try join("from: [words.text, twice.text]") == plain)
    #expect(try join("from: [twice, words]") != plain)
    #expect(try join("from: [words]") != plain)
    let labelled = try join("from: words, totals: {a: twice, b: more}")
    #expect(try join("from: words, totals: {a: twice, c: more}") != labelled)
    #expect(try join("from: words, totals: {a: more, b: twice}") != labelled)
    #expect(try join("from: words, totals: {b: more, a: twice}") != labelled)
  }

  @Test func fingerprintsStayFromReleaseToRelease() throws {
    // If this changes, every user's cache is lost: raise `Pipeline.formatVersion` and say so.
    let words = try Sandbox().fingerprints(chain)["words"]
    let hello = SHA256.hex(of: "hello\n")
    #expect(
      words
        == SHA256.hex(
          of: #"{"fields":{"kind":"ingest"},"format":2,"inputs":{},"kind":"ingest","#
            + #""raw":[{"name":"words","sha256":"\#(hello)"}],"version":1}"#))
  }

  @Test func memoryOfHashes() throws {
    let sandbox = try Sandbox()
    let memory = sandbox.path("hashes.json")
    let file = sandbox.path("Data/toy/words")
    usleep(150_000)
    let hashes = ContentHashes(memory: memory)
    let hex = try hashes.hex(of: file)
    hashes.save()
    // A digit that flipped is noticed: the memory carries its own digest.
    let zeros = String(repeating: "0", count: 64)
    let forged = try readText(memory).replacingOccurrences(of: hex, with: zeros)
    #expect(try forged != readText(memory))
    try DurableFile.write(text: forged, to: memory)
    #expect(try ContentHashes(memory: memory).hex(of: file) == hex)
    // One that names another content under its own digest is believed, for a file that did not change: it is used.
    try reseal(memory)
    #expect(try ContentHashes(memory: memory).hex(of: file) == zeros)
    #expect(try ContentHashes(memory: memory, isTrusted: false).hex(of: file) == hex)
    // The same size and a set-back time do not fool it.
    var before = stat()
    #expect(stat(file, &before) == 0)
    let handle = try #require(FileHandle(forWritingAtPath: file))
    try handle.write(contentsOf: Data("HELLO".utf8))
    try handle.close()
    #expect(utimensat(AT_FDCWD, file, [before.st_atim, before.st_mtim], 0) == 0)
    #expect(try ContentHashes(memory: memory).hex(of: file) == SHA256.hex(of: "HELLO\n"))
    for damaged in ["", "{", "[]", "{\"\(file)\":[1]}", "{\"\(file)\":7}"] {
      try DurableFile.write(text: damaged, to: memory)
      #expect(try ContentHashes(memory: memory).hex(of: file) == SHA256.hex(of: "HELLO\n"))
    }
  }
}
