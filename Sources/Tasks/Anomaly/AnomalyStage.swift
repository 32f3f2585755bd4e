import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Reports
import Storage
import Workflow

/// Tells images of another kind from those a model knows, whole and patch by patch.
struct AnomalyStage: ResizingStage {
  static let kind = "anomaly"
  static let version = 5
  static let summary =
    "-log p of each patch given the rest, of known and of foreign images (AUROC table, PNG)"
  static let example =
    "anomalies: {kind: anomaly, model: spn.model, data: shards, others: shards, images: 800}"
  static let outputs = [
    OutputPort("anomalies", .anomalies, path: "anomalies.h5"),
    OutputPort("picture", .picture, path: "anomalies.png"),
  ]
  static let isFigure = true

  let model: InputReference
  let data: InputReference
  let others: InputReference
  let part: Part
  let limit: Int
  let shown: Int
  let columns: Int
  let magnification: Int
  let seed: Int
  let resizes: Bool

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that is asked")
    data = fields.input("data", .shards, meaning: "images of the kind that the model knows")
    others = fields.input("others", .shards, meaning: "images of another kind")
    part = fields.part(default: .test)
    limit = fields.int(
      "images", default: 1_000, in: 1...Int(Int32.max),
      meaning: "most images of each set, chosen by seed and class")
    shown = fields.int(
      "shown", default: 12, in: 1...1_000, meaning: "images of each set that the picture shows")
    columns = fields.int(
      "columns", default: 12, in: 1...1_000, meaning: "images in a row of the picture")
    magnification = fields.int(
      "magnification", default: 2, in: 1...32, meaning: "side of a pixel in the picture")
    seed = fields.seed()
    resizes = fields.resizes()
    fields.includeNames()
  }

  /// - Throws: `SizeFault`, `EmptyPartFault`.
  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let known = try asked(data, model, context)
    let foreign = try asked(others, model, context)
    let pairs = min(known.count, foreign.count)
    let kept = try known.places(ofFewer: pairs)
    let spliced = Splicing(
      known: known.images(at: kept),
      foreign: foreign.images(at: try foreign.places(ofFewer: pairs)),
      shape: model.imageShape,
      cell: model.superpixel != [1, 1] ? model.superpixel : [AnomalyMaps.block, AnomalyMaps.block],
      seed: seed)
    let sets = [known.bytes, foreign.bytes, spliced.images].map {
      CodedSamples(bytes: $0, valueCount: model.circuit.pixelCount)
    }
    let maps = try sets.enumerated().map { number, source in
      try AnomalyMaps(
        source, model: model, workers: ForkJoin(workers: context.workers)
      ) { done, total in
        try context.checkCancellation()
        // Of all sets: as many passes over each.
        let passes = total / source.sampleCount
        let before = sets.prefix(number).reduce(0) { $0 + $1.sampleCount }
        let all = sets.reduce(0) { $0 + $1.sampleCount }
        context.progress(
          completed: passes * before + done, total: passes * all, unit: "images",
          detail: ["known", "foreign", "spliced"][number])
      }
    }
    let rows = AnomalyTable.rows(
      known: maps[0], foreign: maps[1], spliced: maps[2], isForeign: spliced.isForeign)
    for row in rows { context.note(row.sentence) }
    try write(rows, maps, [known, foreign], context)
    let few = whole(min(shown, known.count)), fewOfPairs = whole(min(shown, pairs))
    try paint(
      maps, sets.map(\.bytes),
      [
        known.places(ofFewer: few), foreign.places(ofFewer: whole(min(shown, foreign.count))),
        known.places(ofFewer: fewOfPairs).compactMap(kept.firstIndex),
      ], model, context)
  }

  /// Whole rows of the picture, where there is one.
  private func whole(_ count: Int) -> Int {
    count >= columns ? count / columns * columns : count
  }

  private func write(
    _ rows: [AnomalyTable.Row], _ maps: [AnomalyMaps], _ sets: [AskedSet], _ context: StageContext
  ) throws {
    let table = AnomalyTable.table(
      of: rows, choices: (sets[0].samples.choice.words, sets[1].samples.choice.words))
    let images = AnomalyTable.images(
      known: maps[0], foreign: maps[1], indices: sets.map(\.samples.indices),
      resizedFrom: sets.map { $0.samples.resizing?.from ?? "" })
    try HDF5File.writeAtomically(to: context.outputPath("anomalies")) { file in
      try file.write("/anomalies", table: table)
      try file.write("/images", table: images)
    }
    try table.writeCSV(to: joinPath(context.folder, "anomalies.csv"))
    try images.writeCSV(to: joinPath(context.folder, "images.csv"))
  }

  private func asked(
    _ input: InputReference, _ model: Model, _ context: StageContext
  ) throws -> AskedSet {
    let reader = try ShardReader(folder: context.path(of: input))
    var samples = try Samples(reader, part: part, for: model, resizes: resizes)
    try samples.choose(limit)
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    if samples.resizing != nil {
      context.note("\(reader.manifest.name.printable): images\(samples.resizedWords)")
    }
    return AskedSet(
      samples: samples, bytes: try samples.images(), pixels: model.circuit.pixelCount)
  }

  /// Known images, foreign ones, and known ones with foreign patches, one block below the other; heat
  /// is full at the level that 1 in 1,000 patches of known images reaches.
  private func paint(
    _ maps: [AnomalyMaps], _ images: [[UInt8]], _ places: [[Int]], _ model: Model,
    _ context: StageContext
  ) throws {
    let sorted = maps[0].scores.sorted()
    let scale = max(sorted[sorted.count * 999 / 1_000], 1e-6)
    let grid = HeatGrid(columns: columns, magnification: magnification)
    let pixels = model.circuit.pixelCount
    var all: [UInt8] = []
    var heat: [Float] = []
    for (number, places) in places.enumerated() {
      let bytes = places.flatMap { images[number][$0 * pixels..<($0 + 1) * pixels] }
        .map(model.binarisation.grey)
      // The images as they are, and again with their heat.
      all += bytes + bytes
      heat += [Float](repeating: 0, count: bytes.count)
      heat += maps[number].heat(of: places, scale: scale)
    }
    let canvas = grid.compose(all, heat: heat, of: model.imageShape)
    try PNGFile.write(
      pixels: canvas.pixels, width: canvas.width, height: canvas.height, channels: 3,
      text: pictureText(context, seed: seed) + [
        ("Rows", "known, foreign, known with foreign patches; each plain and with heat"),
        ("FullHeat", "\(rounded(scale)) nats"),
      ], to: context.outputPath("picture"))
  }
}

/// Images of one set as the model sees them.
private struct AskedSet {
  let samples: Samples
  let bytes: [UInt8]
  let pixels: Int

  var count: Int { samples.sampleCount }

  /// Where fewer of them lie among these, as `SampleChoice` has them.
  func places(ofFewer count: Int) throws -> [Int] {
    var few = samples
    try few.choose(count)
    let places = Dictionary(uniqueKeysWithValues: zip(samples.choice.samples, 0...))
    return few.choice.samples.compactMap { places[$0] }
  }

  func images(at places: [Int]) -> [UInt8] {
    places.flatMap { bytes[$0 * pixels..<($0 + 1) * pixels] }
  }
}
