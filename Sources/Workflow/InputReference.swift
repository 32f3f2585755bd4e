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
    do throws(Mistake) {
      guard let (stage, output) = try find(text, type) else { return nil }
      return InputReference(port: port, stage: stage, output: output.name, type: type)
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
  ) throws(Mistake) -> (stage: String, output: OutputPort)? {
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
    return (name, try Self.output(parts.dropFirst().first, of: producer, name, type))
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
