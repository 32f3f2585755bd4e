extension CutsDiagram {
  /// The diagram, so many units wide, and as high as it takes. Its letters have a thirtieth of the
  /// width; meant for lattices of up to about 8 x 8 cells.
  package func drawing(width: Double) -> VectorDrawing {
    let natural = CutsCanvas(self).drawing
    let scale = width / natural.width
    var drawing = VectorDrawing(width: width, height: natural.height * scale)
    drawing.place(natural, at: Point(0, 0), scale: scale)
    return drawing
  }
}

/// The diagram in its natural size, as it grows from the whole lattice downwards.
struct CutsCanvas {
  var drawing: VectorDrawing
  let diagram: CutsDiagram
  private let rows: [CutsRow]
  private static let width = 540.0
  static let labelWidth = 130.0
  /// How far down it is drawn.
  private var y = 0.0
  /// The lower middle of the branch's region.
  private var tip: Point
  /// Where the last label at the left ends.
  var labelEnd = 0.0

  static let node = 9.0
  private static let fan = 32.0
  private static let overhang = 4.0

  init(_ diagram: CutsDiagram) {
    let (steps, _) = diagram.branch
    // A cut's line sticks out of its pair.
    let room = Self.width - Self.labelWidth - 2 * Self.overhang
    let middle = Self.labelWidth + Self.overhang + room / 2
    // One size of cells for all rows: so that parts are seen to be parts.
    let first = steps.first.map { step in
      let pairs = CutsRow.pairs(of: step.region, cell: CutsRow.leastCell, width: room)
      let gap = CutsRow.gap(pairs, of: step.region.cuts.count)
      return CutsRow.cell(of: step.region, pairs: pairs, gap: gap, width: room)
    }
    let cell = min(first ?? 18, 18)
    self.diagram = diagram
    rows = steps.map { CutsRow($0, cell: cell, middle: middle, width: room) }
    tip = Point(middle, 0)
    drawing = VectorDrawing(width: Self.width, height: 1)
    drawRoot(cell: 1.25 * cell)
    for row in rows { draw(row) }
    drawLeaf()
    drawCounts()
    drawing.height = y
  }

  private mutating func drawRoot(cell: Double) {
    let (rows, columns) = (Double(diagram.rows), Double(diagram.columns))
    let box = Box(x: tip.x - columns * cell / 2, y: 2, width: columns * cell, height: rows * cell)
    grid(box, rows: diagram.rows, columns: diagram.columns, isFollowed: true)
    label(
      ["image"], ["\(diagram.rows)\u{A0}×\u{A0}\(diagram.columns) \(diagram.cellName)s"],
      middle: box.centre.y)
    tip.y = box.bottom
    y = box.bottom
  }

  /// The branch's region is a sum over its cuts; each of these is a product of two parts.
  private mutating func draw(_ row: CutsRow) {
    let sum = Point(tip.x, y + 6 + Self.node)
    let products = sum.y + Self.fan
    let top = products + Self.node + 8
    line(tip, sum)
    for shown in row.shown {
      fanLine(sum, Point(shown.x, products - Self.node - 1), isFollowed: shown.isFollowed)
    }
    node(sum, isSum: true)
    for shown in row.shown {
      node(Point(shown.x, products), isSum: false)
      if let next = pair(row, shown, top: top) {
        tip = next
      } else {
        dots(Point(shown.x, top + row.height + 7), dx: 0, dy: 5)
      }
    }
    for ellipsis in row.ellipses {
      dots(Point(ellipsis - 7, top + row.height / 2), dx: 7, dy: 0)
    }
    let region = row.step.region
    let count = region.cuts.count
    let all = row.shown.count < count ? "\(count) cuts" : "all \(count) cuts"
    label(
      [count == 1 ? "its only cut" : count == 2 ? "both cuts" : all],
      ["of \(region.rows.count) × \(region.columns.count)"], middle: top + row.height / 2)
    y = top + row.height
  }

  private mutating func fanLine(_ from: Point, _ to: Point, isFollowed: Bool) {
    let (colour, width) = isFollowed ? (Palette.text, 1.8) : ("#9A9A9A", 1.2)
    drawing.arrow(from, to, VectorDrawing.Stroke(colour, width: width), head: 7)
  }

  private mutating func line(_ from: Point, _ to: Point) {
    drawing.line(from, to, VectorDrawing.Stroke(Palette.text, width: 1.8))
  }

  /// The two parts of a region and the cut between them. Returns the lower middle of the part that
  /// is followed.
  private mutating func pair(_ row: CutsRow, _ shown: CutsRow.Shown, top: Double) -> Point? {
    let region = row.step.region
    let (first, second) = CutsDiagram.parts(of: region, shown.cut)
    var boxes = [first, second].map { part in
      Box(
        x: 0, y: top, width: Double(part.columns.count) * row.cell,
        height: Double(part.rows.count) * row.cell)
    }
    let cutStroke = VectorDrawing.Stroke(Palette.line(1), width: 3)
    switch shown.cut {
    case .leftOfColumn:
      boxes[0].x = shown.x - (boxes[0].width + boxes[1].width + CutsRow.partGap) / 2
      boxes[1].x = boxes[0].right + CutsRow.partGap
      let cut = boxes[0].right + CutsRow.partGap / 2
      drawing.line(
        Point(cut, top - Self.overhang), Point(cut, boxes[0].bottom + Self.overhang), cutStroke)
    case .aboveRow:
      for index in 0...1 { boxes[index].x = shown.x - boxes[index].width / 2 }
      boxes[1].y = boxes[0].bottom + CutsRow.partGap
      let cut = boxes[0].bottom + CutsRow.partGap / 2
      drawing.line(
        Point(boxes[0].x - Self.overhang, cut), Point(boxes[0].right + Self.overhang, cut),
        cutStroke)
    }
    for (index, part) in [first, second].enumerated() {
      let isFollowed = shown.isFollowed && row.step.followed.isSecond == (index == 1)
      grid(
        boxes[index], rows: part.rows.count, columns: part.columns.count, isFollowed: isFollowed)
    }
    guard shown.isFollowed else { return nil }
    let box = boxes[row.step.followed.isSecond ? 1 : 0]
    return Point(box.centre.x, box.bottom)
  }

  private mutating func drawLeaf() {
    let symbol = LeafSymbol(leaf: diagram.leaf, units: diagram.units)
    let side = LeafSymbol.height
    let total = side + 26 + symbol.width
    let left = min(max(tip.x - side / 2, Self.labelWidth), drawing.width - total)
    // Straight down if there is room; else aside, but first below the other branches' dots.
    let isBelow = abs(left + side / 2 - tip.x) < 1
    let turn = Point(tip.x, isBelow ? tip.y : y + 22)
    let box = Box(x: left, y: y + (isBelow ? 30 : 48), width: side, height: side)
    line(tip, turn)
    drawing.arrow(
      turn, Point(box.centre.x, box.y - 1), VectorDrawing.Stroke(Palette.text, width: 1.8),
      head: 7)
    let pixels = diagram.pixelsOfLeaf
    grid(box, rows: pixels.rows, columns: pixels.columns, isFollowed: true)
    drawing.place(symbol.drawing, at: Point(box.right + 26, box.y))
    label(["leaf region"], [diagram.leafDescription], middle: box.centre.y)
    y = box.y + max(side, symbol.height)
  }

  private mutating func drawCounts() {
    y = max(y, labelEnd)
    drawLegend(middle: y + 20)
    let style = TextStyle(size: CutsDiagram.letters, colour: Palette.quiet)
    y = drawing.lines(
      style.wrap(diagram.countsDescription, to: drawing.width), at: Point(0, y + 36), style)
  }
}
