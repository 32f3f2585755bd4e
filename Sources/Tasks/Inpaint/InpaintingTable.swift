import Circuits
import Datasets
import Storage

/// How far off completions are, a row a mask and method.
enum InpaintingTable {
  struct Row {
    let mask: String
    let method: String
    let images: Int
    /// Over the hidden pixels, in units of 0...255; the mean over images of each image's own.
    let meanSquaredError: Double
    let standardError: Double
    let kind: LikelihoodKind

    /// `left hidden, posteriorMean: mean squared error 942.0 ± 40.1 of 255^2 (50 images, exact)`.
    var sentence: String {
      "\(mask) hidden, \(method): mean squared error \(rounded(meanSquaredError, decimals: 1)) ± "
        + "\(rounded(standardError, decimals: 1)) in 0-255 units (\(images) images, "
        + "\(kind.rawValue))"
    }
  }

  static func rows(_ completions: Completions, mask: MaskChoice) -> [Row] {
    completions.errors.map { method, errors, kind in
      let summary = LogLikelihoodSummary(LogLikelihoods(values: errors, kind: kind))
      return Row(
        mask: mask.description, method: method, images: errors.count,
        meanSquaredError: summary.mean, standardError: summary.standardError, kind: kind)
    }
  }

  /// - Parameter resizedFrom: the size that the images had; nil where it was the model's.
  static func table(
    of rows: [Row], dataset: String, part: Part, choice: SampleChoice, resizedFrom: String?
  ) -> Table {
    Table(
      title: "errors of completions",
      columns: [
        TableColumn("dataset", .strings(rows.map { _ in dataset })),
        TableColumn("part", .strings(rows.map { _ in part.rawValue })),
        TableColumn("mask", .strings(rows.map(\.mask))),
        TableColumn("method", .strings(rows.map(\.method))),
        TableColumn("images", .integers(rows.map { Int64($0.images) })),
        TableColumn("meanSquaredError", unit: "255^2", .doubles(rows.map(\.meanSquaredError))),
        TableColumn("standardError", unit: "255^2", .doubles(rows.map(\.standardError))),
        TableColumn("kind", .strings(rows.map(\.kind.rawValue))),
        TableColumn("resizedFrom", .strings(rows.map { _ in resizedFrom ?? "" })),
        TableColumn("choice", .strings(rows.map { _ in choice.words })),
      ])
  }
}
