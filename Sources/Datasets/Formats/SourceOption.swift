import Configuration

/// A command line's option for a source of images, by its name. Each format says which apply to it.
package enum SourceOption: String, Sendable, CaseIterable {
  case labels, sizes, size, background, classes, links
  case axes
  case leaveOut = "leave-out"
  case testFraction = "test-fraction"
  case testLast = "test-last"
  case testFolder = "test-folder"
  case testList = "test-list"

  /// Arrays.
  static let ofArrays: Set<SourceOption> = [.labels, .axes]
  /// Sources of training images alone.
  static let ofTestChoice: Set<SourceOption> = [.testFraction, .testLast]
}

/// An option that does not apply to the source (exit code 64).
package struct SourceOptionFault: Fault, Equatable {
  let path: String
  /// What the source was recognised as, in the plural.
  let source: String
  let option: SourceOption
  let obeyed: Set<SourceOption>

  package var exitCode: ExitCode { .usage }
  package var description: String {
    let others = obeyed.map { "--\($0.rawValue)" }.sorted().joined(separator: ", ")
    return "\(path.printable): --\(option.rawValue) does not apply to \(source)"
      + (others.isEmpty ? "; leave it out" : ", which take \(others); leave it out")
  }
}

extension SourceOptions {
  /// - Parameter obeyed: the options that apply to a source of this kind.
  /// - Throws: `SourceOptionFault` for the first option that a user gave and the source ignores.
  func require(_ obeyed: Set<SourceOption>, of source: String, at path: String) throws {
    let ignored = given.subtracting(obeyed).min { $0.rawValue < $1.rawValue }
    if let ignored {
      throw SourceOptionFault(path: path, source: source, option: ignored, obeyed: obeyed)
    }
  }
}
