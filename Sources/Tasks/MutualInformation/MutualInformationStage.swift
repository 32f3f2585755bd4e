import Circuits
import Datasets
import Numerics
import Workflow

/// Estimates the mutual information of each two superpixels from training images: what structures that
/// are learned from data are made of.
struct MutualInformationStage: ForeseenStage {
  static let kind = "mutual-information"
  static let version = 1
  static let summary =
    "mutual information of each two superpixels in the training images, for structures that are learned (HDF5)"
  static let example = "information: {kind: mutual-information, data: shards}"
  static let outputs = [
    OutputPort("information", .information, path: "information.h5")
  ]
  static let isPublished = false

  let data: InputReference
  let partition: PartitionChoice
  let binarisation: BinarisationView
  /// Training images that are counted, at most.
  let images: Int
  /// Images added, spread evenly over all pairs of states.
  let pseudoCount: Double
  let seed: Int

  init(fields: StageFields) throws {
    data = fields.input("data", .shards, meaning: "images of which the training part is counted")
    partition = PartitionChoice(fields, of: data)
    let binarisation = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold",
      meaning: "how levels become values that are counted")
    images = fields.int(
      "images", default: 20_000, in: 1...1_000_000, meaning: "most training images that are counted"
    )
    pseudoCount = fields.double(
      "pseudoCount", default: 0.1, in: 0...1e6,
      meaning: "count that is added for every pair of states")
    seed = fields.seed()
    guard let binarisation else { throw IncompleteFields() }
    self.binarisation = binarisation
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    partition.foreseen(context).map { InformationOutlook(partition: $0) }
  }

  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let images = context.outlook(of: data, as: ImageOutline.self),
      let cells = partition.foreseen(context)?.cells.count
    else { return nil }
    let counted = min(self.images, images.counts["train"] ?? 0)
    return [
      // Rows, columns, and the numbers of images that are not in a value's commonest state.
      MemoryShare("images", bytes: 6 * counted * images.shape.valueCount),
      MemoryShare("information", bytes: 16 * cells * cells),
    ]
  }

  func run(_ context: StageContext) throws {
    let reader = try ShardReader(folder: context.path(of: data))
    let partition = try partition.read(context, shards: reader)
    var source = try Samples(reader, part: .train, view: binarisation, seed: seed)
    try source.choose(images)
    let pairs = try count(source, context)
    let cells = partition.cells.map { $0.map(Int32.init) }
    let information = try MutualInformation(
      pairs, cells: cells, pseudoCount: pseudoCount, workers: ForkJoin(workers: context.workers)
    ) { done in
      try context.checkCancellation()
      context.progress(completed: done, total: cells.count, unit: "superpixels")
    }
    try InformationFile(information: information, of: partition)
      .write(to: context.outputPath("information"))
    context.note(
      "\(cells.count) superpixels, \(pairs.images) images, \(pairs.states) states a value")
  }

  /// The chosen images, a block at a time.
  private func count(_ source: Samples, _ context: StageContext) throws -> PairCounts {
    let (count, values) = (source.sampleCount, source.shape.valueCount)
    let rows = AlignedBuffer<UInt8>(count: count * values)
    let order = AlignedBuffer((0..<Int32(count)).map { $0 })
    source.rewind()
    for start in stride(from: 0, to: count, by: Self.block) {
      try context.checkCancellation()
      let images = UnsafeBufferPointer(
        start: order.pointer + start, count: min(Self.block, count - start))
      try source.prepare(images)
      source.copy(images, epoch: 0, into: rows.pointer + start * values)
    }
    return PairCounts(
      rows: rows.pointer, images: count, values: values,
      levels: binarisation == .none ? 256 : 2)
  }

  private static let block = 1_024
}

/// What train stages are told of it before it has run.
struct InformationOutlook: ShapedOutlook {
  let partition: GridPartition
  var shape: ImageShape { partition.shape }
}
