import Configuration
import Files
import Foundation
import Storage
import TestSupport
import Testing

/// What a stranger's file may ask of the process that reads it, and how that process ends.
@Suite(.serialized) struct ConfinedChildTests {
  private static let tessera = ForeignFileTests.tessera

  /// A child that waits for ever: nobody reads what it tells.
  private func waiting(in folder: TemporaryFolder) throws -> (process: Process, lifeline: Pipe) {
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      try file.write("/x", [UInt8](repeating: 7, count: 1 << 20), shape: [1 << 10, 1 << 10])
    }
    let process = Process()
    let lifeline = Pipe()
    process.executableURL = URL(filePath: Self.tessera)
    process.arguments = ["read-hdf5", "bytes", "--", folder("a.h5"), "/x"]
    process.standardInput = lifeline
    process.standardOutput = Pipe()
    try process.run()
    usleep(500_000)
    #expect(process.isRunning)
    return (process, lifeline)
  }

  private func ends(_ process: Process) -> Bool {
    let deadline = Date().addingTimeInterval(10)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    defer { kill(process.processIdentifier, SIGKILL) }
    return !process.isRunning
  }

  @Test func aChildEndsWithItsParent() throws {
    let folder = try TemporaryFolder()
    let (process, lifeline) = try waiting(in: folder)
    try lifeline.fileHandleForWriting.close()
    #expect(ends(process))
  }

  @Test func aChildObeysWhoAsksItToStop() throws {
    let folder = try TemporaryFolder()
    let (process, _) = try waiting(in: folder)
    kill(process.processIdentifier, SIGTERM)
    #expect(ends(process))
    #expect(process.terminationStatus == SIGTERM)
  }

  private func refusal(_ path: String) -> (any Fault)? {
    #expect(throws: (any Error).self) {
      try ForeignFile(path, program: Self.tessera).content()
    } as? any Fault
  }

  /// Limits hold before anything is read of what lies beyond them.
  @Test func deepAndManyGroupsAreRefused() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("empty.h5")) { try $0.createGroup("/g") }
    let deep = try HDF5File.create(folder("deep.h5"))
    try deep.createGroup(String(repeating: "/g", count: 60))
    try deep.close()
    let many = try HDF5File.create(folder("many.h5"))
    for number in 0...10_000 { try many.createGroup("/g\(number)") }
    try many.close()
    for (name, reason) in [
      ("deep.h5", "groups lie more than 8 deep"), ("many.h5", "10001 objects"),
    ] {
      let fault = refusal(folder(name))
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
    }
  }

  /// A dataset of which nothing is stored announces 100 MB of zeros.
  @Test func moreThanTheFileCanHoldIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    for number in 0..<200 {
      _ = try file.createDataset("/x\(number)", of: Float.self, shape: [250_000])
    }
    try file.close()
    let fault = refusal(folder("a.h5"))
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.contains("more than a file of its size can hold") == true)
  }

  @Test func aFIFOIsNotOpened() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder("fifo.h5"), 0o600) == 0)
    let fault = refusal(folder("fifo.h5"))
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.contains("found a FIFO") == true)
  }
}
