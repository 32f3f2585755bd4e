import Configuration
import Files
import Foundation
import Synchronization
import Testing

import Workflow

/// A folder with data set, cache and output of its own.
final class Sandbox {
  let root: String
  let events = EventLog()

  init() throws {
    root =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("workflow-\(UUID().uuidString)").path
    try DurableFile.createFolder(joinPath(root, "Data/toy"))
    try write("words", "hello\n")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ name: String) -> String { joinPath(root, name) }

  /// Writes a file of the data set.
  func write(_ name: String, _ text: String) throws {
    try DurableFile.write(text: text, to: path("Data/toy/\(name)"))
  }

  func pipeline(_ yaml: String) throws -> Pipeline {
    try Pipeline(
      Document(text: yaml, file: "p.yaml"), catalogue: toys,
      data: DatasetLookup(folders: [path("Data"), path("Other")]))
  }

  func settings(workers: Int = 1) -> RunSettings {
    RunSettings(output: path("Output"), cache: path("Cache"), workers: workers)
  }

  func runner(
    _ yaml: String, settings: RunSettings? = nil, cancellation: Cancellation = Cancellation()
  ) throws -> Runner {
    events.clear()
    return Runner(
      try pipeline(yaml), settings: settings ?? self.settings(), cancellation: cancellation,
      tell: { [events] in events.add($0) })
  }

  @discardableResult
  func run(_ yaml: String) throws -> PipelineResult { try runner(yaml).run() }

  func fingerprints(_ yaml: String) throws -> [String: String] {
    let plan = try Plan(pipeline(yaml), hashes: ContentHashes())
    return Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.name, $0.fingerprint) })
  }

  /// Every file below a folder with its content, measurements left out.
  func contents(_ folder: String) throws -> [String: String] {
    var contents: [String: String] = [:]
    for name in try DurableFile.listTree(path(folder))
    where !["run.json", "timings.json", "hashes.json"].contains(
      (name as NSString).lastPathComponent)
      && !name.hasSuffix(".lock")
    {
      contents[name] = try readText(joinPath(path(folder), name))
    }
    return contents
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

/// What a run told, from any thread.
final class EventLog: Sendable {
  private let events = Mutex<[ProgressEvent]>([])

  func add(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
  func clear() { events.withLock { $0 = [] } }
  var all: [ProgressEvent] { events.withLock { $0 } }

  /// The reason of each stage that started.
  var reasons: [String: String] {
    var reasons: [String: String] = [:]
    for case .stageStarted(let stage, _, let reason) in all { reasons[stage] = reason }
    return reasons
  }

  var warnings: [String] {
    all.compactMap { if case .warning(_, let text) = $0 { text } else { nil } }
  }

  var cached: [String] {
    all.compactMap { if case .stageCached(let stage, _) = $0 { stage } else { nil } }
  }
}

/// The small pipeline of most tests.
let chain = """
  name: chain
  seed: 1
  stages:
    words: {kind: ingest, dataset: toy}
    twice: {kind: repeat, from: words}
    parts: {kind: spread, from: twice, parts: 3}
  """

/// Every seed of one stage, and what is made of each and of all.
let seeds = """
  name: many
  seeds: [1, 2]
  stages:
    words: {kind: ingest, dataset: toy}
    twice: {kind: repeat, from: words}
    parts: {kind: spread, from: twice, parts: 1}
    all: {kind: report, from: twice}
  """

/// The lines of the fault that `body` throws.
func faultLines(_ body: () throws -> Void) -> [String] {
  do {
    try body()
    return []
  } catch {
    return "\(error)".split(separator: "\n").map(String.init)
  }
}

/// Gives JSON that was edited the digest that it has to carry.
func reseal(_ path: String) throws {
  var fields = try #require(try ResolvedValue(json: readText(path)).mapping)
  fields["sha256"] = nil
  fields["sha256"] = .string(SHA256.hex(of: ResolvedValue.mapping(fields).canonicalText))
  try DurableFile.write(text: ResolvedValue.mapping(fields).jsonText + "\n", to: path)
}

/// The fault that `body` throws; nil where it throws none.
func faultOf(_ body: () throws -> Void) -> (any Fault)? {
  do {
    try body()
    return nil
  } catch {
    return error as? any Fault
  }
}
