import Configuration

/// An input of a step, as far as it is known before any step ran.
package struct ForeseenInput: Sendable {
  package let reference: InputReference
  /// The producing step's name: `spn/seed-1`.
  package let step: String
  /// The producing step's result.
  package let fingerprint: String
  /// The results of that step and of all that it reads, directly or not, by their fingerprints.
  package let lineage: Set<String>
  /// Those of the lineage that read no other result: where its data come from.
  package let sources: Set<String>
  /// The producing stage's outlook of its results; nil where it is unknown.
  package let outlook: (any Sendable)?
  let position: SourcePosition
  let subject: String

  /// A fault of this input, at the place where the pipeline names it (exit code 78).
  package func fault(_ message: String) -> ConfigurationFault {
    ConfigurationFault("\(reference.port) of \(subject): \(message)", at: position)
  }
}

/// Whether the inputs of a stage belong together: asked of every step that would run, before any does.
///
/// It throws `ForeseenInput.fault` where they do not. What shows only when a step runs is its stage's to check.
package typealias InputRule = @Sendable (_ stage: any Stage, [ForeseenInput]) throws -> Void
