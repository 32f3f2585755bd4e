/// What stays together on a poster sheet: a section's heading with its first block, or one block. A
/// section of two blocks, as a text and its figure, is not parted if the page has room.
struct PosterItem {
  let section: Int
  /// The section's title.
  let title: String
  let isSectionStart: Bool
  /// None for a section without blocks.
  let contents: [PosterContent]

  /// All of a sheet's, in order. Throws what reading the files of its figures throws.
  static func all(of sheet: PosterSheet) throws -> [PosterItem] {
    try sheet.sections.enumerated().flatMap { index, section in
      let contents = try section.blocks.map { try PosterContent($0) }
      let parts = contents.count < 3 ? [contents] : contents.map { [$0] }
      return parts.enumerated().map { place, contents in
        PosterItem(
          section: index, title: section.title, isSectionStart: place == 0, contents: contents)
      }
    }
  }

  /// Each block by itself.
  var parted: [PosterItem] {
    contents.enumerated().map { place, content in
      PosterItem(
        section: section, title: title, isSectionStart: isSectionStart && place == 0,
        contents: [content])
    } + (contents.isEmpty ? [self] : [])
  }

  /// Its drawings below each other, each of the column's width; where a column begins with it, a
  /// section that goes on is named again.
  func drawings(
    width: Double, style: PosterStyle, figureScale: Double, beginsColumn: Bool = false
  ) -> [VectorDrawing] {
    let blocks = contents.map {
      $0.drawing(width: width, style: style, figureScale: figureScale)
    }
    let head =
      isSectionStart
      ? style.heading(title, width: width)
      : beginsColumn ? style.continuation(title, width: width) : nil
    return ([head] + blocks).compactMap { $0 }
  }

  /// For each share of the width that figures may take.
  func heights(width: Double, style: PosterStyle, figureScales: [Double]) -> [Double] {
    func height(_ scale: Double) -> Double {
      let drawings = drawings(width: width, style: style, figureScale: scale)
      return drawings.map(\.height).reduce(0, +)
        + style.blockGap * Double(max(drawings.count - 1, 0))
    }
    // Words are not measured again for each share.
    guard contents.contains(where: \.hasFigures) else {
      return figureScales.isEmpty
        ? [] : [Double](repeating: height(1), count: figureScales.count)
    }
    return figureScales.map(height)
  }
}

extension PosterStyle {
  /// A section's title below a strong short rule and a light long one.
  func heading(_ title: String, width: Double) -> VectorDrawing {
    let lines = heading.wrap(title, to: width)
    let space = 0.45 * bodySize
    var drawing = VectorDrawing(
      width: width, height: Double(lines.count) * heading.lineHeight + space)
    drawing.rectangle(Box(x: 0, y: 1, width: width, height: 1), fill: Palette.rule)
    drawing.rectangle(
      Box(x: 0, y: 0, width: min(4 * bodySize, width), height: 3), fill: Self.accent)
    drawing.lines(lines, at: Point(0, space), heading)
    return drawing
  }

  /// A section's title where it goes on in the next column, in one line.
  func continuation(_ title: String, width: Double) -> VectorDrawing {
    let space = 0.45 * bodySize
    var drawing = VectorDrawing(width: width, height: caption.lineHeight + space)
    drawing.rectangle(Box(x: 0, y: 1, width: width, height: 1), fill: Palette.rule)
    let words = caption.wrap("\(title), continued", to: width)
    let line = words.count > 1 ? "continued" : words.first
    drawing.lines([line].compactMap { $0 }, at: Point(0, space), caption)
    return drawing
  }
}
