import Files
import Foundation
import Reports

let isRendererThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .contains { FileManager.default.isExecutableFile(atPath: "\($0)/rsvg-convert") }

/// One of everything.
var sampleDrawing: VectorDrawing {
  var inner = VectorDrawing(width: 10, height: 10)
  inner.circle(Point(5, 5), radius: 4, fill: "#0072B2")
  var drawing = VectorDrawing(width: 120, height: 80)
  drawing.rectangle(
    Box(x: 2, y: 2, width: 30, height: 20), fill: "#D55E00", stroke: .init("#222222", width: 1),
    radius: 3)
  drawing.polyline([Point(0, 40), Point(20, 50), Point(40, 30)], .init("#222222", width: 2))
  drawing.line(Point(0, 60), Point(50, 60), .init("#222222", width: 1, dashes: [4, 2]))
  drawing.polygon([Point(60, 10), Point(70, 30), Point(50, 30)], fill: "#009E73")
  drawing.arrow(Point(60, 60), Point(90, 50), .init("#555555", width: 1), head: 5)
  drawing.text("Größe ≥ 10 µm & more", at: Point(4, 76), TextStyle(size: 9, isBold: true))
  drawing.place(inner, at: Point(90, 10), scale: 2)
  return drawing
}

/// All rectangles of a lattice, with all their cuts.
func denseRegions(rows: Int, columns: Int) -> [CutsDiagram.Region] {
  func ranges(_ count: Int) -> [Range<Int>] {
    (0..<count).flatMap { low in ((low + 1)...count).map { low..<$0 } }
  }
  return ranges(rows).flatMap { rows in
    ranges(columns).map { columns in
      CutsDiagram.Region(
        rows: rows, columns: columns,
        cuts: columns.dropFirst().map { .leftOfColumn($0) } + rows.dropFirst().map { .aboveRow($0) }
      )
    }
  }
}

func cutsDiagram(
  rows: Int, columns: Int, leaf: CutsDiagram.Leaf = .autoencoder(rows: 4, columns: 4),
  units: Int = 2
) -> CutsDiagram {
  CutsDiagram(
    rows: rows, columns: columns, regions: denseRegions(rows: rows, columns: columns), leaf: leaf,
    units: units,
    counts: .init(
      regions: 784, partitions: 3_136, sumNodes: 1_470, productNodes: 12_544, leafUnits: 98))
}

var sampleTable: TableFigure {
  let (easy, hard) = (TableFigure.Mark("easy", .good), TableFigure.Mark("hard", .poor))
  return TableFigure(
    title: "Tasks", columns: [.init("task"), .init("SPN"), .init("VAE"), .init("units", .right)],
    rows: [
      .init(
        "sampling", [.init("0.8 s / 1,000 images, exact", easy), .init("", easy), .init("98")]),
      .init(
        "marginalising", [.init("exact", easy), .init("no closed form", hard), .init("1,568")]),
    ], footnotes: ["one processor"])
}

func texts(of elements: [VectorDrawing.Element]) -> [String] {
  elements.flatMap { element -> [String] in
    switch element {
    case .text(let text, _, _, _): [text]
    case .group(let children, _, _): texts(of: children)
    default: []
    }
  }
}

/// Each text with its left side and its size in units of the whole drawing.
func placedTexts(
  of elements: [VectorDrawing.Element], x: Double = 0, scale: Double = 1
) -> [(text: String, x: Double, size: Double)] {
  elements.flatMap { element -> [(text: String, x: Double, size: Double)] in
    switch element {
    case .text(let text, let point, let style, _):
      [(text, x + scale * point.x, scale * style.size)]
    case .group(let children, let point, let factor):
      placedTexts(of: children, x: x + scale * point.x, scale: scale * factor)
    default: []
    }
  }
}

func isInside(_ drawing: VectorDrawing) -> Bool {
  let page = Box(x: 0, y: 0, width: drawing.width, height: drawing.height)
  return drawing.extents.allSatisfy { page.contains($0, slack: 0.01) }
}

/// Writes an SVG file and reads it as one to be nested.
func nested(_ text: String) throws -> NestedSVG {
  let folder = try temporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let path = joinPath(folder, "nested.svg")
  try DurableFile.write(text: text, to: path)
  return try NestedSVG(path: path)
}
