import Circuits
import Files
import Reports
import Workflow

/// The poster, drawn anew from this pipeline's own runs: one page in the order of the original.
///
/// It shows measured times, so its bytes differ from machine to machine; drawn again from the same
/// stored results they are the same.
struct PosterStage: Stage {
  static let kind = "poster"
  static let version = 2
  static let summary = "the poster on one page, from this pipeline's own results (SVG, PNG)"
  static let example = """
    poster:
      kind: poster
      data: 5000 embedded digits
      buildingBlocks: [building-blocks.mixture, building-blocks.product, building-blocks.composition]
      network: building-blocks.network
      cuts: [cuts.dense, cuts.superpixels]
      nodes: nodes
      models: {SPN: spn.model}
      curves: curves
      bySecond: curves-by-second
      samples: {SPN: samples}
      reconstructions: {SPN: reconstructions}
      comparison: comparison.comparison
      questions: {SPN: spn-questions}
      claims: claims
    """
  static let outputs = [OutputPort("poster", .poster, path: "poster.svg")]
  static let isFigure = true
  static let isMeasured = true

  let title: String
  let data: String
  let blocks: [InputReference]
  let network: InputReference
  let cuts: [InputReference]
  let nodes: InputReference
  let models: NamedInputs
  let curves: InputReference
  let bySecond: InputReference
  let pictures: NamedInputs
  let reconstructions: NamedInputs
  let comparison: InputReference
  let questions: NamedInputs
  let claims: InputReference

  init(fields: StageFields) throws {
    title = fields.string(
      "title", default: "Sum-product networks with VAE leaves", meaning: "title of the poster")
    data = fields.string("data", meaning: "name of the data set, for the sentence below the title")
    blocks = fields.inputs(
      "buildingBlocks", .figure,
      meaning: "figures of a building-blocks stage, in their order on the page")
    network = fields.input("network", .drawing, meaning: "drawing of the network")
    cuts = fields.inputs(
      "cuts", .drawing, meaning: "two drawings of a cuts stage: dense and superpixels")
    nodes = fields.input("nodes", .figure, meaning: "figure of a nodes stage")
    models = fields.namedInputs(
      "models", .model, meaning: "the models, by the names that the poster gives them")
    curves = fields.input("curves", .figure, meaning: "figure of a curves stage")
    bySecond = fields.input(
      "bySecond", .measuredFigure, meaning: "figure of a curves-by-second stage")
    pictures = fields.namedInputs("samples", .picture, meaning: "pictures of samples, by name")
    reconstructions = fields.namedInputs(
      "reconstructions", .picture, meaning: "pictures of reconstructions, by name")
    comparison = fields.input("comparison", .comparison, meaning: "table of a compare stage")
    questions = fields.namedInputs(
      "questions", .questions, meaning: "results of questions stages, by the names of the models")
    claims = fields.input("claims", .claims, meaning: "table of a claims stage")
    fields.includeNames()
    fields.recordPlotter()
    for (key, named) in [
      ("samples", pictures), ("reconstructions", reconstructions), ("questions", questions),
    ] {
      fields.requireOneModel(of: key, named)
    }
    if cuts.count != 2, fields.has("cuts") {
      fields.complain("cuts", "expected two drawings, dense and superpixels, found \(cuts.count)")
    }
  }

  func run(_ context: StageContext) throws {
    let page = PosterPage(
      text: PosterText(
        data: data, counts: try countedModels(context),
        comparison: try ComparisonRow.read(context.path(of: comparison))),
      figures: Figures(context: context),
      blocks: blocks.map(context.path), network: context.path(of: network),
      cuts: cuts.map(context.path), nodes: context.path(of: nodes),
      curves: context.path(of: curves), bySecond: context.path(of: bySecond),
      pictures: first(pictures, context), reconstructions: first(reconstructions, context),
      answers: try context.answers(questions),
      claims: try ClaimTable.read(context.path(of: claims)))
    let sheet = PosterSheet(
      title: title,
      subtitle:
        "after \u{201C}Sum Product Network with VAE Leaves\u{201D} (P. L. Tan, R. Peharz, T. Adel, "
        + "Cambridge), redrawn from measurements on \(data)",
      sections: try page.sections(),
      footer: "Drawn by tessera from pipeline \(context.pipeline), fingerprint "
        + "\(context.fingerprint.prefix(12)). Numbers are of this pipeline's stored results; times are of the machine that ran it."
    )
    context.tell(try sheet.write(in: context.folder, named: "poster"))
  }

  /// Of each label one picture: the first seed stands for the others.
  private func first(
    _ entries: NamedInputs, _ context: StageContext
  ) -> [(label: String, path: String)] {
    context.firstSeeds(of: RunGroup.groups(of: entries)).map {
      ($0.name, context.path(of: $0.input))
    }
  }

  private func countedModels(
    _ context: StageContext
  ) throws -> [(label: String, counts: CircuitCounts)] {
    try context.models(models).map { ($0.label, $0.model.circuit.counts) }
  }

  /// Figures that may be missing where a program was: their place then says so.
  struct Figures {
    let context: StageContext

    /// The SVG beside a figure's numbers, or of a drawing itself.
    func block(_ path: String, caption: String) throws -> PosterSheet.Block {
      let svg = path.hasSuffix(".svg") ? path : String(path.dropLast(4)) + ".svg"
      guard try FileStatus.of(svg) != nil else {
        let name = svg.split(separator: "/").last ?? ""
        return .paragraph("(\(name) is not drawn, because gnuplot is not installed)")
      }
      return .svg(path: svg, caption: caption)
    }
  }
}
