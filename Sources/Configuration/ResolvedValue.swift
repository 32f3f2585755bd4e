/// A configuration as it was understood: defaults filled in, keys sorted, types settled.
///
/// It is also this program's JSON value (`stage.json`, manifests): written deterministically by
/// `jsonText`, read back strictly by `init(json:)`.
package indirect enum ResolvedValue: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case list([ResolvedValue])
  case mapping([String: ResolvedValue])
  case null

  /// Compact JSON with sorted keys: equal values give equal text, so it can be hashed.
  ///
  /// Reals are written in the shortest form that reads back the same, and always look like reals
  /// (`1.0`), so a real field given `1` or `1.0` gives one text.
  package var canonicalText: String {
    var text = ""
    append(to: &text, indentation: nil)
    return text
  }

  /// JSON for people: sorted keys, two spaces a level, lists of scalars in one line; no line break
  /// at the end.
  package var jsonText: String {
    var text = ""
    append(to: &text, indentation: 0)
    return text
  }

  private var isNested: Bool {
    switch self {
    case .list, .mapping: true
    default: false
    }
  }

  private func append(to text: inout String, indentation: Int?) {
    switch self {
    case .string(let string): Self.append(string, to: &text)
    case .integer(let integer): text += String(integer)
    case .real(let real): text += real.description
    case .boolean(let boolean): text += boolean ? "true" : "false"
    case .null: text += "null"
    case .list(let items):
      let isFlat = !items.contains { $0.isNested }
      let inner = isFlat ? nil : indentation.map { $0 + 2 }
      let separator = isFlat && indentation != nil ? ", " : ","
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += inner == nil ? separator : "," }
        Self.breakLine(inner, in: &text)
        item.append(to: &text, indentation: inner)
      }
      if !items.isEmpty, inner != nil { Self.breakLine(indentation, in: &text) }
      text += "]"
    case .mapping(let entries):
      let inner = indentation.map { $0 + 2 }
      text += "{"
      for (index, key) in entries.keys.sorted(by: Self.precedes).enumerated() {
        if index > 0 { text += "," }
        Self.breakLine(inner, in: &text)
        Self.append(key, to: &text)
        text += indentation == nil ? ":" : ": "
        entries[key]?.append(to: &text, indentation: inner)
      }
      if !entries.isEmpty { Self.breakLine(indentation, in: &text) }
      text += "}"
    }
  }

  /// Bytewise, so that the order depends on no library's idea of letters.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  private static func breakLine(_ indentation: Int?, in text: inout String) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: indentation)
  }

  private static func append(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}

// MARK: Reading parts

extension ResolvedValue {
  /// The value at a key of a mapping.
  package subscript(key: String) -> ResolvedValue? {
    if case .mapping(let entries) = self { entries[key] } else { nil }
  }

  package var string: String? { if case .string(let value) = self { value } else { nil } }
  package var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  package var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  package var list: [ResolvedValue]? { if case .list(let value) = self { value } else { nil } }
  package var mapping: [String: ResolvedValue]? {
    if case .mapping(let value) = self { value } else { nil }
  }

  /// A real, or an integer as one.
  package var real: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}
