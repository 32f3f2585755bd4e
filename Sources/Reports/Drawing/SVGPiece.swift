/// A piece of an SVG file: a tag, or the text before one.
///
/// Not a parser of XML, which would be a dependency more: it knows what gnuplot and we write, and
/// refuses the rest.
enum SVGPiece: Equatable, Sendable {
  case text(String)
  case tag(Tag)

  struct Tag: Equatable, Sendable {
    /// With the slash of an end tag.
    let name: String
    var attributes: [Attribute] = []
    var isEmpty = false
  }

  struct Attribute: Equatable, Sendable {
    let name: String
    /// As in the file: escaped.
    let value: String
  }

  /// Why a file can't stand inside another.
  struct Unfit: Error, Equatable {
    let reason: String
  }

  var tag: Tag? {
    if case .tag(let tag) = self { return tag }
    return nil
  }

  /// By scalars: a combining mark after a quote would hide it among characters.
  private typealias Rest = Substring.UnicodeScalarView

  /// The file's pieces without its prolog and comments. Throws `Unfit`.
  static func pieces(of text: String) throws -> [SVGPiece] {
    var rest: Rest = Substring(text).unicodeScalars
    var pieces: [SVGPiece] = []
    while let start = rest.firstIndex(of: "<") {
      if start > rest.startIndex { pieces.append(.text(String(rest[..<start]))) }
      rest = rest[start...]
      if rest.starts(with: "<?xml ".unicodeScalars) && pieces.isEmpty {
        try skip(past: "?>", in: &rest)
      } else if rest.starts(with: "<!--".unicodeScalars) {
        try skip(past: "-->", in: &rest)
      } else {
        rest = rest.dropFirst()
        let tag = try tag(from: &rest)
        try check(tag)
        pieces.append(.tag(tag))
      }
    }
    return pieces
  }

  private static func skip(past end: String, in rest: inout Rest) throws {
    guard let found = rest.firstRange(of: end.unicodeScalars) else {
      throw Unfit(reason: "\(end) is missing")
    }
    rest = rest[found.upperBound...]
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  /// A tag whose "<" was taken.
  private static func tag(from rest: inout Rest) throws -> Tag {
    let isEnd = rest.first == "/"
    let name = rest.dropFirst(isEnd ? 1 : 0).prefix { !isSpace($0) && $0 != ">" && $0 != "/" }
    rest = rest[name.endIndex...]
    var tag = Tag(name: (isEnd ? "/" : "") + String(name))
    while true {
      rest = rest.drop(while: isSpace)
      tag.isEmpty = rest.first == "/"
      if tag.isEmpty { rest = rest.dropFirst() }
      if rest.first == ">" {
        rest = rest.dropFirst()
        return tag
      }
      tag.attributes.append(try attribute(from: &rest))
    }
  }

  private static func attribute(from rest: inout Rest) throws -> Attribute {
    let name = rest.prefix { !isSpace($0) && !"=<>/'\"".unicodeScalars.contains($0) }
    rest = rest[name.endIndex...].drop(while: isSpace)
    guard !name.isEmpty, rest.first == "=" else { throw Unfit(reason: "a tag is broken") }
    rest = rest.dropFirst().drop(while: isSpace)
    guard let quote = rest.first, quote == "'" || quote == "\"",
      let end = rest.dropFirst().firstIndex(of: quote)
    else { throw Unfit(reason: "an attribute has no value") }
    let value = rest[rest.index(after: rest.startIndex)..<end]
    rest = rest[rest.index(after: end)...]
    return Attribute(name: String(name), value: String(value))
  }

  /// The elements that draw, and their parts.
  private static let elements: Set<String> = [
    "svg", "g", "defs", "use", "title", "desc", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "path", "text", "tspan", "image", "clipPath", "mask", "pattern", "linearGradient",
    "radialGradient", "stop", "filter", "feFlood", "feComposite",
  ]

  private static func check(_ tag: Tag) throws {
    let name = tag.name.hasPrefix("/") ? String(tag.name.dropFirst()) : tag.name
    guard elements.contains(name) else { throw Unfit(reason: "unexpected element <\(tag.name)>") }
    for attribute in tag.attributes {
      let isReference = attribute.name == "href" || attribute.name == "xlink:href"
      let leadsOut =
        isReference && !attribute.value.hasPrefix("#")
        && !attribute.value.hasPrefix("data:image/png;base64,")
      let pointsOut = attribute.value.replacing("url(#", with: "").contains("url(")
      if leadsOut || pointsOut || attribute.name.hasPrefix("on") {
        throw Unfit(reason: "unexpected attribute \(attribute.name) in <\(tag.name)>")
      }
    }
  }

  /// The piece as it stands in another file.
  func text(idPrefix: String) -> String {
    switch self {
    case .text(let text): return text
    case .tag(let tag):
      let attributes = tag.attributes.map { attribute in
        let value = Self.value(of: attribute, idPrefix: idPrefix)
        let quote = value.contains("\"") ? "'" : "\""
        return " \(attribute.name)=\(quote)\(value)\(quote)"
      }
      return "<" + tag.name + attributes.joined() + (tag.isEmpty ? "/>" : ">")
    }
  }

  private static func value(of attribute: Attribute, idPrefix: String) -> String {
    switch attribute.name {
    case "id": return idPrefix + attribute.value
    case "href", "xlink:href":
      let isLocal = attribute.value.hasPrefix("#")
      return isLocal ? "#" + idPrefix + attribute.value.dropFirst() : attribute.value
    default: return attribute.value.replacing("url(#", with: "url(#\(idPrefix)")
    }
  }
}
