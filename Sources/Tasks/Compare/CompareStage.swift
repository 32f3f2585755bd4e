import Configuration
import Files
import Storage
import Workflow

/// Numbers of several models over their seeds: median and spread, a row a model and estimator. Each
/// combination of swept values is a model of its own.
struct CompareStage: Stage {
  static let kind = "compare"
  static let version = 3
  static let summary =
    "median and quartiles over seeds of several models' metrics (HDF5, CSV, table)"
  static let example = "comparison: {kind: compare, metrics: {SPN: spn-metrics}}"
  static let outputs = [
    OutputPort("comparison", .comparison, path: "comparison.h5"),
    OutputPort("figure", .drawing, path: "comparison.svg"),
  ]
  static let isFigure = true

  let metrics: NamedInputs
  let title: String

  init(fields: StageFields) throws {
    metrics = fields.namedInputs(
      "metrics", .metrics, meaning: "results of evaluate stages, by the names of the models")
    title = fields.string(
      "title", default: "Log-likelihood, median and quartiles over seeds",
      meaning: "title of the table")
    fields.recordRenderer()
  }

  func run(_ context: StageContext) throws {
    let rows = try RunGroup.groups(of: metrics).flatMap { group in
      try ComparisonRow.rows(
        of: group.name, group.inputs.map { try MetricsTable.read(context.path(of: $0)) })
    }
    let table = ComparisonRow.table(of: rows)
    try HDF5File.writeAtomically(to: context.outputPath("comparison")) {
      try $0.write("/comparison", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "comparison.csv"))
    try context.draw(
      TableFigures.comparison(rows, title: title), named: "comparison", width: 1_200)
  }
}
