import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Files that are there and cannot be read now: nothing is concluded from that, and nothing removed.
struct UnreadableTests {
  /// What stands in the place of a file.
  enum Obstacle: CaseIterable {
    case loop, folder

    func put(at path: String) throws {
      try DurableFile.move(path, to: path + ".aside")
      switch self {
      case .loop: #expect(symlink((path as NSString).lastPathComponent, path) == 0)
      case .folder: try DurableFile.createFolder(path)
      }
    }

    static func remove(from path: String) throws {
      try DurableFile.remove(path)
      try DurableFile.move(path + ".aside", to: path)
    }
  }

  @Test(arguments: Obstacle.allCases)
  func aRecordThatCannotBeReadIsNoDamage(obstacle: Obstacle) throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    let before = try sandbox.contents("Cache")
    let record = sandbox.path("Cache/\(twice)/stage.json")
    try obstacle.put(at: record)
    for run in [{ _ = try sandbox.run(chain) }, { _ = try sandbox.runner(chain).preview() }] {
      let fault = faultOf(run)
      #expect(fault?.exitCode == .inputOutput)
      #expect(fault?.description.hasPrefix("\(record): ") == true)
      #expect(fault?.description.contains("remove \(sandbox.path("Cache/\(twice)"))") == true)
    }
    try Obstacle.remove(from: record)
    #expect(try sandbox.contents("Cache") == before)
    #expect(try sandbox.run(chain).didNothing)
  }

  @Test func aFileOfAResultThatCannotBeReadIsNoDamage() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    let before = try sandbox.contents("Cache")
    let file = sandbox.path("Cache/\(twice)/text.txt")
    try Obstacle.loop.put(at: file)
    let fault = faultOf { _ = try sandbox.run(chain) }
    #expect(fault?.exitCode == .inputOutput)
    #expect(fault?.description.hasPrefix("\(file): ") == true)
    try Obstacle.remove(from: file)
    #expect(try sandbox.contents("Cache") == before)
    #expect(try sandbox.run(chain).didNothing)
  }

  @Test func aPublishedRecordThatCannotBeReadIsTold() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let record = sandbox.path("Output/chain/twice/stage.json")
    try Obstacle.loop.put(at: record)
    let fault = faultOf { _ = try sandbox.run(chain) }
    #expect(fault?.exitCode == .inputOutput)
    #expect(fault?.description.hasPrefix("\(record): ") == true)
  }

  @Test func aStoredResultWhoseFolderCannotBeSeenIsNotAbsent() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    try Obstacle.loop.put(at: sandbox.path("Cache/\(twice)"))
    let fault = faultOf { _ = try sandbox.run(chain) }
    #expect(fault?.exitCode == .inputOutput)
  }

  /// A link to itself among the raw files: not "no such file".
  @Test func rawFilesThatCannotBeReadAreToldWithTheReason() throws {
    let sandbox = try Sandbox()
    try Obstacle.loop.put(at: sandbox.path("Data/toy/words"))
    let fault = #expect(throws: FileFault.self) { try sandbox.run(chain) }
    #expect(fault?.exitCode == .noInput)
    #expect(fault?.reason == .system(ELOOP))
    try Obstacle.remove(from: sandbox.path("Data/toy/words"))
    // The next folder that is searched has one: not taken instead.
    try Obstacle.loop.put(at: sandbox.path("Data/toy"))
    try DurableFile.createFolder(sandbox.path("Other/toy"))
    try DurableFile.write(text: "other\n", to: sandbox.path("Other/toy/words"))
    #expect(throws: FileFault.self) { try sandbox.run(chain) }
  }
}
