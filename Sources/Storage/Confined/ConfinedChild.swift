import Configuration
import Foundation

/// A child process that reads a foreign file under limits and reports its content.
///
/// Whatever a damaged file does to libhdf5 happens in the child: this process receives bytes, a fault, or the end of
/// the child, which is a fault as well (65). A child is killed when nobody refers to it any longer.
final class ConfinedChild {
  /// The file, for messages about a child that died.
  private let path: String
  private let process = Process()
  private let answers = Pipe()
  /// The child's standard input, which closes when this process ends.
  private let lifeline = Pipe()
  private let ended = DispatchSemaphore(value: 0)
  /// Bytes of the present frame that were not read.
  private var left = 0
  private var isOver = false

  /// Asks one question. Throws `StorageFault` where no child can be started.
  init(_ question: ForeignQuestion, program: String) throws {
    path = question.path
    process.executableURL = URL(filePath: program)
    process.arguments = [ConfinedProgram.command] + question.arguments
    process.standardInput = lifeline
    process.standardOutput = answers
    // Messages of a crashing allocator are of no use.
    process.standardError = FileHandle.nullDevice
    let ended = ended
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch {
      throw fault("no process to read it in could be started: \(error)")
    }
  }

  deinit {
    let child = process.processIdentifier
    if process.isRunning, child > 0 { kill(child, SIGKILL) }
  }

  /// The next frame's bytes; nil after the last one.
  func next() throws -> [UInt8]? {
    guard try startFrame() else { return nil }
    return try rest()
  }

  /// Fills `output` with the bytes of this frame and those that follow.
  func read(into output: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < output.count {
      if left == 0, try !startFrame() {
        throw fault("expected \(output.count) bytes, found \(filled)")
      }
      let count = min(left, output.count - filled)
      try fill(UnsafeMutableRawBufferPointer(rebasing: output[filled..<filled + count]))
      filled += count
      left -= count
    }
  }

  /// Reads a frame's head; false for the last frame. Throws the fault of a fault frame.
  private func startFrame() throws -> Bool {
    precondition(left == 0, "a frame is read to its end")
    if isOver { return false }
    var head = [UInt8](repeating: 0, count: ConfinedAnswer.headSize)
    try head.withUnsafeMutableBytes { try fill($0) }
    left = head.dropFirst().reversed().reduce(0) { $0 << 8 | Int($1) }
    switch ConfinedAnswer.Letter(rawValue: head[0]) {
    case .data: return true
    case .fault:
      isOver = true
      throw ConfinedFault(frame: try rest())
    case .end:
      isOver = true
      return false
    case nil:
      throw fault("the process that reads it sent an unknown frame; install one version of tessera")
    }
  }

  private func rest() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: left)
    try bytes.withUnsafeMutableBytes { try fill($0) }
    left = 0
    return bytes
  }

  private func fill(_ output: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < output.count, let base = output.baseAddress {
      let count = Foundation.read(
        answers.fileHandleForReading.fileDescriptor, base + filled, output.count - filled)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw death() }
      filled += count
    }
  }

  /// Why the child ended before its last frame.
  private func death() -> any Fault {
    ended.wait()
    let number = process.terminationStatus
    let isSignal = process.terminationReason != .exit
    // Whoever ends every process of this work by a signal damages no file.
    if isSignal, number == SIGTERM { return ConfinedFault(.terminated, of: path) }
    // A failing disk that kept the child from its work damages no file either.
    if !isSignal, number == ExitCode.inputOutput.rawValue {
      return ConfinedFault(.inputOutput, of: path)
    }
    let ways = [SIGXCPU: "at its limit of processor time", SIGALRM: "after waiting for too long"]
    let how =
      isSignal ? ways[number] ?? "by signal \(number)" : "with exit code \(number)"
    return fault(
      "expected an HDF5 file; the process that read it ended \(how): the file is damaged, or needs more "
        + "memory than the process may use; try h5repack, or another copy")
  }

  private func fault(_ reason: String) -> StorageFault {
    StorageFault(path: path, object: "/", operation: .read, reason: reason)
  }
}
