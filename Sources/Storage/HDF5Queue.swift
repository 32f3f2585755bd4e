import CHDF5
import Dispatch

/// The one serial queue that owns libhdf5: its high-level calls are not thread-safe.
enum HDF5Queue {
  private static let queue: DispatchQueue = {
    // Every file is closed where it was opened. Closing the library once more as the process ends,
    // HDF5 1.10 loops and complains if a thread that is gone was the first to use it.
    H5dont_atexit()
    return DispatchQueue(label: "tessera.hdf5")
  }()
  private static let key: DispatchSpecificKey<Bool> = {
    let key = DispatchSpecificKey<Bool>()
    queue.setSpecific(key: key, value: true)
    return key
  }()

  /// Runs `body` alone; calls nest.
  static func perform<Result>(_ body: () throws -> Result) rethrows -> Result {
    if DispatchQueue.getSpecific(key: key) == true { return try body() }
    return try queue.sync {
      // Error stacks and their printing are per thread.
      tessera_h5_silence()
      return try body()
    }
  }

  /// Runs `body(0)`, `body(1)`, ... on all processors: work on bytes that needs no libhdf5.
  static func withoutLibrary(times: Int, _ body: @Sendable (Int) -> Void) {
    DispatchQueue.concurrentPerform(iterations: times, execute: body)
  }

  /// libhdf5's innermost complaint about the last failed call on this thread.
  static func message() -> String {
    // A path may be 4,096 bytes long, and the system's reason stands behind it.
    var text = [CChar](repeating: 0, count: 8_192)
    tessera_h5_message(&text, text.count)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "no reason given" : String(decoding: bytes, as: UTF8.self)
  }
}

/// Where a call happens, for its error.
struct HDF5Place {
  let path: String
  let object: String

  /// Passes a non-negative status or identifier on; throws the library's message otherwise.
  @discardableResult
  func check<Status: SignedInteger>(
    _ status: Status, _ operation: StorageOperation
  ) throws -> Status {
    guard status >= 0 else { throw failure(operation) }
    return status
  }

  /// Of the last failed call on this thread.
  func failure(_ operation: StorageOperation) -> StorageFault {
    let reason = HDF5Reason(HDF5Queue.message(), path: path)
    // A full or failing disk is one of writing, wherever it showed.
    let isWriting = reason.isOfMachine && ![.open, .read].contains(operation)
    return StorageFault(
      path: path, object: object, operation: isWriting ? .write : operation,
      reason: reason.words, isOfMachine: reason.isOfMachine)
  }

  /// Content that is not what was expected.
  func fault(_ reason: String, _ operation: StorageOperation = .read) -> StorageFault {
    StorageFault(path: path, object: object, operation: operation, reason: reason)
  }

  /// Calls `body` with an identifier, which is closed afterwards.
  func with<Result>(
    _ identifier: hid_t, _ operation: StorageOperation, close: (hid_t) -> herr_t,
    _ body: (hid_t) throws -> Result
  ) throws -> Result {
    try check(identifier, operation)
    let result: Result
    do {
      result = try body(identifier)
    } catch {
      _ = close(identifier)
      throw error
    }
    try check(close(identifier), operation)
    return result
  }
}
