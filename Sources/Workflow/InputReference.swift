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

  package init(port: String, stage: String, output: String, type: ArtifactType) {
    self.port = port
    self.stage = stage
    self.output = output
    self.type = type
  }
}

/// What a reference may name: the stages of one pipeline with their kinds.
struct ReferenceResolver {
  /// Nil for a stage whose kind is unknown: that mistake is told once, at the kind.
  let stages: [String: (any Stage.Type)?]
  let order: [String]

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
  ) -> InputReference? {
    func fail(_ message: String, _ suggestion: String? = nil) -> InputReference? {
      diagnostics.add(
        "\(message), for \(port.quoted) of \(subject)", at: position, suggestion: suggestion)
      return nil
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, !parts.contains("") else {
      return fail("expected STAGE or STAGE.OUTPUT, found \(text.quoted)")
    }
    let name = parts[0]
    guard let known = stages[name] else {
      let suggestion = nearest(to: name, among: order).map {
        parts.count == 2 ? "\($0).\(parts[1])" : $0
      }
      return fail("unknown stage \(name.quoted)", suggestion)
    }
    guard let producer = known else { return nil }
    let fitting = producer.outputs.filter { $0.type == type }
    let offered = producer.outputs.map { "\(name).\($0.name) (\($0.type))" }
      .joined(separator: ", ")
    if parts.count == 1 {
      guard fitting.count <= 1 else {
        return fail("\(name.quoted) has several outputs of type \(type): write one of \(offered)")
      }
      guard let output = fitting.first else {
        return fail("expected type \(type), but \(name.quoted) makes \(offered)")
      }
      return InputReference(port: port, stage: name, output: output.name, type: type)
    }
    guard let output = producer.outputs.first(where: { $0.name == parts[1] }) else {
      return fail(
        "stage \(name.quoted) has no output \(parts[1].quoted) (it makes \(offered))",
        nearest(to: parts[1], among: producer.outputs.map(\.name)).map { "\(name).\($0)" })
    }
    guard output.type == type else {
      return fail("expected type \(type), but \(text.quoted) is of type \(output.type)")
    }
    return InputReference(port: port, stage: name, output: output.name, type: type)
  }
}
