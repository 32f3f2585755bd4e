/// A scientific poster on one landscape page: a title, and sections
/// in columns, to be read downwards and then to the right.
///
/// All text is data: whatever it contains is shown, never interpreted.
package struct PosterSheet: Sendable {
  /// What a section consists of. Figures and tables are as wide as their column, as far as the page
  /// has room for them.
  package indirect enum Block: Sendable {
    case paragraph(String)
    /// An SVG file, gnuplot's or one of ours; the caption may be empty.
    case svg(path: String, caption: String)
    /// A PNG file of 8-bit grey or RGB.
    case picture(path: String, caption: String)
    case drawing(VectorDrawing, caption: String)
    case table(TableFigure)
    /// Side by side: figures of one height, anything else of one width.
    case row([Block])
  }

  package struct Section: Sendable {
    package var title: String
    package var blocks: [Block]

    package init(_ title: String, blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  package var title: String
  package var subtitle: String
  package var sections: [Section]
  package var footer: String
  /// How many columns the page has at most.
  package var columns = 4

  package init(title: String, subtitle: String, sections: [Section], footer: String) {
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
    self.footer = footer
  }

  /// Of the page, in units: the proportion of DIN A paper, lying.
  package static let width = 2400.0
  package static let height = 1697.0

  /// The page, all blocks on it. Throws `DrawingFault.pageOverflow` (78) where the content is too
  /// much even with small letters and figures, and what reading the files of its figures throws.
  package func drawing() throws -> VectorDrawing {
    try PosterLayout(self).drawing()
  }

  /// Writes `NAME.svg` and `NAME.png` into an existing folder. Throws as `drawing` and
  /// `VectorDrawing.write` do.
  package func write(
    in folder: String, named name: String, pixelWidth: Int = 3000,
    by renderer: SVGRenderer = SVGRenderer()
  ) throws -> FigureOutcome {
    try drawing().write(in: folder, named: name, pixelWidth: pixelWidth, by: renderer)
  }
}
