import Configuration

/// What an artifact is, by name: `images`, `partition`, `shards`, `model` ... Ports of equal type fit.
package struct ArtifactType: Hashable, Sendable, CustomStringConvertible {
  package let name: String
  package init(_ name: String) { self.name = name }
  package var description: String { name }
}

/// One artifact a stage produces: a file or a folder inside the stage's own folder.
package struct OutputPort: Hashable, Sendable {
  package let name: String
  package let type: ArtifactType
  /// Path relative to the stage's folder.
  package let path: String
  /// Whether it is copied to `Output` with the stage's other results, or lives in the cache alone.
  package let isPublished: Bool

  package init(
    _ name: String, _ type: ArtifactType, path: String, isPublished: Bool = true
  ) {
    self.name = name
    self.type = type
    self.path = path
    self.isPublished = isPublished
  }
}

/// A step of a pipeline: reads artifacts, writes artifacts, never calls another stage.
///
/// A value of a conforming type is one configured stage. Its initialiser reads every field,
/// inputs included, from the strict `StageFields`; what it reads is what the fingerprint covers. It
/// is called more than once, at first before the variants of a list are known, so it does nothing
/// but read, and reads every input before it throws.
package protocol Stage: Sendable {
  /// The word in a pipeline's `kind:`.
  static var kind: String { get }
  /// Part of the fingerprint: raise it when the same input and fields would give other bytes.
  static var version: Int { get }
  /// One line for `tessera kinds`.
  static var summary: String { get }
  /// A stage of this kind as a pipeline writes it, name included. The examples of all stages of a catalogue
  /// together are one pipeline: they may name each other's artifacts.
  static var example: String { get }
  static var outputs: [OutputPort] { get }
  /// Whether results are copied to `Output/PIPELINE/STAGE`, or live in the cache alone.
  static var isPublished: Bool { get }
  /// Whether an interrupted run continues from what it left in its folder.
  static var isResumable: Bool { get }
  /// Whether results depend on measured times. Their hashes are in `run.json`, outside the record
  /// of the result, and only stages that are measured themselves may read them.
  static var isMeasured: Bool { get }
  /// Whether the stage makes pictures for people, so that `tessera figures` runs it again: true of all
  /// that do, since their inputs are stored.
  static var isFigure: Bool { get }

  init(fields: StageFields) throws

  func run(_ context: StageContext) throws
}

extension Stage {
  package static var isPublished: Bool { true }
  package static var isResumable: Bool { false }
  package static var isMeasured: Bool { false }
  package static var isFigure: Bool { false }

  /// Whether a file of the stage's folder is copied to `Output`.
  static func publishes(_ path: String) -> Bool {
    isPublished
      && !outputs.contains {
        !$0.isPublished && (path == $0.path || path.hasPrefix($0.path + "/"))
      }
  }
}
