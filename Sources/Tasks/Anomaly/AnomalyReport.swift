import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Reports
import Storage

/// Images given by a user whose patches are scored, and how scores are drawn.
package struct AnomalyRequest {
  let images: GivenImages
  /// Of the images, at most.
  let count: Int
  /// The score that is drawn full red, in nats; nil for the largest.
  let fullHeat: Double?

  package init(_ images: GivenImages, count: Int, fullHeat: Double?) {
    self.images = images
    self.count = count
    self.fullHeat = fullHeat
  }
}

/// `tessera anomaly`: the score of every patch of anybody's images, as a picture and a table.
///
/// - Throws: `SizeFault`, and whatever is wrong with the files.
package func mapAnomalies(
  model path: String, _ request: AnomalyRequest, workers: Int, to output: String, table: String?
) throws -> CommandReport {
  let model = try ModelFile.readForeign(path)
  let workers = ForkJoin(workers: workers)
  var given = try ModelImages(request.images, model: model, workers: workers)
  given.choose(request.count)
  let maps = try AnomalyMaps(given.samples, model: model, workers: workers)
  let largest = maps.scores.filter(\.isFinite).max() ?? 0
  let scale = request.fullHeat ?? max(largest, 1e-6)
  let grey = try given.samples.images().map(model.binarisation.grey)
  try paint(maps, grey, model: model, scale: scale, to: output)
  if let table { try scoreTable(maps, given).writeCSV(to: table) }
  return CommandReport(
    lines: ["\(given.choice.words)\(given.changeWords)"]
      + lines(maps, given, scale: scale, to: output),
    fields: [
      "images": .integer(maps.count), "kind": .string(maps.kind.rawValue),
      "fullHeat": number(scale),
      "scores": .list(
        (0..<maps.count).map { image in
          .mapping([
            "image": .integer(Int(given.samples.number(of: Int32(image)))),
            "negativeLogLikelihood": number(maps.surprises[image]),
            "patches": .list(maps.scores(of: image).map(number)),
          ])
        }),
    ].merging(given.changeFields) { own, _ in own })
}

private func lines(
  _ maps: AnomalyMaps, _ given: ModelImages, scale: Double, to output: String
) -> [String] {
  let ranked = (0..<maps.count).sorted { maps.largest[$0] > maps.largest[$1] }
  return ranked.prefix(5).map { image in
    let scores = maps.scores(of: image)
    let worst = scores.indices.max { scores[$0] < scores[$1] } ?? scores.startIndex
    return
      "image \(given.samples.number(of: Int32(image))): patch \(worst - scores.startIndex) has \(rounded(scores[worst])) nats, "
      + "the whole image \(rounded(maps.surprises[image])) (\(maps.kind.rawValue))"
  } + ["full red is \(rounded(scale)) nats (\(maps.kind.rawValue))", output]
}

private func paint(
  _ maps: AnomalyMaps, _ grey: [UInt8], model: Model, scale: Double, to output: String
) throws {
  let columns = min(12, max(maps.count, 1))
  let row = columns * model.circuit.pixelCount
  let heat = maps.heat(of: 0..<maps.count, scale: scale)
  var all: [UInt8] = []
  var warmth: [Float] = []
  // Each row of images, and below it the same with heat; a short last row is filled up.
  for start in stride(from: 0, to: grey.count, by: row) {
    let end = min(start + row, grey.count)
    let rest = [UInt8](repeating: 128, count: row - (end - start))
    all += grey[start..<end] + rest + grey[start..<end] + rest
    warmth += [Float](repeating: 0, count: row) + heat[start..<end]
    warmth += [Float](repeating: 0, count: rest.count)
  }
  let canvas = HeatGrid(columns: columns, magnification: 2).compose(
    all, heat: warmth, of: model.imageShape)
  try PNGFile.write(
    pixels: canvas.pixels, width: canvas.width, height: canvas.height, channels: 3,
    text: [
      ("Software", "tessera"), ("Model", model.fingerprint), ("FullHeat", "\(scale) nats"),
    ], to: output)
}

private func scoreTable(_ maps: AnomalyMaps, _ given: ModelImages) -> Table {
  let patches = maps.patches.indices
  return Table(
    title: "-log p(patch | rest) of each patch",
    columns: [
      TableColumn(
        "image",
        .integers(
          (0..<maps.count).flatMap { image in
            patches.map { _ in Int64(given.samples.number(of: Int32(image))) }
          })),
      TableColumn("patch", .integers((0..<maps.count).flatMap { _ in patches.map(Int64.init) })),
      TableColumn("nats", unit: "nats", .doubles(maps.scores)),
      TableColumn("leafChoiceEntropy", unit: "nats", .doubles(maps.entropies)),
      TableColumn("kind", .strings(maps.scores.map { _ in maps.kind.rawValue })),
    ])
}
