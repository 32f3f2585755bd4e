import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Bits that flip in the cache and in what is published.
struct BitRotTests {
  /// Flips one bit of a file, at a place.
  private func flip(_ path: String, at place: Int) throws {
    var bytes = try FileBytes.read(path)
    bytes[place] ^= 0x01
    try Data(bytes).write(to: URL(filePath: path))
  }

  /// The cache's memory of hashes, made to say that a file as it is now is the one that was hashed: what bit rot
  /// looks like, which changes neither size nor times.
  private func makeUnnoticed(_ file: String, in sandbox: Sandbox) throws {
    let memory = sandbox.path("Cache/hashes.json")
    var fields = try #require(try ResolvedValue(json: readText(memory)).mapping)
    var files = try #require(fields["files"]?.mapping)
    let entry = try #require(files[file]?.list)
    var status = stat()
    #expect(stat(file, &status) == 0)
    let numbers = [
      Int(status.st_dev), Int(status.st_ino), Int(status.st_size),
      Int(status.st_mtim.tv_sec) * 1_000_000_000 + status.st_mtim.tv_nsec,
      Int(status.st_ctim.tv_sec) * 1_000_000_000 + status.st_ctim.tv_nsec,
    ]
    files[file] = .list(numbers.map(ResolvedValue.integer) + [entry[entry.count - 1]])
    fields["files"] = .mapping(files)
    try DurableFile.write(text: ResolvedValue.mapping(fields).jsonText, to: memory)
    try reseal(memory)
  }

  /// A sandbox whose second run remembers all hashes.
  private func settled() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    usleep(150_000)
    #expect(try sandbox.run(chain).didNothing)
    return sandbox
  }

  @Test func aFlippedDigitOfARememberedHashIsNoDamage() throws {
    let sandbox = try settled()
    let memory = sandbox.path("Cache/hashes.json")
    let text = try readText(memory)
    for digit in ["0", "7", "a"] {
      let hash = try #require(
        text.firstMatch(of: #/"[^"]*text.txt": ?\[[^\]]*"([0-9a-f]{64})"/#.dotMatchesNewlines())?.1)
      try DurableFile.write(
        text: text.replacing(hash, with: digit + hash.dropFirst()), to: memory)
      let again = try sandbox.run(chain)
      #expect(again.didNothing, "a hash that is not remembered is computed")
    }
  }

  /// What is copied is what the record says, whatever is remembered of it.
  @Test func bitRotIsNotPublished() throws {
    let sandbox = try settled()
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    let before = try sandbox.contents("Output")
    let file = sandbox.path("Cache/\(twice)/text.txt")
    try flip(file, at: 2)
    try makeUnnoticed(file, in: sandbox)
    try DurableFile.remove(sandbox.path("Output/chain/twice/text.txt"))
    let again = try sandbox.run(chain)
    #expect(again.stages.first { $0.name == "twice" }?.status == .ran)
    #expect(sandbox.events.reasons["twice"]?.contains("'text.txt' has another content") == true)
    #expect(try sandbox.contents("Output") == before)
  }

  /// The fingerprint covers neither the list of files nor the failure; the digest does.
  @Test func everyFlipInARecordIsFound() throws {
    let sandbox = try settled()
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    let text = try readText(sandbox.path("Cache/\(twice)/stage.json"))
    var fields = try #require(SealedJSON.fields(of: text))
    fields["failure"] = .string("no good")
    let failed = SealedJSON.text(fields)
    for text in [text, failed] {
      #expect(StageRecord(text: text) != nil)
      for place in text.utf8.indices {
        var bytes = Array(text.utf8)
        bytes[text.utf8.distance(from: text.startIndex, to: place)] ^= 0x01
        #expect(StageRecord(text: String(decoding: bytes, as: UTF8.self)) == nil)
      }
    }
  }

  /// As older programs wrote it.
  @Test func aRecordWithoutADigestIsRead() throws {
    let sandbox = try settled()
    for top in ["Cache", "Output"] {
      for path in try DurableFile.listTree(sandbox.path(top)) where path.hasSuffix("stage.json") {
        let file = sandbox.path("\(top)/\(path)")
        let fields = try #require(SealedJSON.fields(of: readText(file)))
        try DurableFile.write(text: ResolvedValue.mapping(fields).jsonText + "\n", to: file)
      }
    }
    #expect(try sandbox.run(chain).stages.allSatisfy { $0.status != .ran })
  }

  /// What a result lists is found from any path to it; other people's files of the records' names are none.
  @Test func theRecordOfAFile() throws {
    let sandbox = try settled()
    let folder = sandbox.path("Output/chain/twice")
    let text = try #require(try RecordedFile(of: "\(folder)/text.txt"))
    #expect(text.record.hasSuffix("Output/chain/twice/stage.json"))
    #expect(try text.sha256 == SHA256.hex(ofFile: "\(folder)/text.txt"))
    #expect(try RecordedFile(of: "\(folder)/timings.json")?.record.hasSuffix("/run.json") == true)
    let elsewhere = sandbox.path("elsewhere")
    try DurableFile.createFolder("\(elsewhere)/a")
    for (link, target) in [("link.txt", "\(folder)/text.txt"), ("linked", folder)] {
      #expect(symlink(target, "\(elsewhere)/\(link)") == 0)
    }
    #expect(try RecordedFile(of: "\(elsewhere)/link.txt")?.record == text.record)
    #expect(try RecordedFile(of: "\(elsewhere)/linked/../twice/text.txt")?.record == text.record)
    #expect(try RecordedFile(of: "\(elsewhere)/linked/nothing.txt") == nil)
    try DurableFile.write(text: "a", to: "\(elsewhere)/a/text.txt")
    for name in ["stage.json", "run.json"] {
      // A terabyte, a folder, a FIFO, text.
      #expect(truncate("\(elsewhere)/\(name)", 0) != 0)
      FileManager.default.createFile(atPath: "\(elsewhere)/\(name)", contents: nil)
      #expect(truncate("\(elsewhere)/\(name)", 1 << 40) == 0)
      #expect(try RecordedFile(of: "\(elsewhere)/a/text.txt") == nil)
      try DurableFile.remove("\(elsewhere)/\(name)")
      try DurableFile.createFolder("\(elsewhere)/\(name)")
      #expect(try RecordedFile(of: "\(elsewhere)/a/text.txt") == nil)
      try DurableFile.remove("\(elsewhere)/\(name)")
      #expect(mkfifo("\(elsewhere)/\(name)", 0o600) == 0)
      #expect(try RecordedFile(of: "\(elsewhere)/a/text.txt") == nil)
      try DurableFile.remove("\(elsewhere)/\(name)")
      try DurableFile.write(text: "[1]", to: "\(elsewhere)/\(name)")
      #expect(try RecordedFile(of: "\(elsewhere)/a/text.txt") == nil)
    }
  }

  /// A disk that misreads a file once is asked again, also where size and times stay.
  @Test func aHashThatIsWrongIsNotRemembered() throws {
    let sandbox = try settled()
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    let file = sandbox.path("Cache/\(twice)/text.txt")
    try flip(file, at: 2)
    // What is remembered is not what lies there.
    try makeUnnoticed(file, in: sandbox)
    let hashes = ContentHashes(memory: sandbox.path("Cache/hashes.json"))
    let found = try SHA256.hex(ofFile: file)
    #expect(try !hashes.isRight(file, found))
    #expect(try hashes.isRight(file, found))
  }

  @Test(arguments: ["run.json", "timings.json"])
  func everyFlipInWhatWasMeasuredIsNoticed(name: String) throws {
    let sandbox = try settled()
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    let file = sandbox.path("Cache/\(twice)/\(name)")
    let bytes = try FileBytes.read(file)
    for place in stride(from: 0, to: bytes.count, by: 7) {
      try flip(file, at: place)
      let again = try sandbox.run(chain)
      #expect(again.stages.allSatisfy { $0.status == .cached }, "the result itself is whole")
      let warnings = sandbox.events.warnings.filter { $0.contains(file) }
      #expect(warnings.count == 1, "byte \(place): \(sandbox.events.warnings)")
      try DurableFile.write(bytes, to: file)
    }
  }

  /// What is published comes back from what is stored.
  @Test(arguments: ["run.json", "timings.json"])
  func publishedMeasurementsThatWereChangedComeBack(name: String) throws {
    let sandbox = try settled()
    let file = sandbox.path("Output/chain/twice/\(name)")
    let before = try FileBytes.read(file)
    try flip(file, at: before.count / 2)
    let again = try sandbox.run(chain)
    #expect(again.stages.first { $0.name == "twice" }?.status == .restored)
    #expect(try FileBytes.read(file) == before)
  }
}
