import Configuration
import Files
import Foundation

/// Where and how a pipeline runs; nothing here changes a result.
package struct RunSettings: Sendable {
  package var output: String
  package var cache: String
  package var workers: Int
  /// Bytes that no stage may need more of: those of the machine.
  package var memory = ProcessMemory.available
  /// Whether to wait while another run works on the same result, or end with 75.
  package var waitsForLock: Bool
  /// Whether remembered hashes are used; `false` reads every file again.
  package var trustsMemory: Bool

  package init(
    output: String = "Output", cache: String = "Data/Cache", workers: Int,
    waitsForLock: Bool = true, trustsMemory: Bool = true
  ) {
    precondition(workers > 0)
    self.output = output
    self.cache = cache
    self.workers = workers
    self.waitsForLock = waitsForLock
    self.trustsMemory = trustsMemory
  }

  /// Creates the folders, tries to write into them, and removes what killed runs left. As long as the result lives,
  /// other runs know that this one works in them.
  ///
  /// Throws: `FolderFault` with path and reason: 73, for a full or failing disk 74.
  func prepareFolders(pipeline: String) throws -> [FolderUse] {
    let results = joinPath(output, pipeline)
    try Self.prepare(cache, role: "cache")
    try Self.prepare(results, role: "output")
    // Litter that cannot be removed now is no reason to fail: the next run tries again.
    return [
      try FolderUse(cache) { try? RunLitter.clean(cache: cache) },
      try FolderUse(results) { try? RunLitter.clean(output: results) },
    ]
  }

  static let probePrefix = ".tessera-probe-"

  private static func prepare(_ path: String, role: String) throws {
    do {
      try DurableFile.createFolder(path)
    } catch let fault as FileFault {
      throw FolderFault(
        role: role, path: path, reason: fault.description, exitCode: fault.exitCode)
    }
    // Permissions say little (root, read-only mounts): only writing shows.
    let probe = joinPath(path, "\(probePrefix)\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    let file = open(probe, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    guard file >= 0 else {
      let fault = FileFault(path, .create, errno: errno)
      throw FolderFault(
        role: role, path: path, reason: fault.explanation, exitCode: fault.exitCode)
    }
    close(file)
    unlink(probe)
  }
}
