import Configuration

/// Where everything on a poster sheet goes: all heights are computed before anything is placed.
package struct PosterLayout {
  /// A block in its place; a section's heading comes first.
  package struct Placement {
    package let section: Int
    package let column: Int
    package let box: Box
    let drawing: VectorDrawing
  }

  /// The columns' rooms, from below the title to above the footer.
  package let columns: [Box]
  package let placements: [Placement]
  private let head: VectorDrawing
  private let foot: VectorDrawing

  /// Throws as `PosterSheet.drawing` does.
  package init(_ sheet: PosterSheet) throws {
    precondition(sheet.columns > 0, "a page has columns")
    head = Self.head(sheet)
    foot = Self.foot(sheet)
    let top = head.height + 36
    let bottom = PosterSheet.height - foot.height - 24
    let count = min(sheet.columns, max(sheet.sections.count, 1))
    let gaps = PosterStyle.columnGap * Double(count - 1)
    let width = (PosterSheet.width - 2 * PosterStyle.margin - gaps) / Double(count)
    let columns = (0..<count).map { index in
      Box(
        x: PosterStyle.margin + Double(index) * (width + PosterStyle.columnGap), y: top,
        width: width, height: bottom - top)
    }
    var items = try PosterItem.all(of: sheet)
    let choice = try? Self.choose(items, columns: columns)
    if choice == nil { items = items.flatMap(\.parted) }
    let (style, shared) = try choice ?? Self.choose(items, columns: columns)
    self.columns = columns
    placements = zip(columns, shared.columns).enumerated().flatMap { index, column in
      Self.place(items, column.1, index, in: column.0, style)
    }
    precondition(
      placements.allSatisfy { columns[$0.column].contains($0.box) }, "blocks stay in their column")
  }

  /// What to try, the best first: large letters, and figures nearly as wide as their columns. A
  /// section is parted rather than read with a glass; failing all that figures shrink.
  private static var choices: [(bodySize: Double, parting: Bool, leastScale: Double)] {
    let (large, small) = (PosterStyle.largeSizes, PosterStyle.smallSizes)
    return [(large, false), (large, true), (small, false), (small, true)].flatMap {
      sizes, parting in
      sizes.map { ($0, parting, PosterColumns.ampleScale) }
    } + small.suffix(1).map { ($0, true, 0) }
  }

  private static func choose(
    _ items: [PosterItem], columns: [Box]
  ) throws -> (PosterStyle, PosterColumns) {
    let (width, height) = (columns[0].width, columns[0].height)
    var needed = 0.0
    for choice in choices {
      let style = PosterStyle(bodySize: choice.bodySize)
      let scales = PosterColumns.scales.filter { $0 >= choice.leastScale }
      let measured = items.map { item in
        PosterColumns.Item(
          isSectionStart: item.isSectionStart,
          heights: item.heights(width: width, style: style, figureScales: scales))
      }
      let spaces = PosterColumns.Spaces(
        block: style.blockGap, section: style.sectionGap,
        continuation: style.continuation("", width: width).height + style.blockGap)
      if let shared = PosterColumns(
        measured, count: columns.count, spaces: spaces, available: height,
        parting: choice.parting)
      {
        return (style, shared)
      }
      let least = measured.compactMap(\.heights.last)
      needed = max(least.reduce(0, +) / Double(columns.count), least.max() ?? 0)
    }
    throw DrawingFault.pageOverflow(
      needed: Int(bounded: needed.rounded(.up)), available: Int(bounded: height))
  }

  /// A column's blocks from the top, tables as large as they fit; what room is left goes between its
  /// sections, up to a measure.
  private static func place(
    _ items: [PosterItem], _ column: PosterColumns.Column, _ index: Int, in room: Box,
    _ style: PosterStyle
  ) -> [Placement] {
    var blocks = self.blocks(items, column, width: room.width, style)
    for share in PosterStyle.tableShares where share > style.tableShare {
      var larger = style
      larger.tableShare = share
      let enlarged = self.blocks(items, column, width: room.width, larger)
      guard height(of: enlarged) <= room.height else { continue }
      blocks = enlarged
      break
    }
    let starts = blocks.dropFirst().count { $0.startsSection }
    let spare = max(room.height - height(of: blocks), 0) / Double(max(starts, 1))
    let more = min(spare, 2.5 * style.sectionGap)
    var y = room.y
    return blocks.map { block in
      y += block.gap + (block.startsSection && block.gap > 0 ? more : 0)
      let box = Box(x: room.x, y: y, width: room.width, height: block.drawing.height)
      y = box.bottom
      return Placement(
        section: block.section, column: index, box: box, drawing: block.drawing)
    }
  }

  /// A drawing of a column, and the space above it.
  private struct Block {
    let section: Int
    let startsSection: Bool
    let gap: Double
    let drawing: VectorDrawing
  }

  private static func blocks(
    _ items: [PosterItem], _ column: PosterColumns.Column, width: Double, _ style: PosterStyle
  ) -> [Block] {
    column.items.flatMap { item -> [Block] in
      let isFirst = item == column.items.lowerBound
      let drawings = items[item].drawings(
        width: width, style: style, figureScale: column.scale, beginsColumn: isFirst)
      return drawings.enumerated().map { place, drawing in
        let startsSection = place == 0 && items[item].isSectionStart
        let gap = isFirst && place == 0 ? 0 : startsSection ? style.sectionGap : style.blockGap
        return Block(
          section: items[item].section, startsSection: startsSection, gap: gap, drawing: drawing)
      }
    }
  }

  private static func height(of blocks: [Block]) -> Double {
    blocks.reduce(0) { $0 + $1.gap + $1.drawing.height }
  }

  package func drawing() -> VectorDrawing {
    var page = VectorDrawing(width: PosterSheet.width, height: PosterSheet.height)
    page.place(head, at: Point(0, 0))
    for placement in placements {
      page.place(placement.drawing, at: Point(placement.box.x, placement.box.y))
    }
    page.place(foot, at: Point(0, PosterSheet.height - foot.height))
    return page
  }
}
