import Circuits
import Configuration
import Datasets
import Models
import Numerics

/// What a command prints: lines for people, JSON for scripts.
package struct CommandReport: Sendable {
  package let lines: [String]
  package let fields: [String: ResolvedValue]
  package var json: String { ResolvedValue.mapping(fields).jsonText }
}

/// Images given by a user of which a part is hidden, and how they are completed.
package struct CompletionRequest {
  let images: GivenImages
  /// Nil to hide nothing.
  let hide: MaskChoice?
  /// Of the images, at most.
  let count: Int
  /// Of each image; their seed chooses the images as well.
  let draws: Draws

  package init(
    _ images: GivenImages, hiding hide: MaskChoice?, count: Int, draws: Int, seed: Int
  ) {
    self.images = images
    self.hide = hide
    self.count = count
    self.draws = Draws(draws, seed: seed)
  }

  /// The images that were chosen, as a model sees them.
  fileprivate func chosen(for model: Model, _ workers: ForkJoin) throws -> ModelImages {
    var given = try ModelImages(images, model: model, workers: workers)
    given.choose(count, seed: draws.seed)
    return given
  }

  /// What a picture says of how it was made.
  fileprivate func text(_ model: Model) -> [(String, String)] {
    [
      ("Software", "tessera"), ("Model", model.fingerprint), ("Seed", String(draws.seed)),
      ("Hidden", hide?.description ?? "nothing"),
    ]
  }
}

/// `tessera inpaint`: completions of anybody's images in one PNG, and how far off they are.
///
/// - Throws: `SizeFault`, `MarginalFault`, `ConditionalFault`, `MaskFault`, and whatever is wrong with
///   the files.
package func inpaint(
  model path: String, _ request: CompletionRequest, workers: Int, to output: String
) throws -> CommandReport {
  let model = try ModelFile.readForeign(path)
  let workers = ForkJoin(workers: workers)
  let given = try request.chosen(for: model, workers)
  let hide = request.hide
  let mask = try hide?.mask(of: model) ?? .nothing
  if let hide { try MaskedSource(given.samples, hiding: mask).requireHidden(by: hide) }
  let completions = try Completions(
    of: given.samples, model: model, hiding: mask, draws: request.draws, workers: workers)
  let grid = CompletionGrid(completions: completions)
  try grid.write(
    to: output,
    text: request.text(model) + [("Images", given.choice.words)])
  let rows = hide.map { InpaintingTable.rows(completions, mask: $0) } ?? []
  return CommandReport(
    lines: [
      "columns: \(grid.columns.joined(separator: ", "))\(given.choiceWords)\(given.changeWords)"
    ] + rows.map(\.sentence),
    fields: [
      "images": .integer(completions.count), "hidden": .string(hide?.description ?? ""),
      "columns": .list(grid.columns.map(ResolvedValue.string)),
      "output": .string(output),
      "errors": .list(
        rows.map {
          .mapping([
            "method": .string($0.method), "images": .integer($0.images),
            "meanSquaredError": number($0.meanSquaredError),
            "standardError": number($0.standardError), "kind": .string($0.kind.rawValue),
          ])
        }),
    ].merging(given.changeFields) { own, _ in own })
}

/// `tessera sample --given`: draws of what is hidden alone, a row an image; returns what they are.
package func drawCompletions(
  model path: String, _ request: CompletionRequest, workers: Int, to output: String
) throws -> String {
  let model = try ModelFile.readForeign(path)
  let workers = ForkJoin(workers: workers)
  let given = try request.chosen(for: model, workers)
  let hide = request.hide
  let mask = try hide?.mask(of: model) ?? .nothing
  let seen = MaskedSource(given.samples, hiding: mask)
  if let hide { try seen.requireHidden(by: hide) }
  let inquiry = try Inquiry.conditional(of: model, hiding: mask)
  _ = try inquiry.circuit.logLikelihoods(seen, derived: inquiry.derived, workers: workers)
    .requireFinite()
  let drawn = try inquiry.circuit.conditionalSamples(
    seen, request.draws, derived: inquiry.derived, workers: workers
  ).map(model.binarisation.grey)
  try SampleGrid(columns: request.draws.count, magnification: 2).write(
    [drawn], of: model.imageShape,
    text: request.text(model) + [
      ("Kind", inquiry.kind.rawValue), ("Images", given.choice.words),
    ], to: output)
  return inquiry.kind.rawValue + given.choiceWords + given.changeWords
}

/// JSON has no word for what is not finite: null.
func number(_ value: Double) -> ResolvedValue { value.isFinite ? .real(value) : .null }
