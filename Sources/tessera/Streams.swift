import Configuration
import Foundation

/// Descriptors 0 to 2 as a shell gave them.
enum Streams {
  /// Opens `/dev/null` at those that are closed, so that no other file gets their numbers: output would be written
  /// into it.
  ///
  /// For reading alone, so that writing to stdout fails as it does to a closed one; for stderr for writing.
  static func reserve() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      // The lowest number that is free: those below are open.
      let opened = open("/dev/null", number == STDERR_FILENO ? O_WRONLY : O_RDONLY)
      if opened != number { exit(ExitCode.inputOutput.rawValue) }
    }
  }

  /// Whether stdout is open for writing.
  static var takesOutput: Bool {
    let flags = fcntl(STDOUT_FILENO, F_GETFL)
    return flags >= 0 && flags & O_ACCMODE != O_RDONLY
  }
}
