import Circuits
import Configuration
import Datasets
import Models
import Numerics

/// `tessera evaluate`: a model's number for images of anybody's, prepared as the model's own were.
package struct ModelEvaluation: Sendable {
  package let fields: [String: ResolvedValue]
  package let lines: [String]

  /// - Throws: `SizeFault` (65) for images of another size, and whatever is wrong with the files.
  package init(
    model path: String, images: GivenImages, labels: String?,
    likelihood: LikelihoodChoice = .trained,
    hide: MaskChoice? = nil, workers: Int
  ) throws {
    let model = try ModelFile.readForeign(path)
    let workers = ForkJoin(workers: workers)
    let given = try ModelImages(images, labels: labels, model: model, workers: workers)
    let mask = try hide?.mask(of: model) ?? .nothing
    let seen = MaskedSource(given.samples, hiding: mask)
    if let hide { try seen.requireHidden(by: hide) }
    let inquiry = try Inquiry.marginal(of: model, hiding: mask, likelihood: likelihood)
    let values = try inquiry.circuit.logLikelihoods(
      seen, derived: inquiry.derived, workers: workers
    ).requireFinite()
    let summary = LogLikelihoodSummary(values)
    // Asked for, because they are many lines.
    let classes = labels == nil ? nil : given.labels
    var fields: [String: ResolvedValue] = [
      "images": .integer(summary.images), "meanLogLikelihood": number(summary.mean),
      "standardError": number(summary.standardError),
      "bitsPerDimension": mask.hidesNothing
        ? number(model.bitsPerDimension(summary)) : .null,
      "estimator": .string(inquiry.choice.description),
      "likelihood": .string(summary.kind.rawValue),
      "binarisation": .string(model.binarisation.name),
      "hidden": hide.map { .string($0.description) } ?? .null,
    ]
    fields.merge(given.changeFields) { own, _ in own }
    var lines = [
      "\(summary.images) images: "
        + MetricsTable.sentence(
          summary, model: model, inquiry.choice, hiding: mask.hidesNothing ? nil : hide)
        + given.changeWords
    ]
    if let classes {
      let byClass = ModelEvaluation.summaries(values, classes)
      fields["classes"] = .list(
        byClass.map { name, summary in
          .mapping([
            "label": Int(name).map(ResolvedValue.integer) ?? .string(name),
            "images": .integer(summary.images),
            "meanLogLikelihood": number(summary.mean),
            "standardError": number(summary.standardError),
          ])
        })
      lines += byClass.map { name, summary in
        "class \(name.printable), \(summary.images) images: \(rounded(summary.mean)) ± "
          + "\(rounded(summary.standardError)) nats/image (\(summary.kind.rawValue))"
      }
    }
    self.fields = fields
    self.lines = lines
  }

  private static func summaries(
    _ values: LogLikelihoods, _ labels: ImageLabels
  ) -> [(String, LogLikelihoodSummary)] {
    Dictionary(grouping: labels.classes.indices, by: { Int(labels.classes[$0]) })
      .sorted { $0.key < $1.key }
      .map { own, members in
        (
          labels.names[own],
          LogLikelihoodSummary(
            LogLikelihoods(values: members.map { values.values[$0] }, kind: values.kind))
        )
      }
  }
}

/// Images of another size than the model's, or of another number of channels.
package struct SizeFault: Fault {
  let what: String
  let found: ImageShape
  let expected: ImageShape
  package var exitCode: ExitCode { .badData }
  package var description: String {
    "\(what.printable): images of \(words(found)), but the model is for \(words(expected)); train "
      + "one on images of this size"
      + (found.channels == expected.channels
        ? ", or have them resized (--resize, in a stage resize: true)"
        : ", or have them made so (--recolour)")
  }

  private func words(_ shape: ImageShape) -> String {
    "\(shape.height) x \(shape.width)"
      + (found.channels == expected.channels
        ? " pixels" : shape.channels == 1 ? " grey pixels" : " RGB pixels")
  }
}

/// `tessera sample`: images drawn from a model, in one PNG.
///
/// - Throws: `OverflowFault` (70), and whatever is wrong with the files.
package func drawSamples(model path: String, count: Int, seed: Int, to output: String) throws {
  let model = try ModelFile.readForeign(path)
  let columns = Int(bounded: Double(count).squareRoot().rounded(.up))
  try SampleGrid(columns: columns, magnification: 2).write(
    [try model.drawnSamples(count: count, seed: seed)], of: model.imageShape,
    text: [
      ("Software", "tessera"), ("Model", model.fingerprint), ("Seed", String(seed)),
    ], to: output)
}
