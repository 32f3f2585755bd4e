/// How the text of a scalar is read as one type or another.
enum Scalar {
  static func text(_ value: Document.Value) -> String? {
    guard case .scalar(let text, _) = value.content, !value.isNull else { return nil }
    return text
  }

  /// A text of one character at least: an empty one names nothing.
  static func words(_ value: Document.Value) -> String? {
    text(value).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Decimal digits, with a sign and with `_` between digits allowed: `60_000`.
  static func integer(_ value: Document.Value, in range: ClosedRange<Int>?) -> Int? {
    guard let text = plainNumber(value), let integer = Int(text) else { return nil }
    return range.map { $0.contains(integer) } ?? true ? integer : nil
  }

  /// Decimal notation, with an exponent allowed: `1e-3`. Infinities and NaN are no configuration.
  static func real(_ value: Document.Value, in range: ClosedRange<Double>?) -> Double? {
    guard let text = plainNumber(value), let real = Double(text), real.isFinite else { return nil }
    return range.map { $0.contains(real) } ?? true ? real : nil
  }

  /// `true` or `false`; the other words of YAML 1.1 (`yes`, `on`) are refused.
  static func boolean(_ value: Document.Value) -> Bool? {
    guard case .scalar(let text, isPlain: true) = value.content else { return nil }
    return text == "true" ? true : text == "false" ? false : nil
  }

  private static func plainNumber(_ value: Document.Value) -> String? {
    guard case .scalar(let text, isPlain: true) = value.content else { return nil }
    let allowed = text.utf8.allSatisfy { "+-.eE_0123456789".utf8.contains($0) }
    let isJoined = !text.hasPrefix("_") && !text.hasSuffix("_") && !text.contains("__")
    guard allowed, isJoined else { return nil }
    return text.filter { $0 != "_" }
  }

  static func name<Bound>(_ type: String, _ range: ClosedRange<Bound>?) -> String {
    guard let range else { return type }
    let (low, high) = ("\(range.lowerBound)", "\(range.upperBound)")
    // Nobody wants to read 9223372036854775807.
    if high == "\(Int.max)" || high == "\(Double.greatestFiniteMagnitude)" || high == "inf" {
      return "\(type) of at least \(low)"
    }
    return "\(type) from \(low) to \(high)"
  }

  static func oneOf(_ words: [String]) -> String {
    words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
  }
}
