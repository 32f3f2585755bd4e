import Configuration
import Files

/// A folder that a run needs and cannot write to; reported before any work.
package struct FolderFault: Fault {
  package let role: String
  package let path: String
  package let reason: String
  package let exitCode: ExitCode
  package var description: String {
    "\(path.printable): cannot use as \(role) folder: \(reason)"
  }
}

/// A stored result that cannot be read now: a failing disk, too many open files. It may be whole, so nothing of it
/// is removed.
struct UnreadableResult: Fault {
  let folder: String
  let cause: FileFault
  var exitCode: ExitCode { .inputOutput }
  var description: String {
    "\(cause.description); the stored result was left as it is: run again once that file can be read, or remove "
      + "\(folder.printable) to have it made again"
  }
}

/// A file of a stored result whose content changed while its size and times stayed the same: noticed when it was
/// copied.
struct RottenFile: Fault {
  let cause: FileFault
  var exitCode: ExitCode { cause.exitCode }
  var description: String { cause.description }
}

/// A stage that failed, with the reason.
package struct StageFault: Fault {
  package let stage: String
  package let cause: any Error
  /// The cause's own code; 70 for an error that says none.
  package var exitCode: ExitCode { (cause as? any Fault)?.exitCode ?? .internalError }
  package var description: String {
    let reason = (cause as? any Fault)?.description ?? "\(cause)".printable
    return "stage \(stage.quoted): \(reason)"
  }
}

/// A stage that ended without an output it declares: a mistake of the stage.
struct MissingOutput: Fault {
  let output: String
  let path: String
  var exitCode: ExitCode { .internalError }
  var description: String { "declared output \(output.quoted) (\(path.printable)) was not written" }
}
