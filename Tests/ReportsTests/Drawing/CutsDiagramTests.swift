import Files
import Reports
import Testing

@Suite struct CutsDiagramTests {
  /// The coloured lines of the cuts.
  private func cuts(_ elements: [VectorDrawing.Element]) -> Int {
    elements.reduce(0) { count, element in
      switch element {
      case .shape(.path, _, let stroke?): count + (stroke.colour == "#D55E00" ? 1 : 0)
      case .group(let children, _, _): count + cuts(children)
      default: count
      }
    }
  }

  private func drawn(_ diagram: CutsDiagram) -> VectorDrawing { diagram.drawing(width: 600) }

  @Test func allCutsOfTheBranchAreShown() {
    // 3 x 3: four cuts; then 3 x 1 or the like with two, and 1 x 1.
    #expect(cuts(drawn(cutsDiagram(rows: 3, columns: 3)).elements) == 6)
    // 4 x 4, 4 x 2, 2 x 2, 2 x 1: six, four, two and one.
    let words = texts(of: drawn(cutsDiagram(rows: 4, columns: 4)).elements)
    #expect(cuts(drawn(cutsDiagram(rows: 4, columns: 4)).elements) == 13)
    for label in ["all 6 cuts", "of 4 × 4", "all 4 cuts", "of 4 × 2", "both cuts", "its only cut"] {
      #expect(words.contains(label))
    }
  }

  @Test func manyCutsAreCountedWhereNotShown() {
    let drawing = drawn(cutsDiagram(rows: 7, columns: 7))
    #expect(texts(of: drawing.elements).contains("12 cuts"))
    #expect(!texts(of: drawing.elements).contains("all 12 cuts"))
    #expect(cuts(drawing.elements) < 12 + 8 + 4 + 2)
  }

  @Test func leavesAreTheModels() {
    let pixels = cutsDiagram(rows: 4, columns: 4, leaf: .distribution("Bernoulli"))
    #expect(texts(of: drawn(pixels).elements).contains("2 Bernoulli"))
    let superpixels = drawn(cutsDiagram(rows: 4, columns: 4))
    #expect(texts(of: superpixels.elements).count { $0 == "enc" } == 2)
    #expect(texts(of: superpixels.elements).count { $0 == "z" } == 2)
  }

  @Test func countsAreSaid() {
    let words = texts(of: drawn(cutsDiagram(rows: 7, columns: 7)).elements).joined(separator: " ")
      .replacing("\u{A0}", with: " ")
    #expect(
      words.contains(
        "784 regions · 3,136 partitions · 1,470 sum nodes · 12,544 product nodes · 98 leaf units"))
  }

  @Test(arguments: [(1, 1), (1, 2), (2, 1), (1, 9), (9, 1), (3, 5), (5, 4), (8, 8), (12, 12)])
  func everythingIsInside(_ rows: Int, _ columns: Int) {
    for units in [1, 2, 5] {
      #expect(isInside(drawn(cutsDiagram(rows: rows, columns: columns, units: units))))
    }
    let pixels = cutsDiagram(
      rows: rows, columns: columns, leaf: .distribution("discretised logistic"))
    #expect(isInside(drawn(pixels)))
  }

  @Test func theOrderOfRegionsDoesNotMatter() throws {
    let regions = denseRegions(rows: 4, columns: 4)
    let diagrams = [regions, regions.reversed()].map { regions in
      CutsDiagram(
        rows: 4, columns: 4, regions: Array(regions), leaf: .distribution("Bernoulli"), units: 2,
        counts: .init(regions: 100, partitions: 200, sumNodes: 1, productNodes: 2, leafUnits: 32))
    }
    #expect(drawn(diagrams[0]).extents == drawn(diagrams[1]).extents)
  }
}

@Suite struct NetworkDiagramTests {
  @Test func nodesAndWeightsAreDrawn() {
    let diagram = NetworkDiagram(
      layers: [[.sum], [.product, .product], [.leaf("X"), .leaf("Y"), .leaf("X"), .leaf("Y")]],
      edges: [
        .init(0, 1, weight: 0.25), .init(0, 2, weight: 0.75), .init(1, 3), .init(1, 4), .init(2, 5),
        .init(2, 6),
      ])
    let drawing = diagram.drawing(width: 400)
    #expect(texts(of: drawing.elements).sorted() == ["0.25", "0.75", "X", "X", "Y", "Y"])
    #expect(isInside(drawing))
  }
}
