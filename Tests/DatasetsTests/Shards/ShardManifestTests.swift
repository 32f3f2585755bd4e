import Configuration
import Datasets
import Files
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ShardManifestTests {
  static let edits: [(String, String, String)] = [
    ("another format", "\"tessera-shards\"", "\"other\""),
    ("the future", "\"version\" : 1", "\"version\" : 4"),
    ("an archive that is not named", "\"version\" : 1", "\"version\" : 3"),
    ("colour without channels", "\"version\" : 1", "\"version\" : 2"),
    ("no number", "\"height\" : 5", "\"height\" : \"5\""),
    ("not whole", "\"height\" : 5", "\"height\" : 5.5"),
    ("zero", "\"height\" : 5", "\"height\" : 0"),
    ("negative", "\"samples\" : 16", "\"samples\" : -16"),
    ("huge", "\"samples\" : 16", "\"samples\" : 9223372036854775807"),
    ("huge bytes", "\"bytes\" : ", "\"bytes\" : 99999999"),
    ("huge chunks", "\"samplesPerChunk\" : 16", "\"samplesPerChunk\" : 0"),
    ("another count", "\"train\" : 40", "\"train\" : 41"),
    ("another cell", "\"cellWidth\" : 3", "\"cellWidth\" : 2"),
    ("outside the folder", "\"shard-00001.h5\"", "\"../../etc/passwd\""),
    ("missing field", "\"gzip\" : 4,", ""),
    ("a label", "\"classNames\" : [", "\"classNames\" : [\"x\","),
    ("another hash", "\"sha256\" : \"", "\"sha256\" : \"0"),
    ("no JSON", "{", "{{"),
  ]

  @Test(arguments: edits)
  func editedManifestIsRefused(name: String, old: String, new: String) throws {
    let folder = try TemporaryFolder()
    try writeShards(in: folder)
    let path = folder("shards/manifest.json")
    let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
    let range = try #require(text.firstRange(of: old))
    try DurableFile.write(text: text.replacingCharacters(in: range, with: new), to: path)
    let fault = #expect(throws: DatasetFault.self) { try ShardReader(folder: folder("shards")) }
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.hasPrefix(path) == true)
  }

  @Test func noManifestIsNoInput() throws {
    let folder = try TemporaryFolder()
    let fault = #expect(throws: FileFault.self) { try ShardReader(folder: folder.path) }
    #expect(fault?.exitCode == .noInput)
  }
}
