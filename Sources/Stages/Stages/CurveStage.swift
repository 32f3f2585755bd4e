import Configuration
import Files
import Storage
import Workflow

/// Draws a training curve.
struct CurveStage: Stage {
  static let kind = "curve"
  static let version = 1
  static let summary = "a training curve as SVG and PNG, with its numbers and its script"
  static let outputs = [OutputPort("figure", .figure, path: "curve")]

  let curve: InputReference

  init(fields: StageFields) throws {
    curve = fields.input("curve", .curve)
  }

  func run(_ context: StageContext) throws {
    let path = context.path(of: curve)
    let file = try HDF5File.open(path)
    let records = try CurveTable.records(of: file.table("/curve"), path: path)
    try file.close()
    try DurableFile.createFolder(context.outputPath("figure"))
    context.note("\(records.count) epochs")
  }
}
