import Configuration

/// The stages of a pipeline in order, each with the fingerprint of its result.
package struct Plan: Sendable {
  package struct Step: Sendable {
    package let configured: ConfiguredStage
    /// How the result will have been made; no files yet.
    package let record: StageRecord

    package var name: String { configured.name }
    package var kind: String { configured.kind }
    package var fingerprint: String { record.fingerprint }
  }

  package let pipeline: Pipeline
  package let steps: [Step]

  /// Reads the raw files' contents, and nothing else.
  package init(_ pipeline: Pipeline, hashes: ContentHashes) throws {
    self.pipeline = pipeline
    var steps: [Step] = []
    var fingerprints: [String: String] = [:]
    for stage in pipeline.stages {
      let identity = try Plan.identity(of: stage, fingerprints, hashes)
      let step = Step(configured: stage, record: StageRecord(identity: identity))
      fingerprints[stage.name] = step.fingerprint
      steps.append(step)
    }
    self.steps = steps
  }

  /// The step of a stage, by name.
  package func step(_ name: String) -> Step? { steps.first { $0.name == name } }

  /// Inputs are known by what made them and as what, never by a stage's name.
  private static func identity(
    of stage: ConfiguredStage, _ fingerprints: [String: String], _ hashes: ContentHashes
  ) throws -> ResolvedValue {
    var inputs: [String: [ResolvedValue]] = [:]
    for input in stage.inputs {
      guard let fingerprint = fingerprints[input.stage] else {
        preconditionFailure("a plan's order puts producers first")
      }
      inputs[input.port, default: []].append(
        .mapping(["fingerprint": .string(fingerprint), "output": .string(input.output)]))
    }
    let raw = try stage.rawFiles.map { file -> ResolvedValue in
      .mapping([
        "name": .string(file.name), "sha256": .string(try hashes.hex(of: file.path)),
      ])
    }
    return .mapping([
      "format": .integer(Pipeline.formatVersion),
      "kind": .string(stage.kind),
      "version": .integer(stage.type.version),
      "fields": stage.resolved,
      "inputs": .mapping(inputs.mapValues { .list($0) }),
      "raw": .list(raw),
    ])
  }
}
