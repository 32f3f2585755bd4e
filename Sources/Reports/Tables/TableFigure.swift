/// The content of a table, independent of how it is drawn.
///
/// All text is data: whatever it contains is shown, never interpreted.
package struct TableFigure: Sendable {
  package struct Column: Hashable, Sendable {
    package var head: String
    /// Numbers to the right, so that their digits stand below each other.
    package var alignment: TextAlignment

    package init(_ head: String, _ alignment: TextAlignment = .left) {
      self.head = head
      self.alignment = alignment
    }
  }

  /// A judgement on a cell: a tint, and always the word for it, since not every reader (nor every
  /// printer) tells colours apart.
  package struct Mark: Hashable, Sendable {
    package enum Tint: Hashable, Sendable {
      case good, poor, neutral
    }

    package let word: String
    package let tint: Tint

    package init(_ word: String, _ tint: Tint) {
      precondition(word.contains { !$0.isWhitespace }, "colour never stands alone")
      self.word = word
      self.tint = tint
    }
  }

  package struct Cell: Hashable, Sendable {
    package var text: String
    package var mark: Mark?

    package init(_ text: String, _ mark: Mark? = nil) {
      self.text = text
      self.mark = mark
    }
  }

  package struct Row: Hashable, Sendable {
    package var head: String
    package var cells: [Cell]

    package init(_ head: String, _ cells: [Cell]) {
      self.head = head
      self.cells = cells
    }
  }

  /// Above the table; empty for none.
  package var title: String
  /// The first is the column of the row heads.
  package let columns: [Column]
  package let rows: [Row]
  package var footnotes: [String]

  /// Each row has a cell for each column but the first.
  package init(title: String = "", columns: [Column], rows: [Row], footnotes: [String] = []) {
    precondition(!columns.isEmpty, "a table has columns")
    precondition(
      rows.allSatisfy { $0.cells.count == columns.count - 1 }, "a cell for each column")
    self.title = title
    self.columns = columns
    self.rows = rows
    self.footnotes = footnotes
  }

  /// All rows with the row's head as their first cell.
  var grid: [[Cell]] { rows.map { [Cell($0.head)] + $0.cells } }
}
