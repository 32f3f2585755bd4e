import ArgumentParser
import Configuration
import Workflow

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a pipeline: every stage that is not in the cache.",
    discussion: """
      A pipeline with 'seeds' or a 'sweep' runs its stages once for each of their values, side by \
      side.

      EXAMPLES
        tessera run Pipelines/quickstart.yaml
        tessera run Pipelines/quickstart.yaml --dry-run
        tessera run Pipelines/quickstart.yaml --set 'seeds=[4]' \\
          --set stages.spn.epochs=20
        tessera run Pipelines/quickstart.yaml --set seed= --set 'seeds=[1, 2, 3]'
      """)

  @OptionGroup var options: PipelineOptions

  @Flag(
    help: "Say what would run, why, in how much memory, and how large circuits are; write nothing.")
  var dryRun = false

  @Flag(help: "With --dry-run: JSON.")
  var json = false

  func validate() throws {
    if json && !dryRun { throw ValidationError("--json goes with --dry-run") }
  }

  mutating func run() throws {
    let pipeline = try options.read()
    let printer = ProgressPrinter(steps: pipeline.stages.count)
    let runner = options.runner(pipeline, printer)
    if dryRun { return try preview(runner) }
    try RunReport.after(runner.run, finish: printer)
  }

  private func preview(_ runner: Runner) throws {
    let stages = try runner.preview()
    if json {
      return Terminal.output(ResolvedValue.list(stages.map(Self.fields)).jsonText)
    }
    let width = stages.map(\.name.count).max() ?? 0
    for stage in stages {
      let name = stage.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let cached = stage.failure.map { "cached, failed: \($0)" } ?? "cached"
      let status =
        stage.reason.map { "would run: \($0)\(Self.memory(stage))\(Self.quantities(stage))" }
        ?? cached
      Terminal.output("\(name)  \(stage.kind), \(stage.fingerprint.prefix(12))  \(status)")
    }
  }

  /// Bytes, by what for.
  private static func memoryFields(_ stage: PlannedStage) -> ResolvedValue {
    guard let memory = stage.memory else { return .null }
    var fields = Dictionary(
      uniqueKeysWithValues: memory.shares.map { ($0.name, ResolvedValue.integer($0.bytes)) })
    fields["all"] = .integer(memory.bytes)
    return .mapping(fields)
  }

  /// `; memory 112 MB: program 40, images 47, ...`, or nothing.
  private static func memory(_ stage: PlannedStage) -> String {
    guard let memory = stage.memory else { return "" }
    let shares = memory.shares.map { "\($0.name) \(megabytes($0.bytes))" }
    let excess =
      memory.fits ? "" : " (more than the \(megabytes(memory.available)) of this machine)"
    return "; memory \(megabytes(memory.bytes))\(excess): \(shares.joined(separator: ", "))"
  }

  /// `; 97 regions, 3,168 edges, about 2 s an epoch`, or nothing.
  private static func quantities(_ stage: PlannedStage) -> String {
    guard !stage.quantities.isEmpty else { return "" }
    let texts = stage.quantities.map {
      switch $0.value {
      case .count(let count): "\(grouped(count)) \($0.name)"
      case .seconds(let seconds): "about \(durationText(seconds)) \($0.name)"
      }
    }
    return "; " + texts.joined(separator: ", ")
  }

  private static func quantityFields(_ stage: PlannedStage) -> ResolvedValue {
    .mapping(
      Dictionary(
        uniqueKeysWithValues: stage.quantities.map {
          switch $0.value {
          case .count(let count): ($0.name, ResolvedValue.integer(count))
          case .seconds(let seconds): ("seconds \($0.name)", ResolvedValue.real(seconds))
          }
        }))
  }

  private static func fields(_ stage: PlannedStage) -> ResolvedValue {
    let variant = stage.variant.coordinates.map { ($0.axis, ResolvedValue.string($0.value)) }
    return .mapping([
      "stage": .string(stage.name), "kind": .string(stage.kind),
      "variant": .mapping(Dictionary(uniqueKeysWithValues: variant)),
      "fingerprint": .string(stage.fingerprint), "status": .string(stage.status.rawValue),
      "failure": stage.failure.map { .string($0) } ?? .null,
      "reason": .string(stage.reason ?? ""), "memory": memoryFields(stage),
      "quantities": quantityFields(stage),
      "fields": stage.resolved,
    ])
  }
}
