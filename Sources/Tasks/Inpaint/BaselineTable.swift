import Storage

/// How well simple methods complete images: a row a mask and method, its first columns those of
/// `CompletionTable`.
enum BaselineTable {
  struct Row {
    let mask: String
    let method: String
    /// Of principal components; 0 for other methods.
    let components: Int
    let error: CompletionError
    /// Mean squared error of the validation images; NaN without any.
    let validation: Double
  }

  static func table(of rows: [Row], dataset: String, part: Part) -> Table {
    func same(_ text: String) -> TableValues { .strings(rows.map { _ in text }) }
    return Table(
      title: "errors of simple completions",
      columns: [
        TableColumn("dataset", same(dataset)), TableColumn("part", same(part.rawValue)),
        TableColumn("mask", .strings(rows.map(\.mask))),
        TableColumn("method", .strings(rows.map(\.method))),
        TableColumn("images", .integers(rows.map { Int64($0.error.images.count) })),
        TableColumn("meanSquaredError", unit: "255^2", .doubles(rows.map(\.error.mean))),
        TableColumn(
          "standardError", unit: "255^2", .doubles(rows.map(\.error.standardError))),
        TableColumn("components", .integers(rows.map { Int64($0.components) })),
        TableColumn(
          "validationMeanSquaredError", unit: "255^2", .doubles(rows.map(\.validation))),
        TableColumn("chosen", .integers(chosen(rows).map { $0 ? 1 : 0 })),
      ])
  }

  /// One row a mask and method: the best by validation. Without validation, those alone of their method.
  static func chosen(_ rows: [Row]) -> [Bool] {
    rows.indices.map { index in
      let siblings = rows.indices.filter {
        (rows[$0].mask, rows[$0].method) == (rows[index].mask, rows[index].method)
      }
      if siblings.count == 1 { return true }
      guard !rows[index].validation.isNaN else { return false }
      return index == siblings.min { rows[$0].validation < rows[$1].validation }
    }
  }
}
