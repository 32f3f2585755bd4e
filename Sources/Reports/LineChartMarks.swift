/// What a chart shows besides lines: marked points, areas between two lines, levels.
extension LineChart {
  /// A mark on a point, and a few words beside it.
  package struct Annotation: Sendable {
    package enum Mark: Hashable, Sendable {
      case ring
      /// Where something ended before its time, as a run that diverged.
      case cross
      /// Words only.
      case none
    }

    /// Below the frame, its mark stands on the frame's lower edge; above it, on the upper one.
    package var point: Point
    /// May be empty.
    package var text: String
    package var mark: Mark
    /// Which colour of the palette; nil for the text's own.
    package var colour: Int?

    package init(point: Point, text: String, mark: Mark = .ring, colour: Int? = nil) {
      self.point = point
      self.text = text
      self.mark = mark
      self.colour = colour
    }

    var textColour: String { colour.map(Palette.line) ?? Palette.text }
  }

  /// A filled area between two lines, translucent: from quartile to quartile.
  package struct Band: Sendable {
    /// The area over one x. A lower end of -inf reaches to the frame's lower edge; any other end
    /// that is not finite breaks the area.
    package struct Slice: Hashable, Sendable {
      package var x: Double
      package var lower: Double
      package var upper: Double

      package init(x: Double, lower: Double, upper: Double) {
        self.x = x
        self.lower = lower
        self.upper = upper
      }
    }

    /// For the table, whose columns are `NAME (lower)` and `NAME (upper)`.
    package var name: String
    /// In any order; drawn by rising x.
    package var slices: [Slice]
    /// Which colour of the palette.
    package var colour: Int

    package init(name: String, slices: [Slice], colour: Int) {
      self.name = name
      self.slices = slices
      self.colour = colour
    }

    /// The band's edges.
    var points: [Point] {
      slices.flatMap { [Point(x: $0.x, y: $0.lower), Point(x: $0.x, y: $0.upper)] }
    }
  }

  /// A horizontal line through the whole frame, dashed, with its name and value beside the frame: a
  /// number to hold others against.
  package struct Level: Hashable, Sendable {
    package var name: String
    package var y: Double

    package init(name: String, y: Double) {
      self.name = name
      self.y = y
    }

    /// `quad tree: 1.217`.
    var text: String { "\(name): \(number)" }
    var number: String { significant(y) }
  }
}
