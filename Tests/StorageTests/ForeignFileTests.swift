import Configuration
import Files
import Foundation
import Storage
import TestSupport
import Testing

/// Files from elsewhere are read in a process that may die of them.
@Suite(.serialized) struct ForeignFileTests {
  /// The built `tessera`, which lies beside the tests.
  static let tessera = URL(filePath: CommandLine.arguments.first ?? "")
    .resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "tessera").path

  private func write(_ path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write("/x", (0..<12).map { UInt8($0) }, shape: [3, 4])
      try file.write("/n", [5, -6, 1 << 40] as [Int64])
    }
  }

  /// A program that ends as `script` says, whatever it is asked.
  private func program(_ script: String, in folder: TemporaryFolder) throws -> String {
    let path = folder("program-\(UUID().uuidString)")
    try DurableFile.write(text: "#!/bin/sh\n\(script)\n", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  /// What lies in another file is not the file's own, however deep its place.
  @Test func dataOfOtherFilesIsRefused() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("own.h5")) { file in
      try file.createGroup("/parameters")
      try file.write("/parameters/x", [1, 2, 3] as [Float])
    }
    try HDF5File.open(folder("own.h5")).requireOwnData()
    try HDF5File.writeAtomically(to: folder("virtual.h5")) { file in
      try file.createGroup("/parameters")
      try file.createVirtual(
        "/parameters/x", of: Float.self, rowShape: [],
        sources: [VirtualSource(file: "missing.h5", dataset: "/x", rows: 3)])
    }
    let fault = #expect(throws: StorageFault.self) {
      try HDF5File.open(folder("virtual.h5")).requireOwnData()
    }
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.contains("/parameters/x") == true)
    #expect(fault?.description.contains("lie in other files") == true)
  }

  @Test(arguments: [tessera, nil])
  func aChildTellsWhatThisProcessWouldRead(program: String?) throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    let file = ForeignFile(folder("a.h5"), program: program)
    #expect(try file.datasets().sorted() == ["/n", "/x"])
    #expect(try file.integers("/n") == [5, -6, 1 << 40])
    let dataset = try file.bytes("/x")
    #expect(dataset.shape == [3, 4])
    var values = [UInt8](repeating: 0, count: 12)
    try values.withUnsafeMutableBytes { buffer in
      try dataset.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<8]))
      try dataset.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[8...]))
    }
    #expect(values == (0..<12).map { UInt8($0) })
    for (name, code) in [("/nothing", ExitCode.badData), ("/n", .badData)] {
      let fault = #expect(throws: (any Error).self) { try file.bytes(name) } as? any Fault
      #expect(fault?.exitCode == code)
      #expect(fault?.description.hasPrefix(folder("a.h5: \(name): cannot read")) == true)
    }
    let missing = #expect(throws: FileFault.self) {
      try ForeignFile(folder("b.h5"), program: program).datasets()
    }
    #expect(missing?.exitCode == .noInput)
  }

  @Test(
    arguments: [
      ("kill -KILL $$", "by signal 9"),
      // An answer of which the end is missing.
      ("printf 'D\\003\\0\\0\\0\\0\\0\\0\\0abc'; kill -SEGV $$", "by signal 11"),
      ("exit 3", "with exit code 3"),
    ])
  func aChildThatDiesIsBadData(script: String, how: String) throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    let file = ForeignFile(folder("a.h5"), program: try program(script, in: folder))
    for ask in [
      { _ = try file.datasets() }, { _ = try file.integers("/n") },
      { _ = try file.format() },
    ] {
      let fault = #expect(throws: StorageFault.self) { try ask() }
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description.contains("the process that read it ended \(how)") == true)
    }
  }

  /// A dataset that nobody reads to its end leaves no process.
  @Test func aChildThatNobodyHearsIsEnded() throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    let noted = folder("pid")
    let script = "echo $$ > '\(noted)'; printf 'D\\001\\0\\0\\0\\0\\0\\0\\0x'; exec sleep 600"
    let program = try program(script, in: folder)
    _ = try ForeignFile(folder("a.h5"), program: program).bytes("/x")
    let text = String(decoding: try FileBytes.read(noted), as: UTF8.self)
    let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    let deadline = Date().addingTimeInterval(20)
    while kill(child, 0) == 0, Date() < deadline { usleep(2_000) }
    #expect(kill(child, 0) != 0)
  }
}
