import Circuits
import Datasets
import Workflow

/// Images of a data set as a model sees them: what samples are held beside.
struct ImagesStage: Stage {
  static let kind = "images"
  static let version = 2
  static let summary = "images of a part, chosen by seed and class, as models see them (PNG)"
  static let example = "images: {kind: images, data: shards, count: 24, columns: 6}"
  static let outputs = [OutputPort("picture", .picture, path: "images.png")]
  static let isFigure = true

  let data: InputReference
  let part: Part
  let view: BinarisationView
  let count: Int
  let columns: Int
  let magnification: Int

  init(fields: StageFields) throws {
    data = fields.input("data", .shards, meaning: "images that are shown")
    part = fields.part(default: .test)
    let view = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold",
      meaning: "how levels become the values that are shown")
    count = fields.int(
      "count", default: 64, in: 1...100_000,
      meaning: "images that are shown, chosen by seed and class")
    columns = fields.int(
      "columns", default: 8, in: 1...1_000, meaning: "images in a row of the picture")
    magnification = fields.int(
      "magnification", default: 2, in: 1...32, meaning: "side of a pixel in the picture")
    fields.includeNames()
    guard let view else { throw IncompleteFields() }
    self.view = view
  }

  func run(_ context: StageContext) throws {
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: part, view: view, seed: 0)
    try samples.choose(count)
    try SampleGrid(columns: columns, magnification: magnification).write(
      [try samples.drawn()], of: reader.manifest.shape,
      text: pictureText(context, seed: 0) + [("Images", samples.choice.words)],
      to: context.outputPath("picture"))
  }
}
