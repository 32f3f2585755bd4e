import Configuration
import Files
import Foundation
import Models
import Storage
import TestSupport
import Testing

/// What a model file keeps, and what a reader makes of one that was changed.
@Suite struct ModelFileTests {
  /// Written again by other code from what the documentation says is in it: the same model.
  @Test func whatTheFormatSaysIsAllThereIs() throws {
    let folder = try TrainedModel.folder()
    let before = try meanLogLikelihood(ofModelAt: folder.model)
    try ModelContent(path: folder.model).write(to: folder.model)
    #expect(try meanLogLikelihood(ofModelAt: folder.model) == before)
  }

  /// Every parameter reaches its place: another value of any kind of them gives another number.
  @Test(arguments: ["/parameters/sumLogits", "/parameters/bernoulliLogits"])
  func everyParameterCounts(name: String) throws {
    let folder = try TrainedModel.folder()
    let before = try meanLogLikelihood(ofModelAt: folder.model)
    let content = try ModelContent(path: folder.model)
    let count = try #require(content.reals[name]).count
    for index in [0, count / 2, count - 1] {
      var changed = content
      changed.reals[name]?[index] += 1
      try changed.write(to: folder.model)
      #expect(try meanLogLikelihood(ofModelAt: folder.model) != before, "\(name)[\(index)]")
    }
  }

  @Test(arguments: ModelEdit.all)
  func anUnusableModelIsRefusedWithItsReason(edit: ModelEdit) throws {
    let folder = try TrainedModel.folder()
    var content = try ModelContent(path: folder.model)
    edit.apply(&content)
    try content.write(to: folder.model)
    let fault = #expect(throws: ModelFault.self) { try meanLogLikelihood(ofModelAt: folder.model) }
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description == "\(folder.model): \(edit.reason)")
  }

  @Test func aTruncatedOrForeignFileIsRefused() throws {
    let folder = try TrainedModel.folder()
    let bytes = try FileBytes.read(folder.model)
    for damaged in [Array(bytes.prefix(bytes.count - 1)), Array(bytes.prefix(100)), [1, 2], []] {
      try DurableFile.write(damaged, to: folder.model)
      let fault =
        #expect(throws: (any Error).self) { try meanLogLikelihood(ofModelAt: folder.model) }
        as? any Fault
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description.hasPrefix(folder.model) == true)
      #expect(fault?.description.contains("\n") == false)
    }
    try DurableFile.remove(folder.model)
    let missing = #expect(throws: FileFault.self) { try meanLogLikelihood(ofModelAt: folder.model) }
    #expect(missing?.exitCode == .noInput)
  }

  /// One bit anywhere in a model: it is found, or no number changes.
  @Test func aFlippedBitChangesNoAnswer() throws {
    let folder = try TrainedModel.folder()
    let bytes = try FileBytes.read(folder.model)
    let before = try meanLogLikelihood(ofModelAt: folder.model)
    var found = 0
    for number in 0..<50 {
      // A prime far from a divisor of the size: places all over the file.
      let place = (number * 15_485_863 + 7) % (8 * bytes.count)
      var damaged = bytes
      damaged[place / 8] ^= 1 << UInt8(place % 8)
      try DurableFile.write(damaged, to: folder.model)
      do {
        #expect(try meanLogLikelihood(ofModelAt: folder.model) == before, "bit \(place)")
      } catch let fault as any Fault {
        found += 1
        #expect(fault.exitCode == .badData, "bit \(place): \(fault)")
      }
    }
    #expect(found > 10, "\(found) of 50 found")
  }

  @Test func aCountOfRegionsIsNotBelieved() throws {
    let folder = try TrainedModel.folder()
    var content = try ModelContent(path: folder.model)
    content.set("/structure", "regions", .integer(100_000_000))
    try content.write(to: folder.model)
    let start = Date()
    let fault = #expect(throws: ModelFault.self) { try meanLogLikelihood(ofModelAt: folder.model) }
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.contains("100000000 regions of 16 superpixels") == true)
    #expect(Date().timeIntervalSince(start) < 10)
  }
}
