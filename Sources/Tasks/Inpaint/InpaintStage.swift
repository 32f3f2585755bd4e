import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Reports
import Storage
import Workflow

/// Completes images of which a part is hidden, and tells how far off each way of completing is.
struct InpaintStage: ForeseenStage, ResizingStage {
  static let kind = "inpaint"
  static let version = 6
  static let summary =
    "hidden pixels by posterior mean, max-product and draws (PNG grid, table of errors)"
  static let example =
    "completions: {kind: inpaint, model: spn.model, data: shards, hide: [left, bottom], images: 200}"
  static let outputs = [
    OutputPort("completions", .completions, path: "completions.h5"),
    OutputPort("picture", .picture, path: "completions.png"),
  ]
  static let isFigure = true

  let model: InputReference
  let data: InputReference
  let part: Part
  let hide: [MaskChoice]
  private let hidePlace: FieldPlace
  /// Images the errors are of, chosen by seed and class; nil for all.
  let limit: Int?
  /// Images drawn of each mask, some of those.
  let rows: Int
  let draws: Int
  let magnification: Int
  let seed: Int
  let resizes: Bool

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that completes images")
    data = fields.input("data", .shards, meaning: "images of which a part is hidden")
    part = fields.part(default: .test)
    hide = fields.masks("hide", default: ["left", "bottom"], meaning: "masks of the hidden pixels")
    hidePlace = fields.place("hide")
    limit = fields.optionalInt(
      "images", in: 1...Int(Int32.max),
      meaning: "most images of the table of errors; all where it is not written")
    rows = fields.int(
      "rows", default: 10, in: 1...1_000, meaning: "images that the picture shows, one a row")
    draws = fields.int(
      "draws", default: 6, in: 0...100, meaning: "conditional samples of each image in the picture")
    magnification = fields.int(
      "magnification", default: 2, in: 1...32, meaning: "side of a pixel in the picture")
    seed = fields.seed()
    resizes = fields.resizes()
    fields.includeNames()
  }

  /// - Throws: `ConfigurationFault` where the model that will be cannot complete what a mask hides.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let asked = context.model(model) else { return nil }
    for choice in hide {
      try hidePlace.naming {
        try Inquiry.requireConditional(of: asked.circuit, hiding: choice.mask(of: asked))
      }
    }
    return nil
  }

  /// - Throws: `SizeFault`, `EmptyPartFault`, `MarginalFault`, `ConditionalFault`, `MaskFault`.
  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: part, for: model, resizes: resizes)
    if let limit { try samples.choose(limit) }
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    var tables: [InpaintingTable.Row] = []
    var grids: [Canvas] = []
    var few = samples
    try few.choose(rows)
    // Of each mask, all images for the errors and a few for the picture.
    let images = samples.sampleCount + few.sampleCount
    for (number, choice) in hide.enumerated() {
      let mask = try choice.mask(of: model)
      try MaskedSource(samples, hiding: mask).requireHidden(by: choice)
      func share(_ before: Int) -> Share {
        Share(before: number * images + before, total: hide.count * images, of: choice)
      }
      let all = try completions(
        samples, model, mask, draws: min(draws, 1), context, share(0))
      tables += InpaintingTable.rows(all, mask: choice)
      for row in tables.suffix(all.errors.count) {
        context.note(row.sentence + samples.resizedWords)
      }
      let shown = try completions(
        few, model, mask, draws: draws, context, share(samples.sampleCount))
      grids.append(CompletionGrid(completions: shown, magnification: magnification).canvas())
    }
    let table = InpaintingTable.table(
      of: tables, dataset: reader.manifest.name, part: part, choice: samples.choice,
      resizedFrom: samples.resizing?.from)
    try HDF5File.writeAtomically(to: context.outputPath("completions")) {
      try $0.write("/completions", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "completions.csv"))
    let canvas = ImageGrid(gap: 0, background: 128, magnification: 1)
      .beside(grids, space: 12 * magnification)
    try PNGFile.write(
      pixels: canvas.pixels, width: canvas.width, height: canvas.height,
      channels: canvas.channels,
      text: pictureText(context, seed: seed) + [
        ("Hidden", hide.map(\.description).joined(separator: ", ")),
        ("Images", few.choice.words),
      ], to: context.outputPath("picture"))
  }

  /// What one set of completions is of the stage's work, in images.
  private struct Share {
    let before: Int
    let total: Int
    let of: MaskChoice
  }

  private func completions(
    _ samples: Samples, _ model: Model, _ mask: PixelMask, draws: Int, _ context: StageContext,
    _ share: Share
  ) throws -> Completions {
    try Completions(
      of: samples, model: model, hiding: mask, draws: Draws(draws, seed: seed),
      workers: ForkJoin(workers: context.workers)
    ) { done, total in
      try context.checkCancellation()
      let passes = total / samples.sampleCount
      context.progress(
        completed: passes * share.before + done, total: passes * share.total, unit: "images",
        detail: share.of.description)
    }
  }
}
