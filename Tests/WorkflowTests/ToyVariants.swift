import Configuration
import Files
import Foundation
import Workflow

/// Fails with some seeds, with its result written.
struct Fragile: Stage {
  static let kind = "fragile"
  static let version = 1
  static let summary = "may fail"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]

  let input: InputReference
  let failing: [Int]
  let seed: Int

  init(fields: StageFields) throws {
    input = fields.input("from", .text)
    failing = fields.ints("failing", default: [])
    seed = fields.seed()
  }

  func run(_ context: StageContext) throws {
    try DurableFile.write(text: "\(seed)\n", to: context.outputPath("text"))
    if failing.contains(seed) {
      context.reportFailure("diverged\nwith seed \(seed)")
      context.reportFailure("and again")
    }
  }
}

/// Lists what it was given: each input's port, variant, content and failure.
struct Report: Stage {
  static let kind = "report"
  static let version = 1
  static let summary = "everything of a list"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]

  let one: InputReference?
  let inputs: [InputReference]
  let named: [(label: String, inputs: [InputReference])]
  let note: String

  init(fields: StageFields) throws {
    one = fields.optionalInput("one", .text)
    inputs = fields.has("from") ? fields.inputs("from", .text) : []
    named = fields.has("named") ? fields.namedInputs("named", .text) : []
    note = fields.string("note", default: "")
  }

  func run(_ context: StageContext) throws {
    let all = (one.map { [$0] } ?? []) + inputs + named.flatMap(\.inputs)
    var text = note
    for input in all {
      let content = try readText(context.path(of: input)).split(separator: "\n").joined(
        separator: "|")
      let failure = context.failure(of: input).map { " failed: \($0)" } ?? ""
      text += "\(input.port) [\(input.variant.path)] \(content)\(failure)\n"
    }
    try DurableFile.write(text: text, to: context.outputPath("text"))
  }
}

/// Waits until `count` of its kind are at work at the same time, then does what `control/SEED`, a
/// file outside the fingerprint, says: `fail`, or `wait` to be stopped.
struct Meeting: Stage {
  static let kind = "meeting"
  static let version = 1
  static let summary = "several at once"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]
  static let isResumable = true

  let input: InputReference
  let control: String
  let count: Int
  let seed: Int

  struct NobodyCame: Error {}

  init(fields: StageFields) throws {
    input = fields.input("from", .text)
    control = fields.fields.location("control")
    count = fields.int("count", default: 1)
    seed = fields.seed()
  }

  func run(_ context: StageContext) throws {
    let arrived = joinPath(control, "arrived")
    try DurableFile.createFolder(arrived)
    try DurableFile.write(text: "\(context.workers)", to: joinPath(arrived, "\(seed)"))
    try wait { try DurableFile.listTree(arrived).count >= count }
    let mark = joinPath(context.scratch, "met")
    let isContinued = FileManager.default.fileExists(atPath: mark)
    try DurableFile.write(text: "", to: mark)
    context.progress(completed: isContinued ? 2 : 1, total: 2, unit: "steps")
    switch (try? readText(joinPath(control, "\(seed)"))) ?? "" {
    case "fail":
      // Only once the others are under way.
      throw ToyFault()
    case "wait":
      try wait {
        try context.checkCancellation(); return false
      }
    default: break
    }
    try DurableFile.write(text: "\(seed)\n", to: context.outputPath("text"))
  }

  private func wait(until condition: () throws -> Bool) throws {
    for _ in 0..<10_000 {
      if try condition() { return }
      usleep(2_000)
    }
    throw NobodyCame()
  }
}

/// A figure of a measured time.
struct Stopwatch: Stage {
  static let kind = "stopwatch"
  static let version = 1
  static let summary = "how long it took"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]
  static let isMeasured = true
  static let isFigure = true

  let input: InputReference

  init(fields: StageFields) throws { input = fields.input("from", .text) }

  func run(_ context: StageContext) throws {
    let run = try context.measurement("run.json", of: input).map(readText) ?? "nothing"
    let missing = try context.measurement("timings.csv", of: input) ?? "no table"
    try DurableFile.write(text: "\(missing)\n\(run)", to: context.outputPath("text"))
  }
}

/// A figure whose pen, outside the fingerprint, may change.
struct Drawing: Stage {
  static let kind = "drawing"
  static let version = 1
  static let summary = "a figure"
  static let outputs = [OutputPort("text", .text, path: "text.txt")]
  static let isFigure = true

  let input: InputReference
  let pen: String

  init(fields: StageFields) throws {
    input = fields.input("from", .text)
    pen = fields.fields.location("pen", default: "")
  }

  func run(_ context: StageContext) throws {
    let colour = pen.isEmpty ? "" : (try? readText(pen)) ?? ""
    try DurableFile.write(
      text: colour + (try readText(context.path(of: input))), to: context.outputPath("text"))
  }
}
