/// The small marks of a cuts diagram: grids, nodes, dots and labels.
extension CutsCanvas {
  /// A rectangle of the lattice.
  mutating func grid(_ box: Box, rows: Int, columns: Int, isFollowed: Bool) {
    drawing.rectangle(box, fill: isFollowed ? "#A9CCE6" : "#E4EFF7")
    let thin = VectorDrawing.Stroke("#7FA3BF", width: 0.7)
    for row in 0..<rows where row > 0 {
      let y = box.y + box.height * Double(row) / Double(rows)
      drawing.line(Point(box.x, y), Point(box.right, y), thin)
    }
    for column in 0..<columns where column > 0 {
      let x = box.x + box.width * Double(column) / Double(columns)
      drawing.line(Point(x, box.y), Point(x, box.bottom), thin)
    }
    drawing.rectangle(
      box,
      stroke: isFollowed
        ? VectorDrawing.Stroke(Palette.text, width: 2) : VectorDrawing.Stroke("#4F7896", width: 1))
  }

  /// A sum or a product, drawn and not written: no font need have the sign.
  mutating func node(_ centre: Point, isSum: Bool) {
    drawing.circle(
      centre, radius: Self.node, fill: "#FFFFFF",
      stroke: VectorDrawing.Stroke(Palette.text, width: 1.6))
    let arm = Self.node * (isSum ? 0.58 : 0.42)
    let sign = VectorDrawing.Stroke(Palette.text, width: 1.8)
    let arms = isSum ? [(arm, 0.0), (0.0, arm)] : [(arm, arm), (arm, -arm)]
    for (dx, dy) in arms {
      drawing.line(Point(centre.x - dx, centre.y - dy), Point(centre.x + dx, centre.y + dy), sign)
    }
  }

  /// Three dots: here it goes on.
  mutating func dots(_ first: Point, dx: Double, dy: Double) {
    for step in [0.0, 1, 2] {
      drawing.circle(
        Point(first.x + step * dx, first.y + step * dy), radius: 1.4, fill: "#777777")
    }
  }

  /// Words at the left of a row: a name, and below it what is smaller. Below the label before it.
  mutating func label(_ name: [String], _ rest: [String], middle: Double) {
    let strong = TextStyle(size: CutsDiagram.letters, isBold: true)
    let quiet = TextStyle(size: CutsDiagram.letters, colour: Palette.quiet)
    let width = Self.labelWidth - 4
    let names = name.flatMap { strong.wrap($0, to: width) }
    let rests = rest.flatMap { quiet.wrap($0, to: width) }
    let height = strong.lineHeight * Double(names.count + rests.count)
    let top = max(middle - height / 2, labelEnd)
    let below = drawing.lines(names, at: Point(0, top), strong)
    labelEnd = drawing.lines(rests, at: Point(0, below), quiet)
  }

  /// What the two kinds of nodes stand for, beside each other.
  mutating func drawLegend(middle: Double) {
    let style = TextStyle(size: CutsDiagram.letters)
    let units = diagram.units
    var left = Self.node + 1
    for (isSum, words) in [
      (true, "region: \(units) sums"), (false, "cut: \(units) × \(units) products"),
    ] {
      node(Point(left, middle), isSum: isSum)
      left += Self.node + 8
      drawing.text(words, at: Point(left, middle + 0.36 * style.size), style)
      left += style.width(of: words) + 36
    }
  }
}

extension CutsDiagram {
  /// The size of the words.
  static let letters = 17.5

  var cellName: String {
    switch leaf {
    case .distribution: "pixel"
    case .autoencoder: "superpixel"
    }
  }

  var pixelsOfLeaf: (rows: Int, columns: Int) {
    switch leaf {
    case .distribution: (1, 1)
    case .autoencoder(let rows, let columns): (rows, columns)
    }
  }

  var leafDescription: String {
    switch leaf {
    case .distribution(let name): "\(units) \(name)"
    case .autoencoder(let rows, let columns):
      "\(rows)\u{A0}×\u{A0}\(columns) pixels, \(units)\u{A0}VAEs"
    }
  }

  var countsDescription: String {
    [
      (counts.regions, "regions"), (counts.partitions, "partitions"),
      (counts.sumNodes, "sum nodes"), (counts.productNodes, "product nodes"),
      (counts.leafUnits, "leaf units"),
    ].map { "\(grouped(Double($0))) \($1)".replacing(" ", with: "\u{A0}") }
      .joined(separator: "\u{A0}· ")
  }
}
