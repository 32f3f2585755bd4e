import Circuits
import Numerics
import Storage

/// How well scores tell the foreign from the known.
enum AnomalyTable {
  struct Row {
    let score: String
    let areaUnderROC: Double
    let foreign: Int
    let known: Int
    let kind: LikelihoodKind

    var sentence: String {
      "\(score): AUROC \(rounded(areaUnderROC, decimals: 4)) (\(foreign) foreign, \(known) known, "
        + "\(kind.rawValue))\(warning)"
    }

    /// The score is -log p: above 0.5 the foreign are mostly the less likely ones.
    var foreignAre: String {
      areaUnderROC.isNaN
        ? "not comparable"
        : areaUnderROC < 0.5 ? "likelier" : areaUnderROC > 0.5 ? "less likely" : "as likely"
    }

    private var warning: String {
      areaUnderROC < 0.5
        ? "; below 0.5, which is chance: what is foreign is likelier under the model than what is known, so a "
          + "high score marks the known here, and this score does not find the foreign (common where they are "
          + "plainer than the known)"
        : ""
    }
  }

  /// - Parameter isForeign: of a patch of a spliced image.
  static func rows(
    known: AnomalyMaps, foreign: AnomalyMaps, spliced: AnomalyMaps,
    isForeign: (Int, [Int32]) -> Bool
  ) -> [Row] {
    func row(_ score: String, _ positives: [Double], _ negatives: [Double]) -> Row {
      Row(
        score: score, areaUnderROC: areaUnderROC(positives: positives, negatives: negatives),
        foreign: positives.count, known: negatives.count, kind: known.kind)
    }
    var changed: [Double] = []
    var kept: [Double] = []
    for image in 0..<spliced.count {
      for (patch, score) in zip(spliced.patches, spliced.scores(of: image)) {
        if isForeign(image, patch) { changed.append(score) } else { kept.append(score) }
      }
    }
    return [
      row("image", foreign.surprises, known.surprises),
      row("largest patch", foreign.largest, known.largest),
      row("mean of patches", foreign.means, known.means),
      row("patch", foreign.scores, known.scores),
      row("patch in a spliced image", changed, kept),
      row("spliced image by largest patch", spliced.largest, known.largest),
      row("spliced image", spliced.surprises, known.surprises),
      // Nothing to tell apart where a splice changed nothing, or every patch.
    ].filter { !$0.areaUnderROC.isNaN }
  }

  /// - Parameter choices: which images are known and foreign, in words.
  static func table(of rows: [Row], choices: (known: String, foreign: String)) -> Table {
    Table(
      title: "telling foreign images and patches from known ones",
      columns: [
        TableColumn("score", .strings(rows.map(\.score))),
        TableColumn("areaUnderROC", .doubles(rows.map(\.areaUnderROC))),
        TableColumn("foreign", .integers(rows.map { Int64($0.foreign) })),
        TableColumn("known", .integers(rows.map { Int64($0.known) })),
        TableColumn("kind", .strings(rows.map(\.kind.rawValue))),
        TableColumn("knownChoice", .strings(rows.map { _ in choices.known })),
        TableColumn("foreignChoice", .strings(rows.map { _ in choices.foreign })),
        TableColumn("foreignAre", .strings(rows.map(\.foreignAre))),
      ])
  }

  /// - Parameters:
  ///   - indices: of the known and of the foreign images in their source parts.
  ///   - resizedFrom: the sizes that known and foreign images had; empty for the model's.
  static func images(
    known: AnomalyMaps, foreign: AnomalyMaps, indices: [[Int64]], resizedFrom: [String]
  ) -> Table {
    let sets = [("known", known), ("foreign", foreign)]
    let sizes = zip(sets, resizedFrom)
    func all(_ values: (AnomalyMaps) -> [Double]) -> TableValues {
      .doubles(sets.flatMap { values($0.1) })
    }
    return Table(
      title: "scores of each image",
      columns: [
        TableColumn(
          "set", .strings(sets.flatMap { name, maps in (0..<maps.count).map { _ in name } })),
        TableColumn("index", .integers(Array(indices.joined()))),
        TableColumn("image", unit: "nats", all(\.surprises)),
        TableColumn("largestPatch", unit: "nats", all(\.largest)),
        TableColumn("meanOfPatches", unit: "nats", all(\.means)),
        TableColumn(
          "kind",
          .strings(sets.flatMap { _, maps in (0..<maps.count).map { _ in maps.kind.rawValue } })),
        TableColumn(
          "resizedFrom",
          .strings(sizes.flatMap { set, size in (0..<set.1.count).map { _ in size } })),
      ])
  }
}
