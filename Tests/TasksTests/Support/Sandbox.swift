import Configuration
import Files
import Foundation
import Tasks
import Workflow

/// A folder with data set, cache and output of its own, like a user's: `Data/toy`, `Output`,
/// `Data/Cache`.
final class Sandbox {
  private(set) var root: String

  init(data: ToyData? = ToyData()) throws {
    // Links resolved, so that a child's working folder and ours have one name.
    let temporary = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    root = joinPath(temporary, "tessera-stages-\(UUID().uuidString)")
    try DurableFile.createFolder(root)
    try data?.write(to: path("Data/toy"))
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ name: String) -> String { joinPath(root, name) }

  func write(_ name: String, _ text: String) throws {
    try DurableFile.write(text: text, to: path(name))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try FileBytes.read(path(name)), as: UTF8.self)
  }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  // MARK: Running in this process

  func pipeline(_ yaml: String) throws -> Pipeline {
    try Pipeline(
      Document(text: yaml, file: "p.yaml"), catalogue: .tessera,
      data: DatasetLookup(folders: [path("Data")]))
  }

  func runner(
    _ yaml: String, workers: Int = 2, memory: Int? = nil,
    cancellation: Cancellation = Cancellation(),
    tell: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) throws -> Runner {
    var settings = RunSettings(
      output: path("Output"), cache: path("Data/Cache"), workers: workers)
    if let memory { settings.memory = memory }
    return Runner(
      try pipeline(yaml), settings: settings, cancellation: cancellation, tell: tell)
  }

  @discardableResult
  func run(_ yaml: String, workers: Int = 2) throws -> RunSummary {
    let log = EventLog()
    let result = try runner(yaml, workers: workers) { log.add($0) }.run()
    return RunSummary(result: result, events: log.all)
  }

  // MARK: Files

  /// Every file below a folder with its hash, what may differ from run to run left out.
  func hashes(_ folder: String) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for name in try DurableFile.listTree(path(folder)) where !Self.mayDiffer(name) {
      hashes[name] = try SHA256.hex(ofFile: path("\(folder)/\(name)"))
    }
    return hashes
  }

  private static func mayDiffer(_ name: String) -> Bool {
    let file = (name as NSString).lastPathComponent
    return file == "run.json" || file == "hashes.json" || file.hasPrefix("timings.")
      || file.hasSuffix(".lock") || file.hasPrefix(".hashes.json.")
      || file.hasPrefix(".tessera-probe-")
  }

  /// Published files and the cache, together.
  func results() throws -> [String: String] {
    let published = try hashes("Output").map { ("Output/\($0)", $1) }
    let cached = try hashes("Data/Cache").map { ("Cache/\($0)", $1) }
    return Dictionary(uniqueKeysWithValues: published + cached)
  }

  /// Files that a failed run must not leave: temporary names and partial folders.
  func strays() throws -> [String] {
    try DurableFile.listTree(root).filter { $0.contains(".partial") || $0.contains("probe") }
  }

  /// Flips one bit in the middle of a file.
  func damage(_ name: String) throws {
    var bytes = try FileBytes.read(path(name))
    bytes[bytes.count / 2] ^= 0x10
    try Data(bytes).write(to: URL(filePath: path(name)))
  }

  /// Gives every file of the tree another modification time.
  func touchEverything() throws {
    for name in try DurableFile.listTree(root) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
        ofItemAtPath: path(name))
    }
  }

  /// Moves the whole tree somewhere else.
  func move() throws {
    let target = root + "-moved"
    try FileManager.default.moveItem(atPath: root, toPath: target)
    root = target
  }
}
