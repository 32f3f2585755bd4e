import Datasets
import Workflow

extension StageFields {
  /// Bytes of a part's images up to which they are held in memory, from `memory:` in MB; more than that
  /// stay in their shards and are read ahead. The same results either way, so it is no part of a
  /// fingerprint.
  func memory() -> Int {
    capacity(
      "memory", default: SampleStore.defaultMemory / 1_000_000, in: 0...1_000_000_000,
      meaning: "MB of images up to which a part is held in memory; larger ones are streamed")
      * 1_000_000
  }
}
