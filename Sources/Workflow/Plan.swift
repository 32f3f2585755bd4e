import Configuration

/// The steps of a pipeline in order: each variant of each stage, with its result's fingerprint.
package struct Plan: Sendable {
  package struct Step: Sendable {
    package let configured: ConfiguredStage
    /// How the result will have been made; no files yet.
    package let record: StageRecord

    /// The stage's name with its variant: `spn/seed-1`.
    package var name: String { configured.step }
    package var stage: String { configured.name }
    package var variant: Variant { configured.variant }
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
      let record = StageRecord(identity: identity, isMeasured: stage.type.isMeasured)
      let step = Step(configured: stage, record: record)
      fingerprints[step.name] = step.fingerprint
      steps.append(step)
    }
    self.steps = steps
  }

  /// A step, by its name.
  package func step(_ name: String) -> Step? { steps.first { $0.name == name } }

  /// Inputs are known by what made them and as what, never by a stage's name; those of a list also
  /// by their variant, which the stage sees.
  private static func identity(
    of stage: ConfiguredStage, _ fingerprints: [String: String], _ hashes: ContentHashes
  ) throws -> ResolvedValue {
    var inputs: [String: [ResolvedValue]] = [:]
    for input in stage.inputs {
      guard let fingerprint = fingerprints[input.step] else {
        preconditionFailure("a plan's order puts producers first")
      }
      let reference = input.reference
      var identity: [String: ResolvedValue] = [
        "fingerprint": .string(fingerprint), "output": .string(reference.output),
      ]
      if !reference.variant.isEmpty {
        // A list, because the order of the axes is part of what the stage sees.
        identity["variant"] = .list(
          reference.variant.coordinates.map { .list([.string($0.axis), .string($0.value)]) })
      }
      inputs[reference.port, default: []].append(.mapping(identity))
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
