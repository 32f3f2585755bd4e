import Configuration
import Datasets
import Files
import Models
import Reports
import Workflow

/// The same images, drawn with the same noise, after each epoch: one sees the digits emerge.
struct FilmStripStage: Stage {
  static let kind = "film-strip"
  static let version = 3
  static let summary = "the same samples after each epoch, a row an epoch (PNG)"
  static let example = "film: {kind: film-strip, checkpoints: spn.checkpoints, rows: 12}"
  static let outputs = [OutputPort("picture", .picture, path: "film-strip.png")]
  static let isFigure = true

  let checkpoints: InputReference
  let count: Int
  let rows: Int
  let magnification: Int
  let seed: Int

  init(fields: StageFields) throws {
    checkpoints = fields.input(
      "checkpoints", .checkpoints, meaning: "the checkpoints of a train stage")
    count = fields.int("count", default: 16, in: 1...1_000, meaning: "samples of each epoch")
    rows = fields.int(
      "rows", default: 12, in: 2...1_000,
      meaning: "most epochs that are shown, the first and the last among them")
    magnification = fields.int(
      "magnification", default: 2, in: 1...32, meaning: "side of a pixel in the picture")
    seed = fields.seed()
    fields.includeNames()
  }

  func run(_ context: StageContext) throws {
    let folder = context.path(of: checkpoints)
    let files = try CheckpointFiles.inOrder(folder)
    var strips: [FilmStrip.Row] = []
    for (index, file) in chosen(files).enumerated() {
      try context.checkCancellation()
      let model = try ModelFile.read(joinPath(folder, file))
      strips.append(
        FilmStrip.Row(
          number: model.epoch, pixels: try model.drawnSamples(count: count, seed: seed),
          height: model.imageHeight, width: model.imageWidth, channels: model.imageChannels))
      context.progress(completed: index + 1, total: min(files.count, rows), unit: "epochs")
    }
    let canvas = FilmStrip(magnification: magnification).compose(strips)
    try PNGFile.write(
      pixels: canvas.pixels, width: canvas.width, height: canvas.height,
      channels: canvas.channels,
      text: pictureText(context, seed: seed), to: context.outputPath("picture"))
  }

  /// At most `rows` of them: the first, the last, and more of the early ones, where most happens.
  private func chosen(_ files: [String]) -> [String] {
    guard files.count > rows else { return files }
    let last = Double(files.count - 1)
    var indices: [Int] = []
    for row in 0..<rows {
      let part = Double(row) / Double(rows - 1)
      let wanted = Int(bounded: (part * part * last).rounded())
      indices.append(max(wanted, (indices.last ?? -1) + 1))
    }
    return indices.map { files[min($0, files.count - 1)] }
  }
}

/// What a picture says of itself.
func pictureText(_ context: StageContext, seed: Int) -> [(String, String)] {
  [
    ("Software", "tessera"), ("Pipeline", context.pipeline), ("Stage", context.stage),
    ("Seed", String(seed)),
  ]
}
