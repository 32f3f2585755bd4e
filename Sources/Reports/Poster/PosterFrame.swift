extension PosterLayout {
  /// The title and what stands below it, on a band across the page.
  static func head(_ sheet: PosterSheet) -> VectorDrawing {
    let width = PosterSheet.width - 2 * PosterStyle.margin
    let title = PosterStyle.title.wrap(sheet.title, to: width)
    let subtitle = PosterStyle.subtitle.wrap(sheet.subtitle, to: width)
    let height =
      Double(title.count) * PosterStyle.title.lineHeight
      + Double(subtitle.count) * PosterStyle.subtitle.lineHeight + 44
    var drawing = VectorDrawing(width: PosterSheet.width, height: height)
    drawing.rectangle(
      Box(x: 0, y: 0, width: PosterSheet.width, height: height), fill: PosterStyle.accent)
    let below = drawing.lines(title, at: Point(PosterStyle.margin, 20), PosterStyle.title)
    drawing.lines(subtitle, at: Point(PosterStyle.margin, below), PosterStyle.subtitle)
    return drawing
  }

  /// A last line below a rule.
  static func foot(_ sheet: PosterSheet) -> VectorDrawing {
    let width = PosterSheet.width - 2 * PosterStyle.margin
    let lines = PosterStyle.footer.wrap(sheet.footer, to: width)
    var drawing = VectorDrawing(
      width: PosterSheet.width,
      height: Double(lines.count) * PosterStyle.footer.lineHeight + 28)
    if lines.isEmpty { return drawing }
    drawing.rectangle(
      Box(x: PosterStyle.margin, y: 0, width: width, height: 1), fill: Palette.rule)
    drawing.lines(lines, at: Point(PosterStyle.margin, 8), PosterStyle.footer)
    return drawing
  }
}
