import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics

/// `tessera convert`: a model with VAE leaves, written again with continuous mixtures.
package struct ModelConverting: Sendable {
  /// Where images come from: a folder of shards (test images for numbers, training images to train on),
  /// or files and folders as `tessera evaluate` reads them.
  package enum Images: Sendable {
    case none
    case shards(String)
    case files(numbers: GivenImages?, training: GivenImages?)
  }

  package let conversion: ModelConversion
  package let images: Images
  /// The number asked for before.
  package let likelihood: LikelihoodChoice
  package let epochs: Int
  package let batch: Int
  package let rate: Double
  package let workers: Int

  package init(
    conversion: ModelConversion, images: Images, likelihood: LikelihoodChoice, epochs: Int,
    batch: Int, rate: Double, workers: Int
  ) {
    self.conversion = conversion
    self.images = images
    self.likelihood = likelihood
    self.epochs = epochs
    self.batch = batch
    self.rate = rate
    self.workers = workers
  }

  /// Reads, converts, trains on, writes; returns lines to print: a number a step, with its word.
  ///
  /// - Throws: `ConversionFault` (78), `SizeFault` (65), and whatever is wrong with the files.
  package func run(model path: String, to output: String) throws -> [String] {
    let old = try ModelFile.readForeign(path)
    let new = try conversion.converted(old)
    switch images {
    case .none: return try finish(old, new, none, none, to: output)
    case .shards(let folder):
      let reader = try ShardReader(folder: folder)
      try ShardFolder.requireOwnImages(of: reader.manifest, in: folder)
      let numbers = try Samples(reader, part: .test, view: old.binarisation, seed: 0)
      try numbers.requireShape(old.imageShape)
      let training =
        epochs > 0 ? try Samples(reader, part: .train, view: old.binarisation, seed: 1) : nil
      return try finish(old, new, numbers.sampleCount > 0 ? numbers : nil, training, to: output)
    case .files(let numbers, let training):
      let given = try [numbers, training].map { given in
        try given.map { (path: $0.path, images: try read($0, old)) }
      }
      let lines = try finish(
        old, new, given[0]?.images.samples, given[1]?.images.samples, to: output)
      return lines
        + given.compactMap { $0 }.flatMap { path, images in
          images.changes.map { "\(path.printable): \($0)" }
        }
    }
  }

  private var none: MemorySamples? { nil }

  private func read(_ images: GivenImages, _ model: Model) throws -> ModelImages {
    try ModelImages(images, model: model, workers: ForkJoin(workers: workers))
  }

  private func finish(
    _ old: Model, _ converted: Model, _ numbers: (some SampleSource)?,
    _ training: (some TrainingSource)?, to output: String
  ) throws -> [String] {
    let workers = ForkJoin(workers: workers)
    var rows: [ConversionRow] = []
    func look(_ step: String, _ model: Model, _ choice: LikelihoodChoice) throws {
      guard let numbers else { return }
      rows.append(
        try ConversionRow(step: step, model, choice, of: numbers, workers: workers))
    }
    try look("before", old, likelihood)
    try look("converted", converted, .trained)
    var new = converted
    if epochs > 0, let training {
      let tuning = FineTuning(epochs: epochs, batch: batch, learner: Adam(rate: rate), seed: 1)
      new = try tuning.run(new, on: training, workers: workers)
      try look("fine-tuned", new, .trained)
    }
    try ModelFile.write(new, to: output)
    return rows.map(\.sentence) + (ConversionTable.remark(rows).map { [$0] } ?? [])
  }
}

extension MemorySamples: TrainingSource {
  /// As if the images were one chunk of a set of shards.
  func order(epoch: Int) -> [Int32] {
    BatchOrder(chunkSizes: [sampleCount], seed: 1, epoch: epoch).positions
  }
}
