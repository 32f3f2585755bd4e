import Reports

/// What stands on the poster, section by section in the order of the original: what sum-product
/// networks are, cuts, too large, VAE leaves, counts, curves, claims.
struct PosterPage {
  let text: PosterText
  let figures: PosterStage.Figures
  let blocks: [String]
  let network: String
  let cuts: [String]
  let nodes: String
  let curves: String
  let bySecond: String
  let pictures: [(label: String, path: String)]
  let reconstructions: [(label: String, path: String)]
  let answers: [(label: String, answers: [Answer])]
  let claims: [Claim]

  /// - Throws: `FileFault` where it cannot be told whether a drawing is there.
  func sections() throws -> [PosterSheet.Section] {
    try [
      .init(
        "What sum-product networks are",
        blocks: [
          .paragraph(text.whatTheyAre),
          figures.block(network, caption: "The network behind the density below, at the right."),
          .row(blocks.map { try figures.block($0, caption: "") }),
        ]),
      .init(
        "Recursive cuts",
        blocks: [.paragraph(text.cuts)] + cuts.prefix(1).map { try figures.block($0, caption: "") }),
      .init("Too large", blocks: [.paragraph(text.tooLarge), figures.block(nodes, caption: "")]),
      .init(
        "VAE leaves",
        blocks: [.paragraph(text.leaves)]
          + cuts.dropFirst().map { try figures.block($0, caption: "") }),
      .init("Counts", blocks: [.paragraph(text.sizes), .table(TableFigures.counts(text.counts))]),
      .init(
        "Training curves",
        blocks: [
          .paragraph(text.curves),
          figures.block(curves, caption: ""), figures.block(bySecond, caption: ""),
        ]),
      .init(
        "Samples and reconstructions",
        blocks: [.paragraph(text.samples)] + rows(of: pictures) + rows(of: reconstructions)),
      .init(
        "Likelihoods",
        blocks: [
          .paragraph(text.likelihoods), .table(TableFigures.briefComparison(text.comparison)),
        ]),
      .init(
        "Easy and hard, measured", blocks: [.table(TableFigures.questions(answers))]),
      .init(
        "Claims, tested",
        blocks: [.table(TableFigures.claims(claims))]),
    ]
  }

  private func rows(of pictures: [(label: String, path: String)]) -> [PosterSheet.Block] {
    let shown = pictures.map { PosterSheet.Block.picture(path: $0.path, caption: $0.label) }
    return shown.isEmpty ? [] : [.row(shown)]
  }
}
