/// The sizes of everything on a poster sheet, all from the size of its text.
struct PosterStyle {
  let bodySize: Double
  /// Size of a table's letters over that of the text.
  var tableShare = tableShares[tableShares.count - 1]

  /// To choose from, the best first, where a column has room.
  static let tableShares = [1, 0.94, 0.88, 0.82]

  /// The sizes of text to choose from, the best first. The smallest is 18 points on A1 paper.
  static let largeSizes: [Double] = [24, 23, 22, 21, 20]
  static let smallSizes: [Double] = [19, 18]

  static let margin = 56.0
  static let columnGap = 52.0

  var body: TextStyle { TextStyle(size: bodySize) }
  var caption: TextStyle { TextStyle(size: 0.82 * bodySize, colour: Palette.quiet) }
  var tableSize: Double { tableShare * bodySize }
  var heading: TextStyle { TextStyle(size: 1.35 * bodySize, isBold: true, colour: Self.accent) }
  var blockGap: Double { 0.75 * bodySize }
  var sectionGap: Double { 1.5 * bodySize }
  /// Between figures side by side.
  var rowGap: Double { bodySize }

  static let title = TextStyle(size: 54, isBold: true, colour: "#FFFFFF")
  static let subtitle = TextStyle(size: 24, colour: "#DCE8F0")
  static let footer = TextStyle(size: 18, colour: Palette.quiet)
  /// A dark relative of the palette's blue, for large areas and headings.
  static let accent = "#0B3C5D"
}
