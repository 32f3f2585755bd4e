import Circuits
import Models
import Reports
import Storage

/// What one model's seeds give by one estimator on one set of images.
struct ComparisonRow: Equatable {
  let model: String
  let parameters: Int
  let estimator: String
  let kind: String
  let images: Int
  /// Means over the images, one a seed; a seed that diverged counts with its last whole epoch.
  let means: [Double]
  /// Standard errors over the images, one a seed.
  let standardErrors: [Double]
  let diverged: Int

  /// One row an estimator, in the order of the first seed's table.
  static func rows(of model: String, _ tables: [[MetricsTable.Row]]) throws -> [ComparisonRow] {
    var order: [[String]] = []
    for row in tables.joined() where !order.contains(key(row)) { order.append(key(row)) }
    return order.map { wanted in
      let own = tables.compactMap { table in table.first { key($0) == wanted } }
      let first = own[0]
      return ComparisonRow(
        model: model, parameters: first.parameters, estimator: first.estimator, kind: first.kind,
        images: first.images, means: own.map(\.mean), standardErrors: own.map(\.standardError),
        diverged: own.count { $0.training != "finished" })
    }
  }

  private static func key(_ row: MetricsTable.Row) -> [String] {
    [row.estimator, row.kind, String(row.images)]
  }

  static func table(of rows: [ComparisonRow]) -> Table {
    let quartiles = rows.map { Quartiles($0.means) }
    func doubles(_ value: (Quartiles) -> Double) -> TableValues {
      .doubles(quartiles.map { $0.map(value) ?? .nan })
    }
    return Table(
      title: "log-likelihood over seeds",
      columns: [
        TableColumn("model", .strings(rows.map(\.model))),
        TableColumn("parameters", .integers(rows.map { Int64($0.parameters) })),
        TableColumn("estimator", .strings(rows.map(\.estimator))),
        TableColumn("likelihood", .strings(rows.map(\.kind))),
        TableColumn("images", .integers(rows.map { Int64($0.images) })),
        TableColumn("seeds", .integers(rows.map { Int64($0.means.count) })),
        TableColumn("diverged", .integers(rows.map { Int64($0.diverged) })),
        TableColumn("means", unit: "nats/image", .strings(rows.map { list($0.means) })),
        TableColumn(
          "standardErrors", unit: "nats/image", .strings(rows.map { list($0.standardErrors) })),
        TableColumn("median", unit: "nats/image", doubles(\.median)),
        TableColumn("lowerQuartile", unit: "nats/image", doubles(\.lower)),
        TableColumn("upperQuartile", unit: "nats/image", doubles(\.upper)),
        TableColumn(
          "lowest", unit: "nats/image", .doubles(rows.map { $0.means.min() ?? .nan })),
        TableColumn(
          "highest", unit: "nats/image", .doubles(rows.map { $0.means.max() ?? .nan })),
      ])
  }

  /// One number a seed, in the order of the seeds.
  private static func list(_ values: [Double]) -> String {
    values.map { "\($0)" }.joined(separator: " ")
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ path: String) throws -> [ComparisonRow] {
    let file = try HDF5File.open(path)
    let table = try file.table("/comparison")
    try file.close()
    guard case .strings(let models)? = table["model"],
      case .integers(let parameters)? = table["parameters"],
      case .strings(let estimators)? = table["estimator"],
      case .strings(let kinds)? = table["likelihood"],
      case .integers(let images)? = table["images"],
      case .integers(let diverged)? = table["diverged"],
      case .strings(let means)? = table["means"],
      case .strings(let errors)? = table["standardErrors"]
    else { throw ModelFault(path: path, reason: "no table that compares models") }
    func numbers(_ text: String) -> [Double] {
      text.split(separator: " ").compactMap { Double($0) }
    }
    return models.indices.map {
      ComparisonRow(
        model: models[$0], parameters: Int(parameters[$0]), estimator: estimators[$0],
        kind: kinds[$0], images: Int(images[$0]), means: numbers(means[$0]),
        standardErrors: numbers(errors[$0]), diverged: Int(diverged[$0]))
    }
  }
}
