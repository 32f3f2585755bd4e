import Configuration
import Files
import Foundation
import TestSupport
import Testing

struct ChildProcessTests {
  private func shell(
    _ script: String, _ stream: ChildProcess.Stream = .output, in folder: String? = nil
  ) throws -> ChildProcess {
    try ChildProcess(
      "/bin/sh", ["-c", script], reading: stream, environment: ["X": "value of x"], in: folder)
  }

  @Test func itsStreamIsReadAndItsEndIsTold() throws {
    let (ending, said) = try shell("echo \"$X\"; echo hidden >&2; exit 7").finish(keeping: 100)
    #expect(ending == .exit(7))
    #expect(String(decoding: said, as: UTF8.self) == "value of x\n")
    let errors = try shell("echo hidden; echo told >&2; kill -9 $$", .errors).finish(keeping: 100)
    #expect(errors.ending == .signal(9))
    #expect(String(decoding: errors.said, as: UTF8.self) == "told\n")
  }

  @Test func itWorksWhereItIsToldAndHasNoDescriptorOfOurs() throws {
    let folder = try TemporaryFolder()
    // Opened without O_CLOEXEC, as libraries do.
    let ours = open(folder.path, O_RDONLY)
    defer { close(ours) }
    let (ending, said) = try shell("pwd -P; ls /proc/self/fd 2>/dev/null | wc -l", in: folder.path)
      .finish(keeping: 1_000)
    #expect(ending == .exit(0))
    let lines = String(decoding: said, as: UTF8.self).split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(lines.first?.hasSuffix((folder.path as NSString).lastPathComponent) == true)
    #if os(Linux)
      // 0 to 2, and what ls reads the folder by.
      #expect(lines.last == "4")
    #endif
  }

  @Test func whatIsNoProgramIsAMissingTool() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(text: "no program", to: folder("file"))
    for path in [folder("nowhere"), folder("file"), folder.path] {
      let fault = #expect(throws: FileFault.self) {
        try ChildProcess(path, [], reading: .output)
      }
      #expect(fault?.exitCode == .missingTool)
    }
  }

  @Test func whatIsStoppedIsKilledWithAllThatItStarted() throws {
    let folder = try TemporaryFolder()
    let child = try shell(
      "sleep 600 & echo $! > \(folder("grandchild")); wait", in: folder.path)
    let began = Date()
    let (ending, _) = try child.finish(keeping: 10) {
      FileManager.default.fileExists(atPath: folder("grandchild"))
        && Date().timeIntervalSince(began) > 0.2
    }
    #expect(ending == .signal(SIGKILL))
    let text = String(decoding: try FileBytes.read(folder("grandchild")), as: UTF8.self)
    let grandchild = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(isGone(grandchild))
  }

  @Test func whatNobodyWaitsForIsKilled() throws {
    let folder = try TemporaryFolder()
    var child: ChildProcess? = try shell("echo $$ > \(folder("own")); exec sleep 600")
    while !FileManager.default.fileExists(atPath: folder("own")) { usleep(1_000) }
    usleep(100_000)
    let text = String(decoding: try FileBytes.read(folder("own")), as: UTF8.self)
    let own = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(!isGone(own))
    withExtendedLifetime(child) {}
    child = nil
    #expect(isGone(own))
  }

  /// Gone, or dead and not yet collected by whoever inherited it.
  private func isGone(_ process: Int32) -> Bool {
    for _ in 0..<200 {
      if kill(process, 0) != 0 { return true }
      let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      if state?.contains(") Z ") == true { return true }
      usleep(10_000)
    }
    return false
  }
}
