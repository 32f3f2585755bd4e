import Foundation

/// The program that reads foreign files in a child process: `tessera` itself, by a command of its own.
///
/// That is this program where it is called so, else the one in the same folder (as beside the tests of a
/// build). Nil where there is none: then libhdf5 opens the file in this process, and a damaged one may end it.
enum ConfinedProgram {
  /// The command's name and its arguments before the question.
  static let command = "read-hdf5"
  private static let name = "tessera"

  static let path: String? = {
    let itself = "/proc/self/exe"
    let linked = try? FileManager.default.destinationOfSymbolicLink(atPath: itself)
    guard let own = linked ?? Bundle.main.executablePath else { return nil }
    let file = own.split(separator: "/").last.map(String.init) ?? ""
    // A program that was replaced while it runs still answers as the running one.
    if file == name || file == name + " (deleted)" { return linked == nil ? own : itself }
    let beside = own.dropLast(file.count) + name
    return FileManager.default.isExecutableFile(atPath: String(beside)) ? String(beside) : nil
  }()
}
