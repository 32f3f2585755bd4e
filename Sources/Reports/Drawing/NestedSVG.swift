import Files

/// An SVG file to stand inside a drawing: gnuplot's, or one of ours.
///
/// Only what draws is let in: no scripts, no styles, no DOCTYPE, nothing that refers to outside.
package struct NestedSVG: Sendable {
  /// Left, top, width and height of what is shown, in the file's own units.
  package let viewBox: [Double]
  package var width: Double { viewBox[2] }
  package var height: Double { viewBox[3] }
  private let pieces: [SVGPiece]

  /// Throws `DrawingFault.notNestable` (65), and `FileFault` where the file can't be read.
  package init(path: String) throws {
    let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
    do {
      try self.init(text)
    } catch let reason as SVGPiece.Unfit {
      throw DrawingFault.notNestable(path: path, reason: reason.reason)
    }
  }

  /// Throws `SVGPiece.Unfit`.
  init(_ text: String) throws {
    var pieces = try SVGPiece.pieces(of: text)
    guard let start = pieces.firstIndex(where: { $0.tag?.name == "svg" }),
      let end = pieces.lastIndex(where: { $0.tag?.name == "/svg" }), start < end,
      let root = pieces[start].tag
    else { throw SVGPiece.Unfit(reason: "expected an svg element") }
    pieces = Array(pieces[(start + 1)..<end])
    viewBox = try Self.viewBox(of: root)
    self.pieces = pieces
  }

  /// Everything inside the root element, with each id (and each reference to one) prefixed, since
  /// all of gnuplot's files use the same ids.
  func content(idPrefix: String) -> String {
    pieces.map { $0.text(idPrefix: idPrefix) }.joined()
  }

  private static func viewBox(of root: SVGPiece.Tag) throws -> [Double] {
    func value(_ name: String) -> String? { root.attributes.first { $0.name == name }?.value }
    let numbers: [Double?]
    if let box = value("viewBox") {
      numbers = box.split { $0 == " " || $0 == "," }.map { Double($0) }
    } else {
      numbers = [
        0, 0, value("width").flatMap { Double($0) }, value("height").flatMap { Double($0) },
      ]
    }
    let box = numbers.compactMap { $0 }
    guard numbers.count == 4, box.count == 4, box.allSatisfy({ $0.isFinite && abs($0) < 1e6 }),
      box[2] > 0, box[3] > 0
    else { throw SVGPiece.Unfit(reason: "expected a viewBox, or width and height in pixels") }
    return box
  }
}
