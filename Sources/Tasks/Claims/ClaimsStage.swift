import Circuits
import Configuration
import Datasets
import Files
import Models
import Reports
import Storage
import Workflow

/// The poster's claims, held against the runs: what was measured, and whether each held. Each
/// combination of swept values is a model of its own, and a claim on it one more row.
///
/// It reads measured times, so its table differs from run to run in its seconds.
struct ClaimsStage: Stage {
  static let kind = "claims"
  static let version = 3
  static let summary =
    "claims on training curves, tested: alike, faster, not stuck (table as SVG, PNG, CSV)"
  static let example =
    "claims: {kind: claims, data: shards, runs: {SPN: spn-epochs}, trained: {SPN: spn.curve}, notStuck: [SPN]}"
  static let outputs = [OutputPort("claims", .claims, path: "claims.h5")]
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
    data = fields.input(
      "data", .shards, meaning: "images with which independent pixels are fitted, for notStuck")
    let view = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold",
      meaning: "how levels become the values of independent pixels")
    alike = fields.strings("alike", default: [], meaning: "labels of models whose seeds end alike")
    faster = fields.nestedList(
      "faster", meaning: "pairs of models of which the first learns in less time"
    ).map { pair in
      defer { pair.finish() }
      return (
        pair.string("model", meaning: "label of the faster model"),
        pair.string("than", meaning: "label of the slower model")
      )
    }
    notStuck = fields.strings(
      "notStuck", default: [], meaning: "labels of models that end above independent pixels")
    values = fields.doubles(
      "values", default: [], meaning: "log-likelihoods in nats at which times are compared")
    for label in alike + faster.flatMap({ [$0.model, $0.than] }) + notStuck
    where !runs.labels.contains(label) {
      fields.complain(
        "runs",
        "no label \(label.quoted), which a claim names; there is "
          + runs.labels.map(\.quoted).joined(separator: ", "))
    }
    if alike.isEmpty, faster.isEmpty, notStuck.isEmpty {
      fields.complain("alike", "no claim: expected some of alike, faster and notStuck")
    }
    if view == BinarisationView.none, !notStuck.isEmpty {
      fields.complain(
        "binarisation",
        "notStuck is held against independent pixels of two outcomes: expected threshold, stochastic or "
          + "dynamic, found none")
    }
    fields.recordRenderer()
    guard let view else { throw IncompleteFields() }
    binarisation = view
  }

  func run(_ context: StageContext) throws {
    let models = try runs.models(context)
    func all(_ label: String) -> [(group: RunGroup, runs: ModelRuns)] {
      models.filter { $0.group.label == label }
    }
    let reader = try ShardReader(folder: context.path(of: data))
    let baseline =
      notStuck.isEmpty
      ? 0 : try IndependentPixels.logLikelihood(reader, view: binarisation)
    var claims = alike.flatMap(all).map { Claim.alike($0.runs) }
    for pair in faster {
      for model in all(pair.model) {
        // Of two models that are swept over one axis, those of the same value.
        for other in all(pair.than) where model.group.variant.agrees(with: other.group.variant) {
          claims.append(Claim.faster(model.runs, than: other.runs, values: values))
        }
      }
    }
    claims += notStuck.flatMap(all).map { Claim.notStuck($0.runs, baseline: baseline) }
    let table = ClaimTable.table(of: claims)
    try HDF5File.writeAtomically(to: context.outputPath("claims")) {
      try $0.write("/claims", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "claims.csv"))
    for claim in claims { context.note("\(claim.statement.printable): \(claim.verdict.rawValue)") }
    try context.draw(
      TableFigures.claims(claims, title: "The claims, tested"), named: "claims", width: 1_200)
  }
}

/// Claims as a table.
enum ClaimTable {
  static func table(of claims: [Claim]) -> Table {
    Table(
      title: "claims, tested",
      columns: [
        TableColumn("claim", .strings(claims.map(\.statement))),
        TableColumn("measured", .strings(claims.map(\.measured))),
        TableColumn("verdict", .strings(claims.map(\.verdict.rawValue))),
      ])
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ path: String) throws -> [Claim] {
    let file = try HDF5File.open(path)
    let table = try file.table("/claims")
    try file.close()
    guard case .strings(let statements)? = table["claim"],
      case .strings(let measured)? = table["measured"],
      case .strings(let verdicts)? = table["verdict"]
    else { throw ModelFault(path: path, reason: "no table of claims") }
    return statements.indices.map {
      Claim(
        statement: statements[$0], measured: measured[$0],
        verdict: Claim.Verdict(rawValue: verdicts[$0]) ?? .notMeasured)
    }
  }
}
