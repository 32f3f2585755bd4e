import Configuration
import Files
import Foundation
import Synchronization

/// SHA-256 of files, remembered while a file's inode, size and times stay the same.
///
/// The memory only saves time: no key contains what it is looked up by, and a memory that is
/// missing, damaged (it carries its own digest) or from elsewhere costs one more reading of the files.
package final class ContentHashes: Sendable {
  private struct Entry {
    let status: FileStatus
    let hex: String
  }

  private let memory: Mutex<[String: Entry]>
  /// The file that keeps the hashes between runs; nil for none.
  private let path: String?
  private let isTrusted: Bool

  /// `isTrusted: false` hashes every file again (for `verify`).
  package init(memory path: String? = nil, isTrusted: Bool = true) {
    self.path = path
    self.isTrusted = isTrusted
    memory = Mutex(isTrusted ? path.map(Self.load) ?? [:] : [:])
  }

  /// The content's SHA-256 in hexadecimal. Throws: `FileFault` where it cannot be read.
  package func hex(of path: String) throws -> String {
    let key = Self.absolute(path)
    let status = try FileStatus.of(path, for: .read)
    if isTrusted, let status, let known = memory.withLock({ $0[key] }), known.status == status {
      return known.hex
    }
    let asked = Self.now()
    let hex = try SHA256.hex(ofFile: path)
    // A file written a moment ago may change again within one tick of its times.
    if let status, try FileStatus.of(path, for: .read) == status,
      asked - status.changed > 100_000_000
    {
      memory.withLock { $0[key] = Entry(status: status, hex: hex) }
    }
    return hex
  }

  /// Whether a file has this SHA-256. One that does not is read again the next time: a disk may have misread it.
  package func isRight(_ path: String, _ sha256: String?) throws -> Bool {
    if try hex(of: path) == sha256 { return true }
    forget(path)
    return false
  }

  /// Stores the hashes for the next run. A failure is ignored: it costs only time.
  package func save() {
    guard let path else { return }
    let kept = memory.withLock {
      $0.filter { (try? FileStatus.of($0.key)) == $0.value.status }
    }
    let entries = kept.mapValues { entry -> ResolvedValue in
      .list(Self.numbers(of: entry.status).map { .integer($0) } + [.string(entry.hex)])
    }
    try? DurableFile.write(text: SealedJSON.text(["files": .mapping(entries)]), to: path)
  }

  /// Forgets a file whose content is not what is remembered: it will be hashed again.
  func forget(_ path: String) { memory.withLock { $0[Self.absolute(path)] = nil } }

  private static func numbers(of status: FileStatus) -> [Int] {
    [
      Int(bitPattern: UInt(status.device)), Int(bitPattern: UInt(status.inode)), status.size,
      status.modified, status.changed,
    ]
  }

  private static func load(_ path: String) -> [String: Entry] {
    guard let bytes = try? FileBytes.read(path),
      let fields = SealedJSON.fields(of: String(decoding: bytes, as: UTF8.self)),
      let entries = fields["files"]?.mapping
    else { return [:] }
    var loaded: [String: Entry] = [:]
    for (path, entry) in entries {
      // The status of now, compared with the numbers of then: no number is believed by itself.
      guard let list = entry.list, let hex = list.last?.string, hex.utf8.count == 64,
        let status = try? FileStatus.of(path),
        numbers(of: status) == list.dropLast().compactMap(\.integer)
      else { continue }
      loaded[path] = Entry(status: status, hex: hex)
    }
    return loaded
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : joinPath(FileManager.default.currentDirectoryPath, path)
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }
}
