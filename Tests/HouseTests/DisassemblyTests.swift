import Foundation
import Testing

/// The machine code of the fast build.
///
/// Without the processor's own fused multiply-add, `addingProduct` is a call of the C library for
/// each lane, and everything is several times slower with the same results: no other test notices.
@Suite struct DisassemblyTests {
  @Test(.enabled(if: Disassembly.unavailable == nil, Comment(rawValue: Disassembly.reason)))
  func kernelsUseWideFusedMultiplyAdd() throws {
    let objects = try Disassembly.objects(of: "Circuits")
    #expect(!objects.isEmpty, "no object files of Circuits in \(Disassembly.buildFolder.path)")
    let listing = try Disassembly.listing(of: objects, "--disassemble", "--no-show-raw-insn")
    let fused = listing.filter { $0.utf8.contains("vfmadd".utf8) && $0.utf8.contains("%ymm".utf8) }
    #expect(fused.count > 100, "wide fused multiply-adds in the kernels")
  }

  /// A helper inlined into any module of ours would bring the call along.
  @Test(
    .enabled(if: Disassembly.unavailable == nil, Comment(rawValue: Disassembly.reason)),
    arguments: HouseTable.rules.map(\.target))
  func nothingCallsTheLibrarysMultiplyAdd(_ target: String) throws {
    let objects = try Disassembly.objects(of: target)
    // A system library has no objects.
    guard !objects.isEmpty else { return }
    let calls = try Disassembly.listing(of: objects, "--syms")
      .filter { $0.hasSuffix(" fma") || $0.hasSuffix(" fmaf") }
    #expect(calls.isEmpty, "\(target) calls fmaf")
  }
}

enum Disassembly {
  /// The products lie in one folder with this test's own, whatever the scratch path.
  static let buildFolder = URL(filePath: CommandLine.arguments.first ?? "")
    .resolvingSymlinksInPath().deletingLastPathComponent()

  static let objdump = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/objdump" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Why there is nothing to look at, or nil.
  static let unavailable: String? = {
    #if DEBUG
      return "a debug build is not optimised"
    #elseif !arch(x86_64)
      return "only x86-64 has a fast build of its own"
    #else
      if ProcessInfo.processInfo.environment["TESSERA_PORTABLE"] == "1" {
        return "TESSERA_PORTABLE=1: built for any x86-64"
      }
      return objdump == nil ? "objdump is missing: make setup installs it" : nil
    #endif
  }()

  static let reason = unavailable ?? ""

  static func objects(of target: String) throws -> [String] {
    let folder = buildFolder.appending(path: "\(target).build").path
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".o") }.sorted().map { "\(folder)/\($0)" }
  }

  /// What objdump says: instructions, or the symbols that they refer to.
  static func listing(of objects: [String], _ options: String...) throws -> [Substring] {
    let process = Process()
    process.executableURL = URL(filePath: objdump ?? "")
    process.arguments = options + objects
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "objdump's exit status")
    return text.split(separator: "\n")
  }
}
