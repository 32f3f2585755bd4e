import Configuration
import Datasets
import Files
import Models
import Reports
import Workflow

/// Ancestral samples in a grid, real images beside them.
struct SampleStage: Stage {
  static let kind = "sample"
  static let version = 4
  static let summary = "samples of a model beside real images (PNG)"
  static let example =
    "samples: {kind: sample, model: spn.model, data: shards, count: 24, columns: 6}"
  static let outputs = [OutputPort("picture", .picture, path: "samples.png")]
  static let isFigure = true

  let model: InputReference
  let data: InputReference?
  let part: Part
  let count: Int
  let columns: Int
  let magnification: Int
  let seed: Int

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that is sampled")
    data = fields.optionalInput(
      "data", .shards, meaning: "real images that are shown beside the samples")
    part = fields.part(default: .test)
    count = fields.int("count", default: 64, in: 1...100_000, meaning: "samples that are drawn")
    columns = fields.int(
      "columns", default: 8, in: 1...1_000, meaning: "images in a row of each half of the picture")
    magnification = fields.int(
      "magnification", default: 2, in: 1...32, meaning: "side of a pixel in the picture")
    seed = fields.seed()
    fields.includeNames()
  }

  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    var text = pictureText(context, seed: seed)
    var blocks = [try model.drawnSamples(count: count, seed: seed)]
    if let data {
      let reader = try ShardReader(folder: context.path(of: data))
      var samples = try Samples(reader, part: part, view: model.binarisation, seed: seed)
      try samples.requireShape(model.imageShape)
      try samples.choose(count)
      blocks.append(try samples.drawn())
      text.append(("Images", samples.choice.words))
    }
    try SampleGrid(columns: columns, magnification: magnification).write(
      blocks, of: model.imageShape,
      text: text, to: context.outputPath("picture"))
  }
}

/// Blocks of images side by side as a PNG.
struct SampleGrid {
  var columns: Int
  var magnification: Int

  func write(
    _ blocks: [[UInt8]], of shape: ImageShape, text: [(String, String)], to path: String
  ) throws {
    let grid = ImageGrid(gap: magnification, background: 128, magnification: magnification)
    let canvas = grid.beside(
      blocks.map { grid.compose($0, of: shape, columns: columns) },
      space: 8 * magnification)
    try PNGFile.write(
      pixels: canvas.pixels, width: canvas.width, height: canvas.height,
      channels: canvas.channels, text: text, to: path)
  }
}

extension Model {
  /// Samples as levels, `[image][pixel][channel]`.
  ///
  /// - Throws: `OverflowFault`.
  func drawnSamples(count: Int, seed: Int) throws -> [UInt8] {
    try circuit.samples(
      count: count, seed: seed, derived: try circuit.checkedDerived(from: parameters)
    ).map(binarisation.grey)
  }
}
