import Configuration
import Files
import Foundation

/// The answer of a child process to its parent: frames of one letter, a length and that many bytes.
///
/// The last frame marks the end, so that the answer of a child that died is never taken for whole.
package struct ConfinedAnswer {
  enum Letter: UInt8 {
    case data = 0x44
    /// The exit code and the words of a `Fault`.
    case fault = 0x46
    case end = 0x45
  }

  /// A letter and the length, little-endian.
  static let headSize = 9

  private let output: FileHandle

  package init(_ output: FileHandle) { self.output = output }

  /// Writes the frames of `body`, then the end frame or the fault that it threw.
  ///
  /// - Throws: what is no `Fault`, and what a parent that went away makes of writing.
  package func tell(_ body: (ConfinedAnswer) throws -> Void) throws {
    do {
      try body(self)
      try write(.end, [])
    } catch let fault as any Fault {
      let code = withUnsafeBytes(of: fault.exitCode.rawValue.littleEndian) { Array($0) }
      try write(.fault, code + Array(fault.description.utf8))
    }
  }

  package func data(_ bytes: [UInt8]) throws { try write(.data, bytes) }

  private func write(_ letter: Letter, _ bytes: [UInt8]) throws {
    let length = withUnsafeBytes(of: Int64(bytes.count).littleEndian) { Array($0) }
    try ConfinedLimits.withoutTime {
      try output.write(contentsOf: Data([letter.rawValue] + length))
      if !bytes.isEmpty { try output.write(contentsOf: Data(bytes)) }
    }
  }
}

/// A fault in a child process, with its message and exit code.
struct ConfinedFault: Fault, Equatable {
  let exitCode: ExitCode
  let description: String

  /// The fault of a child that ended without an answer: it was stopped, or met an input/output error.
  init(_ code: ExitCode, of path: String) {
    exitCode = code
    let reason =
      code == .terminated
      ? "was asked to stop" : "met an input/output error; check the disk and run the command again"
    description = "\(printable(path)): the process that read it \(reason)"
  }

  init(frame: [UInt8]) {
    let code = frame.prefix(4).reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) }
    exitCode = ExitCode(rawValue: code) ?? .badData
    description = String(decoding: frame.dropFirst(4), as: UTF8.self)
  }
}
