import Configuration
import Datasets
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct SplitTests {
  @Test(arguments: [0, 1, 40, 99], [nil, 1, 30, 1000])
  func partsAreDisjointAndComplete(validation: Int, limit: Int?) throws {
    let split = try Split(
      trainCount: 100, testCount: 7, validation: validation, limit: limit, seed: 5)
    #expect(split.validation.count == validation)
    #expect(split.train.count == min(limit ?? 1000, 100 - validation))
    #expect(Set(split.train).isDisjoint(with: split.validation))
    #expect((split.train + split.validation).allSatisfy { (0..<100).contains($0) })
    #expect(split.train == split.train.sorted())
    #expect(split.test == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test func seedDecides() throws {
    func split(_ seed: UInt64) throws -> Split {
      try Split(trainCount: 100, testCount: 0, validation: 20, seed: seed)
    }
    #expect(try split(1) == split(1))
    #expect(try split(1) != split(2))
  }

  @Test func theLastImagesCanBeHeldOut() throws {
    let split = try Split(
      trainCount: 10, testCount: 2, validation: 3, limit: 5, seed: 1, validatesLast: true)
    #expect(split.validation == [7, 8, 9])
    #expect(split.train.count == 5)
    #expect(split.train.allSatisfy { $0 < 7 })
    let none = try Split(
      trainCount: 10, testCount: 2, validation: 0, seed: 1, validatesLast: true)
    #expect(none.train == Array(0..<10))
  }

  @Test func smallerLimitIsASubset() throws {
    func train(_ limit: Int) throws -> Set<Int32> {
      Set(try Split(trainCount: 100, testCount: 0, validation: 9, limit: limit, seed: 1).train)
    }
    #expect(try train(20).isSubset(of: train(50)))
  }

  @Test(arguments: [(100, nil), (101, nil), (-1, nil), (0, 0)] as [(Int, Int?)])
  func impossibleNumbersAreConfiguration(validation: Int, limit: Int?) {
    let fault = #expect(throws: DatasetFault.self) {
      try Split(trainCount: 100, testCount: 0, validation: validation, limit: limit, seed: 1)
    }
    #expect(fault?.exitCode == .configuration)
  }

  @Test func fileRoundTripAndChecks() throws {
    let folder = try TemporaryFolder()
    let path = folder("split.h5")
    let split = try Split(trainCount: 100, testCount: 7, validation: 0, limit: 30, seed: 5)
    try split.write(to: path, of: "these")
    #expect(try Split(path, of: "these", trainCount: 100, testCount: 7) == split)
    #expect(throws: DatasetFault.self) {
      try Split(path, of: "these", trainCount: 20, testCount: 7)
    }
    #expect(throws: DatasetFault.self) {
      try Split(path, of: "these", trainCount: 100, testCount: 6)
    }
    let other = #expect(throws: DatasetFault.self) {
      try Split(path, of: "others", trainCount: 100, testCount: 7)
    }
    #expect(other?.exitCode == .badData)
    #expect(other?.description.contains("made for other images (these, expected others)") == true)
    try HDF5File.writeAtomically(to: path) { file in
      try file.setAttribute("/", "format", .string("tessera-split"))
      try file.setAttribute("/", "version", .integer(2))
      try file.setAttribute("/", "images", .string("these"))
      try file.write("/train", [Int32(1), 2])
      try file.write("/validation", [Int32(2)])
      try file.write("/test", [Int32]())
    }
    #expect(throws: DatasetFault.self) {
      try Split(path, of: "these", trainCount: 100, testCount: 7)
    }
  }
}
