import Configuration
import Files

/// What was being done with an HDF5 file when it failed.
package enum StorageOperation: String, Sendable {
  case create, open, read, write, verify, close
}

/// An HDF5 file that can't be written, or whose content is not what was expected.
package struct StorageFault: Fault, Equatable {
  package let path: String
  /// The object inside the file, `/` for the file as a whole; `/train/images@height` names an
  /// attribute.
  package let object: String
  package let operation: StorageOperation
  /// What was expected and found, or went wrong.
  package let reason: String
  /// Whether the disk or a limit of this process is the cause, and not the file.
  let isOfMachine: Bool

  package init(
    path: String, object: String, operation: StorageOperation, reason: String,
    isOfMachine: Bool = false
  ) {
    self.isOfMachine = isOfMachine
    self.path = path
    self.object = object
    self.operation = operation
    self.reason = reason
  }

  /// The same fault of a file that the user knows by another path.
  package func named(_ path: String) -> StorageFault {
    StorageFault(
      path: path, object: object, operation: operation, reason: reason, isOfMachine: isOfMachine)
  }

  /// What can't be read is bad data (65), or the disk (74); a file that can't be made is its place
  /// (73), what can't be written into it, be it a new object, is the disk (74).
  package var exitCode: ExitCode {
    switch operation {
    case .open, .read: return isOfMachine ? .inputOutput : .badData
    case .create: return object == "/" ? .cannotCreate : .inputOutput
    case .write, .verify, .close: return .inputOutput
    }
  }

  package var description: String {
    "\(printable(path)): \(printable(object)): cannot \(operation.rawValue): \(printable(reason))"
  }
}
