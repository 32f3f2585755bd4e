import Configuration
import Datasets
import Evaluation
import Figures
import Files
import Storage
import Workflow

/// The poster's claims, held against the runs: what was measured, and whether each held.
///
/// It reads measured times, so its table differs from run to run in its seconds.
struct ClaimsStage: Stage {
  static let kind = "claims"
  static let version = 1
  static let summary = "claims on training curves, tested: alike, faster, not stuck (table as SVG, PNG, CSV)"
  static let outputs = [OutputPort("figure", .measuredFigure, path: "claims.csv")]
  static let isFigure = true
  static let isMeasured = true

  let runs: TimedRuns
  let data: InputReference
  let binarisation: BinarisationView
  let alike: [String]
  let faster: [(model: String, than: String)]
  let notStuck: [String]
  let values: [Double]

  init(fields: StageFields) throws {
    runs = TimedRuns(fields)
    data = fields.input("data", .shards)
    let view = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold")
    alike = fields.strings("alike", default: [])
    faster = fields.nestedList("faster").map { pair in
      defer { pair.finish() }
      return (pair.string("model"), pair.string("than"))
    }
    notStuck = fields.strings("notStuck", default: [])
    values = fields.doubles("values", default: [])
    for label in alike + faster.flatMap({ [$0.model, $0.than] }) + notStuck
    where !runs.labels.contains(label) && !label.isEmpty {
      fields.complain(
        "runs", "no label \(label.quoted), which a claim names; there is "
          + runs.labels.map(\.quoted).joined(separator: ", "))
    }
    fields.recordPlotter()
    guard let view else { throw IncompleteFields() }
    binarisation = view
  }

  func run(_ context: StageContext) throws {
    let models = Dictionary(
      try runs.models(context).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let reader = try ShardReader(folder: context.path(of: data))
    let baseline =
      notStuck.isEmpty
      ? 0 : try IndependentPixels.logLikelihood(reader, view: binarisation)
    var claims = alike.compactMap { models[$0].map(Claim.alike) }
    for pair in faster {
      guard let model = models[pair.model], let other = models[pair.than] else { continue }
      claims.append(Claim.faster(model, than: other, values: values))
    }
    claims += notStuck.compactMap { models[$0].map { Claim.notStuck($0, baseline: baseline) } }
    let table = Table(
      title: "claims, tested",
      columns: [
        TableColumn("claim", .strings(claims.map(\.statement))),
        TableColumn("measured", .strings(claims.map(\.measured))),
        TableColumn("verdict", .strings(claims.map(\.verdict.rawValue))),
      ])
    try table.writeCSV(to: context.outputPath("figure"))
    for claim in claims { context.note("\(claim.statement): \(claim.verdict.rawValue)") }
    try context.draw(claims.figure, named: "claims")
  }
}
