import Configuration
import Files
import Models
import Numerics
import Storage
import Workflow

/// What a model's mathematics promises, checked on that model.
///
/// A check that fails is a result: it is stored, and the run ends with it among what failed.
struct CertifyStage: Stage {
  static let kind = "certify"
  static let version = 5
  static let summary =
    "checks that a model is a distribution and answers as one (table, text)"
  static let example = "certificate: {kind: certify, model: spn.model}"
  static let outputs = [OutputPort("certificate", .certificate, path: "certificate.h5")]

  let model: InputReference
  let samples: Int
  let seed: Int

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that is checked")
    samples = fields.int(
      "samples", default: 1_000, in: 100...1_000_000,
      meaning: "samples that the checks of drawing take")
    seed = fields.seed()
  }

  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let certificate = try model.certification(
      seed: seed, workers: ForkJoin(workers: context.workers), samples: samples
    ).certificate { done, total in
      try context.checkCancellation()
      context.progress(completed: done, total: total, unit: "checks")
    }
    let text = CertificateText(certificate: certificate, model: model, seed: seed)
    try HDF5File.writeAtomically(to: context.outputPath("certificate")) {
      try $0.write("/certificate", table: text.table)
    }
    try text.table.writeCSV(to: joinPath(context.folder, "certificate.csv"))
    try DurableFile.write(
      text: text.lines.joined(separator: "\n") + "\n",
      to: joinPath(context.folder, "certificate.txt"))
    context.note(text.verdict)
    if !certificate.holds {
      let names = certificate.failures.map(\.name).joined(separator: "; ")
      context.reportFailure("checks failed: \(names)")
    }
  }
}
