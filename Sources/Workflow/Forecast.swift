import Configuration
import Files

/// A stage that can forecast, before any stage runs, the shape of its results and how much memory it will
/// take.
///
/// Both are worked out from the configuration and the heads of raw files. What they throw is what the
/// stage would throw when it runs, hours later perhaps: a `Fault`.
package protocol ForeseenStage: Stage {
  /// The outlook of its results, for the stages that read them; nil where it is unknown.
  func outlook(_ context: ForecastContext) throws -> (any Sendable)?

  /// The memory it holds at its peak beside the program's own; nil where that is unknown.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]?

  /// Other numbers of its work, for the plan; none where they are unknown.
  func quantities(_ context: ForecastContext) throws -> [ForecastQuantity]
}

extension ForeseenStage {
  package func outlook(_ context: ForecastContext) throws -> (any Sendable)? { nil }
  package func memory(_ context: ForecastContext) throws -> [MemoryShare]? { nil }
  package func quantities(_ context: ForecastContext) throws -> [ForecastQuantity] { [] }
}

/// A number that a plan tells of a stage's work.
package struct ForecastQuantity: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case count(Int)
    /// An estimate, which can be wrong by a factor of two or more.
    case seconds(Double)
  }

  /// What is counted, or what takes the seconds.
  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// Bytes of memory and what they are for.
package struct MemoryShare: Hashable, Sendable {
  package let name: String
  package let bytes: Int

  package init(_ name: String, bytes: Int) {
    self.name = name
    self.bytes = bytes
  }
}

/// The memory of a stage at its peak, the program's own first.
package struct MemoryForecast: Hashable, Sendable {
  package let shares: [MemoryShare]
  /// What the run may use.
  package let available: Int

  package var bytes: Int { shares.reduce(0) { $0 + $1.bytes } }
  package var fits: Bool { bytes <= available }
}

/// What a stage sees of those that it reads, before any of them ran.
package struct ForecastContext {
  package let workers: Int
  private let inputs: [InputReference: any Sendable]

  init(workers: Int, inputs: [InputReference: any Sendable]) {
    self.workers = workers
    self.inputs = inputs
  }

  /// The outlook of another stage's result; nil where it is unknown.
  package func outlook<Outlook>(of input: InputReference, as type: Outlook.Type) -> Outlook? {
    inputs[input] as? Outlook
  }
}

/// The forecasts of a plan's steps.
struct Forecasts {
  private let plan: Plan
  private let settings: RunSettings
  /// Memory of the program itself: what is resident now, and libraries of which little is touched
  /// before a stage reads and writes (HDF5, hashing, dates: measured, 8 MB).
  private let program: Int
  private var outlooks: [String: (any Sendable)?] = [:]
  private let lineages: Lineages

  init(_ plan: Plan, _ settings: RunSettings) {
    self.plan = plan
    self.settings = settings
    lineages = Lineages(plan)
    program = (ProcessMemory.resident ?? 0) + 8_000_000
  }

  /// The memory of a step; nil where its stage has no forecast.
  ///
  /// - Throws: `StageFault`, or `ConfigurationFault` at a field: of this step, or of one that it reads.
  mutating func memory(of step: Plan.Step) throws -> MemoryForecast? {
    guard let stage = step.configured.stage as? any ForeseenStage else { return nil }
    let context = try context(of: step)
    let shares = try naming(step) { try stage.memory(context) }
    return shares.map {
      MemoryForecast(
        shares: [MemoryShare("program", bytes: program)] + $0, available: settings.memory)
    }
  }

  /// Other numbers of a step's work; none where its stage has no forecast.
  ///
  /// - Throws: as `memory`.
  mutating func quantities(of step: Plan.Step) throws -> [ForecastQuantity] {
    guard let stage = step.configured.stage as? any ForeseenStage else { return [] }
    let context = try context(of: step)
    return try naming(step) { try stage.quantities(context) }
  }

  /// - Throws: `ConfigurationFault` where inputs of a step do not belong together; what its producers' stages throw.
  mutating func checkInputs(of step: Plan.Step) throws {
    var inputs: [ForeseenInput] = []
    for input in step.configured.inputs {
      guard let producer = plan.step(input.step) else { continue }
      inputs.append(
        ForeseenInput(
          reference: input.reference, step: producer.name, fingerprint: producer.fingerprint,
          lineage: lineages.all[producer.name] ?? [],
          sources: lineages.sources[producer.name] ?? [],
          outlook: try outlook(of: producer), position: input.position,
          subject: StageDraft.subject(step.stage)))
    }
    if inputs.count > 1 { try plan.pipeline.inputRule(step.configured.stage, inputs) }
  }

  private mutating func outlook(of step: Plan.Step) throws -> (any Sendable)? {
    if let known = outlooks[step.name] { return known }
    var found: (any Sendable)?
    if let stage = step.configured.stage as? any ForeseenStage {
      let context = try context(of: step)
      found = try naming(step) { try stage.outlook(context) }
    }
    outlooks[step.name] = .some(found)
    return found
  }

  private mutating func context(of step: Plan.Step) throws -> ForecastContext {
    var inputs: [InputReference: any Sendable] = [:]
    for input in step.configured.inputs {
      guard let producer = plan.step(input.step) else { continue }
      inputs[input.reference] = try outlook(of: producer)
    }
    return ForecastContext(workers: share(of: step), inputs: inputs)
  }

  /// The workers that a step has where all variants of its stage run side by side.
  private func share(of step: Plan.Step) -> Int {
    let variants = plan.steps.count { $0.stage == step.stage }
    return step.variant.isEmpty ? settings.workers : max(settings.workers / variants, 1)
  }

  private func naming<Result>(
    _ step: Plan.Step, _ work: () throws -> Result
  ) throws -> Result {
    do { return try work() } catch let fault as ConfigurationFault {
      // It begins with file and position, and names the stage.
      throw fault
    } catch { throw StageFault(stage: step.name, cause: error) }
  }
}

/// A stage that would not fit into the machine's memory (exit code 78).
package struct MemoryFault: Fault, Equatable {
  package let forecast: MemoryForecast

  package var exitCode: ExitCode { .configuration }
  package var description: String {
    let largest = forecast.shares.max { $0.bytes < $1.bytes }
    return
      "needs about \(megabytes(forecast.bytes)) of memory (\(largest?.name ?? "") "
      + "\(megabytes(largest?.bytes ?? 0))), and this machine has \(megabytes(forecast.available)); take "
      + "fewer units, larger superpixels, a smaller batch or fewer workers"
  }
}

/// Bytes in whole megabytes.
package func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
