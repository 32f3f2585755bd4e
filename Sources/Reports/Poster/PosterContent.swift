/// The blocks of a poster sheet with their files read: what can be measured.
indirect enum PosterContent {
  case paragraph(String)
  case figure(PosterFigure, caption: String)
  case table(TableFigure)
  case row([PosterContent])

  /// Throws what reading the figures' files throws.
  init(_ block: PosterSheet.Block) throws {
    switch block {
    case .paragraph(let text): self = .paragraph(text)
    case .svg(let path, let caption):
      self = .figure(.nested(try NestedSVG(path: path)), caption: caption)
    case .picture(let path, let caption):
      self = .figure(.picture(try Picture(path: path)), caption: caption)
    case .drawing(let drawing, let caption): self = .figure(.drawing(drawing), caption: caption)
    case .table(let table): self = .table(table)
    case .row(let blocks): self = .row(try blocks.map { try PosterContent($0) })
    }
  }

  /// The block, so many units wide; nil if there is nothing to show. `figureScale`: the share of
  /// the width that figures take.
  func drawing(width: Double, style: PosterStyle, figureScale: Double) -> VectorDrawing? {
    switch self {
    case .paragraph(let text): return Self.text(text, style.body, width)
    case .figure(let figure, let caption):
      let shown = figure.drawing(width: width * figureScale)
      let left = (width - shown.width) / 2
      // Below the figure's own left side.
      let words = Self.text(caption, style.caption, width - left)
      let gap = 0.3 * style.bodySize
      let below = words.map { gap + $0.height } ?? 0
      var drawing = VectorDrawing(width: width, height: shown.height + below)
      drawing.place(shown, at: Point(left, 0))
      if let words { drawing.place(words, at: Point(left, shown.height + gap)) }
      return drawing
    case .table(let table): return table.drawing(width: width, fontSize: style.tableSize)
    case .row(let contents):
      return Self.row(contents, width: width, style: style, figureScale: figureScale)
    }
  }

  private static func text(_ text: String, _ style: TextStyle, _ width: Double) -> VectorDrawing? {
    let lines = style.wrap(text, to: width)
    if lines.isEmpty { return nil }
    var drawing = VectorDrawing(width: width, height: Double(lines.count) * style.lineHeight)
    drawing.lines(lines, at: Point(0, 0), style)
    return drawing
  }

  private static func row(
    _ contents: [PosterContent], width: Double, style: PosterStyle, figureScale: Double
  ) -> VectorDrawing? {
    if contents.isEmpty { return nil }
    let room = width - Double(contents.count - 1) * style.rowGap
    precondition(room > 0, "a row has few blocks")
    let aspects = contents.map(\.aspect)
    let known = aspects.compactMap { $0 }
    let weights = known.count == contents.count ? known : contents.map { _ in 1 }
    let widths = weights.map { room * $0 / weights.reduce(0, +) }
    let shown = zip(contents, widths).map {
      $0.drawing(width: $1, style: style, figureScale: figureScale)
    }
    guard let height = shown.compactMap({ $0?.height }).max() else { return nil }
    var drawing = VectorDrawing(width: width, height: height)
    var x = 0.0
    for (block, blockWidth) in zip(shown, widths) {
      if let block { drawing.place(block, at: Point(x, 0)) }
      x += blockWidth + style.rowGap
    }
    return drawing
  }

  /// Whether the height depends on how large figures are.
  var hasFigures: Bool {
    switch self {
    case .paragraph, .table: false
    case .figure: true
    case .row(let contents): contents.contains { $0.hasFigures }
    }
  }

  /// Width over height, of a figure.
  private var aspect: Double? {
    if case .figure(let figure, _) = self { return figure.width / figure.height }
    return nil
  }
}

/// A figure that can be shown at any width.
enum PosterFigure {
  case nested(NestedSVG)
  case picture(Picture)
  case drawing(VectorDrawing)

  var width: Double {
    switch self {
    case .nested(let svg): svg.width
    case .picture(let picture): Double(picture.width)
    case .drawing(let drawing): drawing.width
    }
  }

  var height: Double {
    switch self {
    case .nested(let svg): svg.height
    case .picture(let picture): Double(picture.height)
    case .drawing(let drawing): drawing.height
    }
  }

  func drawing(width: Double) -> VectorDrawing {
    let scale = width / self.width
    let box = Box(x: 0, y: 0, width: width, height: height * scale)
    var drawing = VectorDrawing(width: box.width, height: box.height)
    switch self {
    case .nested(let svg): drawing.nested(svg, in: box)
    case .picture(let picture): drawing.picture(picture, in: box)
    case .drawing(let inner): drawing.place(inner, at: Point(0, 0), scale: scale)
    }
    return drawing
  }
}
