import Files
import Foundation
import Testing
import Workflow

/// What killed runs leave behind goes with the next run; what a living one holds stays.
struct LitterTests {
  private static let litter = [
    "Cache/0123abcd.lock", "Cache/publish.lock", "Cache/.hashes.json.77-1k2j.partial",
    "Cache/.tessera-probe-77-1", "Cache/feed.partial/.images.h5.77-abc.partial",
    "Output/chain/.twice.publishing/text.txt", "Output/chain/twice/.text.txt.77-abc.partial",
    "Output/chain/spn/.seed-1.publishing/model.h5", "Output/chain/.tessera-probe-77-1",
  ]
  private static let kept = [
    "Cache/cafe.partial/scratch/step-2", "Cache/notes.txt", "Output/chain/twice/notes.partial",
    "Output/chain/.hidden", "Output/other/.twice.publishing/text.txt",
  ]

  private func write(_ names: [String], in sandbox: Sandbox) throws {
    for name in names {
      try DurableFile.createFolder((sandbox.path(name) as NSString).deletingLastPathComponent)
      try DurableFile.write(text: "left", to: sandbox.path(name))
    }
  }

  @Test func theNextRunRemovesIt() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    try write(Self.litter + Self.kept, in: sandbox)
    #expect(try sandbox.run(chain).didNothing)
    for name in Self.litter { #expect(!sandbox.exists(name), "\(name)") }
    for folder in ["Output/chain/.twice.publishing", "Output/chain/spn/.seed-1.publishing"] {
      #expect(!sandbox.exists(folder))
    }
    for name in Self.kept { #expect(sandbox.exists(name), "\(name)") }
    let left = try DurableFile.names(in: sandbox.path("Cache")).filter { $0.hasSuffix(".lock") }
    #expect(left.isEmpty, "a run leaves no lock of its own")
  }

  /// A lock that is held, and all that is temporary while another process works in the folder.
  @Test func whatALivingProcessHoldsStays() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let held = try FileLock(path: sandbox.path("Cache/beef.lock"), wait: false)
    try sandbox.run(chain)
    #expect(sandbox.exists("Cache/beef.lock"))
    held.release()
    let other = try FolderUse(sandbox.path("Cache")) {}
    let results = try FolderUse(sandbox.path("Output/chain")) {}
    try write(Self.litter, in: sandbox)
    try withExtendedLifetime((other, results)) { _ = try sandbox.run(chain) }
    for name in Self.litter where name != "Cache/publish.lock" {
      #expect(sandbox.exists(name), "\(name)")
    }
  }

  @Test func aFolderInUseIsNotCleaned() throws {
    let sandbox = try Sandbox()
    var cleanings = 0
    let first = try FolderUse(sandbox.root) { cleanings += 1 }
    try withExtendedLifetime(first) {
      _ = try FolderUse(sandbox.root) { cleanings += 1 }
      #expect(cleanings == 1)
    }
    _ = consume first
    _ = try FolderUse(sandbox.root) { cleanings += 1 }
    #expect(cleanings == 2)
  }
}
