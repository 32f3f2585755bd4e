import Configuration

/// What a run did, stage by stage.
package struct PipelineResult: Sendable {
  package struct StageResult: Sendable {
    package enum Status: String, Sendable {
      /// Worked out in this run.
      case ran
      /// Found complete in the cache, and published.
      case cached
      /// Found in the cache; published files were missing or different and were written.
      case restored
    }

    package let name: String
    package let kind: String
    package let fingerprint: String
    package let status: Status
    /// `Output/PIPELINE/STAGE`, or nil for a stage whose results stay in the cache.
    package let publishedFolder: String?
    /// The result's folder in the cache.
    package let cacheFolder: String
    /// The result's files, relative to either folder, in bytewise order.
    package let files: [String]
  }

  package let pipeline: String
  package let stages: [StageResult]

  /// Whether everything was there already.
  package var didNothing: Bool { stages.allSatisfy { $0.status == .cached } }
}

/// What a run would do with one stage.
package struct PlannedStage: Sendable {
  package enum Status: String, Sendable {
    case cached
    case wouldRun = "would run"
  }

  package let name: String
  package let kind: String
  package let fingerprint: String
  package let status: Status
  /// Why it would run; nil if cached.
  package let reason: String?
  package let resolved: ResolvedValue
}
