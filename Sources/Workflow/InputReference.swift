import Configuration

/// One artifact that a stage reads: an output of another stage of the same pipeline.
package struct InputReference: Hashable, Sendable {
  /// The key in the reading stage's fields, with `.NAME` for one of several named ones.
  package let port: String
  /// The producing stage, by its name in the pipeline.
  package let stage: String
  /// The producing stage's output port, by name.
  package let output: String
  package let type: ArtifactType

  /// Which of the producing stage's variants, for the inputs of a list: known to the stage, so part
  /// of its fingerprint. Empty for a single input, which is the same whatever else is swept.
  package let variant: Variant

  package init(
    port: String, stage: String, output: String, type: ArtifactType, variant: Variant = .none
  ) {
    self.port = port
    self.stage = stage
    self.output = output
    self.type = type
    self.variant = variant
  }
}

/// An input and the variant of the stage that makes it, whether the reading stage sees it or not.
struct StageInput: Sendable {
  let reference: InputReference
  let producer: Variant
  let isCollected: Bool
  /// Where the pipeline names it.
  let position: SourcePosition

  /// The producing step's name.
  var step: String { producer.name(of: reference.stage) }
}

/// What a reference may name: the stages of one pipeline with their kinds.
struct ReferenceResolver {
  /// Nil for a stage whose kind is unknown: that mistake is reported once, at the kind.
  let stages: [String: (any Stage.Type)?]
  let order: [String]
  /// The kind that reads, nil for an unknown one.
  var reader: (any Stage.Type)?
  /// The variants of the stages that are known by now.
  var variants: [String: [Variant]] = [:]

  /// An output of a stage of the pipeline.
  struct Artifact {
    let stage: String
    let output: OutputPort
  }

  /// The inputs that an artifact stands for: one, or every variant that agrees with the reader's.
  func inputs(
    _ artifact: Artifact, port: String, readBy variant: Variant, collects: Bool,
    at position: SourcePosition
  ) -> [StageInput] {
    let known = variants[artifact.stage] ?? [.none]
    let agreeing =
      collects
      ? known.filter(variant.agrees) : known.first(where: variant.agrees).map { [$0] } ?? []
    return agreeing.map { producer in
      StageInput(
        reference: InputReference(
          port: port, stage: artifact.stage, output: artifact.output.name,
          type: artifact.output.type, variant: collects ? producer : .none),
        producer: producer, isCollected: collects, position: position)
    }
  }

  /// The references that would fit, for messages.
  func available(_ type: ArtifactType) -> String {
    let fitting = order.flatMap { name in
      (stages[name] ?? nil)?.outputs.filter { $0.type == type }.map { "\(name).\($0.name)" } ?? []
    }
    if fitting.isEmpty { return "no stage here makes one" }
    return "there is \(fitting.joined(separator: ", "))"
  }

  /// Resolves `STAGE.OUTPUT` or `STAGE`; records a mistake and returns nil where that fails.
  func resolve(
    _ text: String, port: String, _ type: ArtifactType, at position: SourcePosition,
    of subject: String, _ diagnostics: Diagnostics
  ) -> Artifact? {
    do throws(Mistake) {
      guard let found = try find(text, type) else { return nil }
      try refuseMeasured(found)
      return found
    } catch {
      diagnostics.add(
        "\(error.message), for \(port.quoted) of \(subject)", at: position,
        suggestion: error.suggestion)
      return nil
    }
  }

  private struct Mistake: Error {
    let message: String
    var suggestion: String?
  }

  /// Nil for a stage of unknown kind.
  private func find(
    _ text: String, _ type: ArtifactType
  ) throws(Mistake) -> Artifact? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, !parts.contains("") else {
      throw Mistake(message: "expected STAGE or STAGE.OUTPUT, found \(text.quoted)")
    }
    let name = parts[0]
    guard let known = stages[name] else {
      let suggestion = nearest(to: name, among: order)
        .map { ([$0] + parts.dropFirst()).joined(separator: ".") }
      throw Mistake(message: "unknown stage \(name.quoted)", suggestion: suggestion)
    }
    guard let producer = known else { return nil }
    return Artifact(
      stage: name, output: try Self.output(parts.dropFirst().first, of: producer, name, type))
  }

  /// Refuses a measured artifact for a stage that is not measured: it differs from run to run, and so would the result.
  private func refuseMeasured(_ artifact: Artifact) throws(Mistake) {
    guard let producer = stages[artifact.stage] ?? nil, producer.isMeasured,
      let reader, !reader.isMeasured
    else { return }
    throw Mistake(
      message: "\(artifact.stage.quoted) depends on measured times, and a stage of kind "
        + "\(reader.kind) may not")
  }

  private static func output(
    _ port: String?, of producer: any Stage.Type, _ name: String, _ type: ArtifactType
  ) throws(Mistake) -> OutputPort {
    let offered = producer.outputs.map { "\(name).\($0.name) (\($0.type))" }
      .joined(separator: ", ")
    guard let port else {
      let fitting = producer.outputs.filter { $0.type == type }
      if fitting.count == 1 { return fitting[0] }
      throw Mistake(
        message: fitting.isEmpty
          ? "expected type \(type), but \(name.quoted) makes \(offered)"
          : "\(name.quoted) has several outputs of type \(type): write one of \(offered)")
    }
    guard let output = producer.outputs.first(where: { $0.name == port }) else {
      throw Mistake(
        message: "stage \(name.quoted) has no output \(port.quoted) (it makes \(offered))",
        suggestion: nearest(to: port, among: producer.outputs.map(\.name)).map { "\(name).\($0)" })
    }
    guard output.type == type else {
      throw Mistake(
        message: "expected type \(type), but \("\(name).\(port)".quoted) is of type \(output.type)")
    }
    return output
  }
}
