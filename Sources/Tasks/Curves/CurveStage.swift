import Circuits
import Configuration
import Files
import Models
import Reports
import Storage
import Workflow

/// Draws a training curve.
struct CurveStage: Stage {
  static let kind = "curve"
  static let version = 3
  static let summary = "a training curve as SVG and PNG, with its numbers and its script"
  static let example = "spn-curve: {kind: curve, curve: spn.curve}"
  static let outputs = [OutputPort("figure", .figure, path: "training-curve.csv")]
  static let isFigure = true
  private static let name = "training-curve"

  let curve: InputReference
  let title: String

  init(fields: StageFields) throws {
    curve = fields.input("curve", .curve, meaning: "the curve of a train stage")
    title = fields.string("title", default: "Training curve", meaning: "title of the chart")
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let path = context.path(of: curve)
    let file = try HDF5File.open(path)
    let table = try file.table("/curve")
    try file.close()
    let records = try CurveTable.records(of: table, path: path)
    let kind = try CurveTable.kind(of: table, path: path) ?? .estimate
    let figure = TrainingCurve(
      title: title, quantity: "log-likelihood (\(kind.inWords))",
      epochs: records.map {
        TrainingCurve.Epoch(
          number: $0.epoch, training: $0.train,
          validation: $0.validation.isNaN ? nil : $0.validation)
      },
      best: bestEpoch(records))
    context.tell(try figure.chart.draw(in: context.folder, named: Self.name))
  }
}
