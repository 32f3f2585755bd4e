/// The pipelines of these tests as text.
enum Pipelines {
  /// Every stage there is, on 8x8 images.
  static let all = training(extra: evaluation)

  /// Up to the model.
  ///
  /// - Parameters:
  ///   - superpixel: of the shards.
  ///   - cells: superpixels of the model.
  ///   - train: further fields of the model.
  static func training(
    epochs: Int = 3, split: String = "validation: 10", superpixel: String = "[4, 4]",
    cells: String = "[2, 2]", train: String = "batch: 16", extra: String = ""
  ) -> String {
    """
    name: tiny
    seed: 1
    stages:
      digits: {kind: ingest, source: {kind: idx, dataset: toy}}
      superpixels: {kind: partition, images: digits, superpixel: \(superpixel)}
      cells: {kind: partition, images: digits, superpixel: \(cells)}
      parts: {kind: split, images: digits, \(split)}
      shards: {kind: shards, images: digits, partition: superpixels, split: parts,
        samplesPerShard: 20}
      spn: {kind: train, data: shards, partition: cells, epochs: \(epochs), \(train)}
    \(extra)
    """
  }

  static let evaluation = """
      metrics: {kind: evaluate, model: spn.model, data: shards, part: test}
      curve: {kind: curve, curve: spn.curve}
      film: {kind: film-strip, checkpoints: spn.checkpoints, count: 4}
      samples: {kind: sample, model: spn.model, data: shards, count: 9, columns: 3}
    """

  /// What `training` counts for an epoch of its progress: fifty images to learn from, and ten to
  /// validate by.
  static let imagesOfEpoch = 50 + 10

  static let preprocessing = ["digits", "superpixels", "cells", "parts", "shards"]
}
