import CSystem
import Foundation

/// A program that was started, one of whose streams is read here.
///
/// It has a process group of its own, so that a terminal's signals reach us alone and we end it, and on Linux it
/// ends with the thread that started it. It is killed when nobody refers to it any longer.
package final class ChildProcess {
  /// Which stream is read; the other one and the input are `/dev/null`.
  package enum Stream: Int32, Sendable { case output = 1, errors = 2 }

  /// How a program ended.
  package enum Ending: Equatable, Sendable {
    case exit(Int32)
    case signal(Int32)
  }

  private let identifier: pid_t
  private let reading: Int32
  private var ending: Ending?

  /// Starts the program at `path`. Throws `FileFault` with what the system says: no such program, or no
  /// descriptor or memory for one more.
  ///
  /// - Parameters:
  ///   - environment: all of it; nil for our own.
  ///   - folder: where it works; nil for where we do.
  package init(
    _ path: String, _ arguments: [String], reading stream: Stream,
    environment: [String: String]? = nil, in folder: String? = nil
  ) throws {
    let environment = environment ?? ProcessInfo.processInfo.environment
    let variables = environment.map { "\($0)=\($1)" }.sorted()
    var reading: Int32 = -1
    var code: Int32 = 0
    identifier = Self.withStrings([path] + arguments) { arguments in
      Self.withStrings(variables) { variables in
        path.withCString { path in
          func start(_ folder: UnsafePointer<CChar>?) -> pid_t {
            var program = tessera_program(
              path: path, arguments: arguments, environment: variables, folder: folder,
              stream: stream.rawValue)
            let child = tessera_start(&program, &reading)
            code = errno
            return child
          }
          return folder.map { $0.withCString { start($0) } } ?? start(nil)
        }
      }
    }
    self.reading = reading
    guard identifier > 0 else { throw FileFault(path, .start, errno: code) }
  }

  deinit {
    guard identifier > 0 else { return }
    close(reading)
    if ending == nil { kill() }
  }

  /// Reads what comes next; 0 at the end of the stream. Throws `FileFault`.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Foundation.read(reading, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileFault("a program's answer", .read, errno: errno) }
    }
  }

  /// Waits until it ends. Of its stream the last `keeping` bytes are kept.
  ///
  /// - Parameter shouldStop: asked some twenty times a second; once it holds, the program is killed.
  package func finish(
    keeping limit: Int, shouldStop: () -> Bool = { false }
  ) throws -> (ending: Ending, said: [UInt8]) {
    var said: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    var isOpen = true
    while true {
      if shouldStop() { return (kill(), said) }
      guard isOpen else {
        if let ending = poll() { return (ending, said) }
        usleep(2_000)
        continue
      }
      var waited = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      guard Foundation.poll(&waited, 1, 50) > 0 else { continue }
      let count = try block.withUnsafeMutableBytes { try read(into: $0) }
      isOpen = count > 0
      said += block[..<count]
      if said.count > 2 * limit { said.removeFirst(said.count - limit) }
    }
  }

  /// How it ended, once it has.
  package func wait() -> Ending {
    if let ending { return ending }
    return wait(options: 0) ?? .exit(0)
  }

  private func poll() -> Ending? { ending ?? wait(options: WNOHANG) }

  /// Ends it with all that it started.
  @discardableResult
  package func kill() -> Ending {
    if let ending { return ending }
    Foundation.kill(-identifier, SIGKILL)
    return wait()
  }

  private func wait(options: Int32) -> Ending? {
    var status: Int32 = 0
    var found: pid_t
    repeat { found = waitpid(identifier, &status, options) } while found < 0 && errno == EINTR
    if found == 0 { return nil }
    let signal = status & 0x7F
    let ending: Ending = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
    self.ending = ending
    return ending
  }

  /// Calls `body` with C strings, a null pointer last.
  private static func withStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let pointers = copies.map { $0.map { UnsafePointer<CChar>($0) } } + [nil]
    return pointers.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("never empty") }
      return body(base)
    }
  }
}
