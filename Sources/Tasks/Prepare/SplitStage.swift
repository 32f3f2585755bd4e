import Datasets
import Workflow

/// Divides a source's training images into training and validation; its test images stay apart.
struct SplitStage: ForeseenStage {
  static let kind = "split"
  static let version = 2
  static let summary = "train, validation and test, disjoint, chosen by seed (HDF5)"
  static let example = "parts: {kind: split, images: digits, validation: 500}"
  static let outputs = [OutputPort("split", .split, path: "split.h5")]
  static let isPublished = false

  let images: InputReference
  let validation: Int
  /// The last images rather than some chosen by seed.
  let validatesLast: Bool
  let limit: Int?
  let seed: Int

  init(fields: StageFields) throws {
    images = fields.input("images", .images, meaning: "the images that are divided")
    validation = fields.int(
      "validation", default: 5_000, in: 0...Int(Int32.max),
      meaning: "training images that are held out for validation")
    validatesLast =
      fields.word(
        "choose", of: ["random", "last"], default: "random",
        meaning: "which of them: some by seed, or the last ones") == "last"
    limit = fields.optionalInt(
      "train", in: 1...Int(Int32.max),
      meaning: "most training images that are kept; all where it is not written")
    // Not the pipeline's: another training seed must not change which images are held out.
    seed = fields.int(
      "seed", default: 1, in: 0...Int.max,
      meaning: "seed of the division, independent of the pipeline's")
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    try context.outlook(of: images, as: ImageOutline.self).map {
      try Split.counts(
        trainCount: $0.counts["train"] ?? 0, testCount: $0.counts["test"] ?? 0,
        validation: validation, limit: limit)
    }
  }

  func run(_ context: StageContext) throws {
    let archive = try ImageArchive(context.path(of: images))
    let split = try Split(
      trainCount: archive.counts["train"] ?? 0, testCount: archive.counts["test"] ?? 0,
      validation: validation, limit: limit, seed: UInt64(seed),
      validatesLast: validatesLast)
    try split.write(to: context.outputPath("split"), of: context.fingerprint(of: images))
    context.note(
      "\(split.train.count) train, \(split.validation.count) validation, "
        + "\(split.test.count) test")
  }
}
