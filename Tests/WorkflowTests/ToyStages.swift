import Configuration
import Files
import Foundation
import Workflow

extension ArtifactType {
  static let text = ArtifactType("text")
  static let folder = ArtifactType("folder")
  static let total = ArtifactType("total")
}

extension Stage {
  /// Toys need none.
  static var example: String { "" }
}

let toys = StageCatalogue([
  Ingest.self, Repeat.self, Spread.self, Count.self, Join.self, Album.self, Fragile.self,
  Report.self, Meeting.self, Stopwatch.self, Drawing.self,
])

func readText(_ path: String) throws -> String {
  String(decoding: try FileBytes.read(path), as: UTF8.self)
}

/// Copies one raw file of a data set.
struct Ingest: Stage {
  static let kind = "ingest"
  static let version = 1
  static let summary = "one file of a data set"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]

  let raw: RawFolder

  init(fields: StageFields) throws {
    raw = fields.rawFolder(named: fields.fields.location("dataset"), files: ["words"])
  }

  func run(_ context: StageContext) throws {
    let text = try readText(raw.path(of: "words"))
    try DurableFile.write(text: text, to: context.outputPath("text"))
  }
}

struct ToyFault: Fault {
  let exitCode = ExitCode.badData
  let description = "broken on purpose"
}

/// Writes its input `times` times. `control` names a file outside the fingerprint that can make it
/// fail half-way, return without its output, or throw an error that is no fault.
struct Repeat: Stage {
  static let kind = "repeat"
  static let version = 1
  static let summary = "a text, repeated"
  static let outputs = [
    OutputPort("text", .text, path: "text.txt"), OutputPort("total", .total, path: "a/total.txt"),
  ]

  struct Plain: Error {}

  let input: InputReference
  let times: Int
  let seed: Int
  let control: String

  init(fields: StageFields) throws {
    input = fields.input("from", .text)
    times = fields.int("times", default: 2, in: 1...100)
    seed = fields.seed()
    control = fields.fields.location("control", default: "")
  }

  func run(_ context: StageContext) throws {
    let text = try readText(context.path(of: input))
    let order = control.isEmpty ? "" : (try? readText(control)) ?? ""
    try DurableFile.write(
      text: String(repeating: text, count: times) + "\(seed)\n", to: context.outputPath("text"))
    if order == "fail" { throw ToyFault() }
    if order == "plain" { throw Plain() }
    if order == "forget" { return }
    try DurableFile.write(text: "\(times)\n", to: context.outputPath("total"))
    context.timing("writing", seconds: 0.5)
    context.timing("writing", seconds: 0.25)
  }
}

/// A folder with `parts` files.
struct Spread: Stage {
  static let kind = "spread"
  static let version = 1
  static let summary = "many files"
  static let outputs = [OutputPort("parts", .folder, path: "parts")]

  let input: InputReference
  let parts: Int

  init(fields: StageFields) throws {
    input = fields.input("from", .text)
    parts = fields.int("parts", in: 1...100)
  }

  func run(_ context: StageContext) throws {
    let text = try readText(context.path(of: input))
    try DurableFile.createFolder(context.outputPath("parts"))
    for part in 0..<parts {
      try DurableFile.write(
        text: "\(part) \(text)", to: joinPath(context.outputPath("parts"), "\(part).txt"))
    }
  }
}

/// Works in three steps and remembers each, so that it can be stopped between them; unpublished.
struct Count: Stage {
  static let kind = "count"
  static let version = 1
  static let summary = "three steps"
  static let outputs = [OutputPort("total", .total, path: "total.txt")]
  static let isPublished = false
  static let isResumable = true

  let input: InputReference

  init(fields: StageFields) throws { input = fields.input("from", .text) }

  func run(_ context: StageContext) throws {
    for step in 1...3 {
      let mark = joinPath(context.scratch, "step-\(step)")
      guard !FileManager.default.fileExists(atPath: mark) else { continue }
      try DurableFile.write(text: "done\n", to: mark)
      context.progress(completed: step, total: 3, unit: "steps")
      try context.checkCancellation()
    }
    try DurableFile.write(text: "3\n", to: context.outputPath("total"))
  }
}

/// Lists of inputs, labelled inputs.
struct Join: Stage {
  static let kind = "join"
  static let version = 1
  static let summary = "several inputs"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]

  let inputs: [InputReference]
  let totals: [(label: String, inputs: [InputReference])]

  init(fields: StageFields) throws {
    inputs = fields.inputs("from", .text)
    totals = fields.has("totals") ? fields.namedInputs("totals", .total) : []
  }

  func run(_ context: StageContext) throws {
    var text = ""
    for input in inputs { text += try readText(context.path(of: input)) }
    for total in totals {
      for input in total.inputs {
        text += "\(total.label) \(try readText(context.path(of: input)))"
      }
    }
    try DurableFile.write(text: text, to: context.outputPath("text"))
  }
}

/// All `.png` files of a data set; names itself in its result.
struct Album: Stage {
  static let kind = "album"
  static let version = 1
  static let summary = "a folder of images"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]

  let raw: RawFolder

  init(fields: StageFields) throws {
    raw = fields.rawFolder(named: fields.fields.location("dataset"), suffixes: [".png"])
    fields.includeNames()
  }

  func run(_ context: StageContext) throws {
    let names = raw.files.map(\.name).joined(separator: ",")
    try DurableFile.write(
      text: "\(context.pipeline) \(context.stage) \(names)", to: context.outputPath("text"))
  }
}
