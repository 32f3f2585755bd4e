import Evaluation
import Storage

/// How well methods complete the hidden half of images: a row a method.
enum CompletionTable {
  struct Row {
    let method: String
    /// Of principal components; 0 for other methods.
    let components: Int
    let error: CompletionError
    /// Mean squared error of the validation images; NaN without any.
    let validation: Double
  }

  static func table(of rows: [Row], dataset: String, part: Part, hide: HiddenHalf) -> Table {
    func same(_ text: String) -> TableValues { .strings(rows.map { _ in text }) }
    return Table(
      title: "completion of hidden pixels",
      columns: [
        TableColumn("method", .strings(rows.map(\.method))),
        TableColumn("components", .integers(rows.map { Int64($0.components) })),
        TableColumn("dataset", same(dataset)), TableColumn("part", same(part.rawValue)),
        TableColumn("hide", same(hide.rawValue)),
        TableColumn("images", .integers(rows.map { Int64($0.error.images.count) })),
        TableColumn("meanSquaredError", unit: "grey levels^2", .doubles(rows.map(\.error.mean))),
        TableColumn(
          "standardError", unit: "grey levels^2", .doubles(rows.map(\.error.standardError))),
        TableColumn(
          "validationMeanSquaredError", unit: "grey levels^2", .doubles(rows.map(\.validation))),
        TableColumn("chosen", .integers(chosen(rows).map { $0 ? 1 : 0 })),
      ])
  }

  /// One row a method: the best by validation. Without validation, those alone of their method.
  static func chosen(_ rows: [Row]) -> [Bool] {
    rows.indices.map { index in
      let siblings = rows.indices.filter { rows[$0].method == rows[index].method }
      if siblings.count == 1 { return true }
      guard !rows[index].validation.isNaN else { return false }
      return index == siblings.min { rows[$0].validation < rows[$1].validation }
    }
  }
}
