import Configuration
import Files
import Foundation

/// The file that an option names for a result, checked before any work: writing it must not destroy an input or what is
/// no file.
struct OutputFile {
  let option: String
  let path: String

  init(_ path: String, option: String = "--output") {
    self.path = path
    self.option = option
  }

  /// The path to write: of a symbolic link the file that it leads to, so that the link stays.
  ///
  /// - Parameter inputs: what the command reads, by option; nil for those that were not given.
  /// - Throws: `OutputFault`: an input of the same command, or a file in a folder that is an input (64); a folder,
  ///   device or FIFO (73). `FileFault`.
  func checked(apartFrom inputs: [(option: String, path: String?)]) throws -> String {
    guard let status = try FileStatus.of(path, for: .create) else { return path }
    guard status.isRegular else {
      throw OutputFault(
        exitCode: .cannotCreate,
        description:
          "\(path.printable): expected a file to replace or a new name for \(option), found "
          + "\(status.kind)")
    }
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path
    for case (let input, let given?) in inputs {
      guard let other = try FileStatus.of(Self.file(of: given), for: .read) else { continue }
      if other.device == status.device, other.inode == status.inode {
        throw OutputFault(
          exitCode: .usage,
          description:
            "\(option): expected another file than that of \(input), which would be lost; found "
            + "\(path.printable) for both")
      }
      let folder = URL(filePath: given).resolvingSymlinksInPath().path
      if other.isFolder, resolved.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/") {
        throw OutputFault(
          exitCode: .usage,
          description:
            "\(option): expected a new name or a file elsewhere, found \(path.printable), which is there "
            + "and lies in the folder of \(input)")
      }
    }
    return isLink ? resolved : path
  }

  private var isLink: Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeSymbolicLink
  }

  /// Of `FILE.h5:/DATASET` the file.
  private static func file(of input: String) -> String {
    guard let colon = input.range(of: ":/", options: .backwards),
      colon.lowerBound > input.startIndex
    else { return input }
    return String(input[..<colon.lowerBound])
  }
}

/// An output that may not be written.
struct OutputFault: Fault {
  let exitCode: ExitCode
  let description: String
}
