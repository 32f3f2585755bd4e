import Files
import Foundation

/// A drawing as one SVG 1.1 file that stands alone.
///
/// The same drawing is the same text: numbers have fixed decimals, ids are counted. A viewer
/// without DejaVu Sans takes Verdana, whose letters are as wide.
struct SVGText {
  private(set) var text: String
  /// Pixels of the picture made from it for a unit of the drawing: decides how far small pictures
  /// are magnified.
  private let resolution: Double
  private var nestedCount = 0

  init(_ drawing: VectorDrawing, resolution: Double) throws {
    self.resolution = resolution
    let (width, height) = (svgNumber(drawing.width), svgNumber(drawing.height))
    text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
      width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      font-family="'DejaVu Sans', Verdana, sans-serif">
      <rect width="\(width)" height="\(height)" fill="#ffffff"/>

      """
    try append(drawing.elements, scale: 1)
    text += "</svg>\n"
  }

  private mutating func append(_ elements: [VectorDrawing.Element], scale: Double) throws {
    for element in elements {
      switch element {
      case .shape(let shape, let fill, let stroke): append(shape, fill, stroke)
      case .text(let line, let point, let style, let alignment):
        append(line, point, style, alignment)
      case .picture(let picture, let box):
        let png = try picture.png(shownAt: box.width * scale * resolution)
        text += "<image\(Self.frame(box)) preserveAspectRatio=\"none\""
        text += " xlink:href=\"data:image/png;base64,\(Data(png).base64EncodedString())\"/>\n"
      case .nested(let svg, let box):
        nestedCount += 1
        text +=
          "<svg\(Self.frame(box)) viewBox=\"\(svg.viewBox.map(svgNumber).joined(separator: " "))\">"
        text += svg.content(idPrefix: "n\(nestedCount)-") + "</svg>\n"
      case .group(let children, let point, let factor):
        text += "<g transform=\"translate(\(svgNumber(point.x)) \(svgNumber(point.y)))"
        text += factor == 1 ? "\">\n" : " scale(\(String(format: "%.6f", factor)))\">\n"
        try append(children, scale: scale * factor)
        text += "</g>\n"
      }
    }
  }

  private mutating func append(
    _ shape: VectorDrawing.Shape, _ fill: String?, _ stroke: VectorDrawing.Stroke?
  ) {
    switch shape {
    case .rectangle(let box, let radius):
      text += "<rect\(Self.frame(box))"
      if radius > 0 { text += Self.attribute("rx", svgNumber(radius)) }
    case .ellipse(in: let box):
      text += "<ellipse" + Self.attribute("cx", svgNumber(box.centre.x))
      text += Self.attribute("cy", svgNumber(box.centre.y))
      text += Self.attribute("rx", svgNumber(box.width / 2))
      text += Self.attribute("ry", svgNumber(box.height / 2))
    case .path(let points, let isClosed):
      let places = points.map { "\(svgNumber($0.x)) \(svgNumber($0.y))" }
      text += "<path d=\"M" + places.joined(separator: " L") + (isClosed ? " Z\"" : "\"")
    }
    text += Self.attribute("fill", fill ?? "none")
    if let stroke {
      text += Self.attribute("stroke", stroke.colour)
      text += Self.attribute("stroke-width", svgNumber(stroke.width))
      if !stroke.dashes.isEmpty {
        text += Self.attribute(
          "stroke-dasharray", stroke.dashes.map(svgNumber).joined(separator: " "))
      }
    }
    text += "/>\n"
  }

  private mutating func append(
    _ line: String, _ point: Point, _ style: TextStyle, _ alignment: TextAlignment
  ) {
    text += "<text" + Self.attribute("x", svgNumber(point.x))
    text += Self.attribute("y", svgNumber(point.y))
    text += Self.attribute("font-size", svgNumber(style.size))
    if style.isBold { text += Self.attribute("font-weight", "bold") }
    switch alignment {
    case .left: break
    case .centre: text += Self.attribute("text-anchor", "middle")
    case .right: text += Self.attribute("text-anchor", "end")
    }
    text += Self.attribute("fill", style.colour) + ">\(svgEscaped(line))</text>\n"
  }

  private static func frame(_ box: Box) -> String {
    attribute("x", svgNumber(box.x)) + attribute("y", svgNumber(box.y))
      + attribute("width", svgNumber(box.width)) + attribute("height", svgNumber(box.height))
  }

  private static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(svgEscaped(value))\""
  }
}

/// Two decimals, without a negative zero.
func svgNumber(_ value: Double) -> String {
  precondition(value.isFinite, "a place on a drawing is a number")
  let text = String(format: "%.2f", value)
  return text == "-0.00" ? "0.00" : text
}

/// A text of characters that XML 1.0 allows: control characters are written out as `printable` does, the few
/// others that are forbidden (U+FFFE, U+FFFF) become the replacement character.
func xmlText(_ text: String) -> String {
  var allowed = String.UnicodeScalarView()
  for scalar in printable(text).unicodeScalars {
    allowed.append(["\u{FFFE}", "\u{FFFF}"].contains(scalar) ? "\u{FFFD}" : scalar)
  }
  return String(allowed)
}

/// A text as XML character data or the value of an attribute.
func svgEscaped(_ text: String) -> String {
  var escaped = ""
  for scalar in xmlText(text).unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "'": escaped += "&#39;"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}
