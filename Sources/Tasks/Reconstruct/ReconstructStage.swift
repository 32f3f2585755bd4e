import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Reports
import Workflow

/// Images above what a model's encoders keep of them: how much a leaf's few latents can say.
struct ReconstructStage: Stage {
  static let kind = "reconstruct"
  static let version = 2
  static let summary = "images and their reconstructions by the encoders of vae leaves (PNG)"
  static let example =
    "reconstructions: {kind: reconstruct, model: spn.model, data: shards, count: 24, columns: 12}"
  static let isFigure = true
  static let outputs = [OutputPort("picture", .picture, path: "reconstructions.png")]

  let model: InputReference
  let data: InputReference
  let part: Part
  let count: Int
  let columns: Int
  let magnification: Int

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "a model with vae leaves")
    data = fields.input("data", .shards, meaning: "images that are reconstructed")
    part = fields.part(default: .test)
    count = fields.int(
      "count", default: 64, in: 1...100_000,
      meaning: "images that are shown, chosen by seed and class")
    columns = fields.int(
      "columns", default: 16, in: 1...1_000, meaning: "images in a row of the picture")
    magnification = fields.int(
      "magnification", default: 2, in: 1...32, meaning: "side of a pixel in the picture")
    fields.includeNames()
  }

  /// - Throws: `NoEncoderFault`, `SizeFault`, `EmptyPartFault`.
  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
    try samples.requireShape(model.imageShape)
    try samples.choose(count)
    let total = samples.sampleCount
    guard total > 0 else { throw EmptyPartFault(part: part) }
    let means = try model.circuit.reconstructions(
      samples, derived: model.circuit.checkedDerived(from: model.parameters),
      workers: ForkJoin(workers: context.workers)
    ) { done in
      try context.checkCancellation()
      context.progress(completed: done, total: total, unit: "images")
    }
    try requireFinite(means, perImage: model.circuit.pixelCount, "reconstruction")
    let canvas = PairedRows(
      columns: columns, magnification: magnification, shape: model.imageShape
    ).compose(try samples.drawn(), means.map { UInt8(bounded: $0 * 255 + 0.5) })
    try PNGFile.write(
      pixels: canvas.pixels, width: canvas.width, height: canvas.height,
      channels: canvas.channels,
      text: [
        ("Software", "tessera"), ("Pipeline", context.pipeline), ("Stage", context.stage),
        ("Model", model.fingerprint), ("Images", samples.choice.words),
      ], to: context.outputPath("picture"))
  }
}

/// Rows of images, each with a row of what belongs to them below.
struct PairedRows {
  let columns: Int
  let magnification: Int
  let shape: ImageShape

  /// Both `[image][row][column][channel]`, as many of one as of the other.
  func compose(_ above: [UInt8], _ below: [UInt8]) -> Canvas {
    precondition(above.count == below.count)
    let grid = ImageGrid(gap: magnification, background: 128, magnification: magnification)
    let row = columns * shape.valueCount
    let pairs = stride(from: 0, to: above.count, by: row).map { start in
      let range = start..<min(start + row, above.count)
      return grid.stacked(
        [above, below].map {
          grid.compose(Array($0[range]), of: shape, columns: columns)
        }, space: magnification)
    }
    return grid.stacked(pairs, space: 4 * magnification)
  }
}
