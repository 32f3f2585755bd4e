import Configuration

/// What a run did, step by step: in the plan's order, whichever ended first.
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

    /// The stage's name with its variant: `spn/seed-1`.
    package let name: String
    package let stage: String
    package let variant: Variant
    package let kind: String
    package let fingerprint: String
    package let status: Status
    /// Why the stage failed, or nil; its files are there all the same.
    package let failure: String?
    /// `Output/PIPELINE/STAGE`, with the variant's folders below, or nil for a stage whose results stay in the cache.
    package let publishedFolder: String?
    /// The result's folder in the cache.
    package let cacheFolder: String
    /// The result's files, relative to either folder, in bytewise order; of a published stage those
    /// that are published.
    package let files: [String]
  }

  package let pipeline: String
  package let stages: [StageResult]

  /// Whether everything was there already.
  package var didNothing: Bool { stages.allSatisfy { $0.status == .cached } }
}

/// What a run would do with one variant of a stage.
package struct PlannedStage: Sendable {
  package enum Status: String, Sendable {
    case cached
    case wouldRun = "would run"
  }

  /// The stage's name with its variant.
  package let name: String
  package let variant: Variant
  package let kind: String
  package let fingerprint: String
  package let status: Status
  /// Why the cached result is that of a stage that failed, or nil.
  package let failure: String?
  /// Why it would run; nil if cached.
  package let reason: String?
  /// The process's memory at the peak of this stage, if there is a forecast and the stage would run.
  package let memory: MemoryForecast?
  /// Other numbers of its work, if the stage would run.
  package let quantities: [ForecastQuantity]
  package let resolved: ResolvedValue
}
