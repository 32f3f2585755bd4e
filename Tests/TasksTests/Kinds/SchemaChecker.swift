import Configuration

/// Checks values against a JSON Schema, as far as the schema of pipelines goes.
///
/// A keyword that it does not know is a complaint: nothing is accepted because it was not understood.
struct SchemaChecker {
  private static let remarks: Set<String> = [
    "$schema", "title", "description", "default", "examples", "definitions", "catalogues",
  ]
  let root: ResolvedValue

  /// What is wrong, each with its path; none for what the schema accepts.
  func complaints(_ value: ResolvedValue) -> [String] { check(value, root, "") }

  private func check(_ value: ResolvedValue, _ schema: ResolvedValue, _ path: String) -> [String] {
    guard let keywords = schema.mapping else { return ["\(path): no schema"] }
    if let name = keywords["$ref"]?.string {
      let definition = root["definitions"]?[String(name.dropFirst("#/definitions/".count))]
      return definition.map { check(value, $0, path) } ?? ["\(path): \(name) is not defined"]
    }
    return keywords.keys.sorted().flatMap { keyword in
      check(value, keyword, keywords, path).map { "\(path): \($0)" }
    }
  }

  private func accepts(_ value: ResolvedValue, _ schema: ResolvedValue?) -> Bool {
    schema.map { check(value, $0, "").isEmpty } ?? true
  }

  private func check(
    _ value: ResolvedValue, _ keyword: String, _ schema: [String: ResolvedValue], _ path: String
  ) -> [String] {
    let rule = schema[keyword] ?? .null
    switch keyword {
    case "type":
      let types = rule.list ?? [rule]
      return types.contains { isOfType(value, $0.string ?? "") }
        ? [] : ["expected \(rule.canonicalText)"]
    case "const": return value == rule ? [] : ["expected \(rule.canonicalText)"]
    case "enum": return rule.list?.contains(value) == true ? [] : ["expected one of the words"]
    case "minimum": return value.real.map { $0 >= rule.real ?? .nan } ?? true ? [] : ["too small"]
    case "maximum": return value.real.map { $0 <= rule.real ?? .nan } ?? true ? [] : ["too large"]
    case "minItems": return value.list.map { $0.count >= rule.integer ?? 0 } ?? true ? [] : ["few"]
    case "maxItems": return value.list.map { $0.count <= rule.integer ?? 0 } ?? true ? [] : ["many"]
    case "pattern":
      guard let text = value.string, let pattern = try? Regex(rule.string ?? "") else { return [] }
      return text.contains(pattern) ? [] : ["does not match"]
    case "anyOf":
      return rule.list?.contains { accepts(value, $0) } == true ? [] : ["none of the alternatives"]
    case "allOf": return (rule.list ?? []).flatMap { check(value, $0, path) }
    case "if":
      return check(value, schema[accepts(value, rule) ? "then" : "else"] ?? .mapping([:]), path)
    case "then", "else": return []
    case "items":
      return (value.list ?? []).enumerated().flatMap { check($1, rule, "\(path)[\($0)]") }
    case "required":
      guard let keys = value.mapping else { return [] }
      return (rule.list ?? []).compactMap(\.string).filter { keys[$0] == nil }
        .map { "\($0) is missing" }
    case "properties":
      return (rule.mapping ?? [:]).flatMap { key, schema in
        value[key].map { check($0, schema, "\(path).\(key)") } ?? []
      }
    case "additionalProperties":
      let others = (value.mapping ?? [:]).filter { schema["properties"]?[$0.key] == nil }
      if rule == .boolean(false) { return others.keys.sorted().map { "unknown key \($0)" } }
      return others.flatMap { check($1, rule, "\(path).\($0)") }
    default: return Self.remarks.contains(keyword) ? [] : ["keyword \(keyword) is not known"]
    }
  }

  private func isOfType(_ value: ResolvedValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .mapping), ("array", .list), ("string", .string), ("integer", .integer),
      ("number", .integer), ("number", .real), ("boolean", .boolean), ("null", .null):
      true
    default: false
    }
  }
}

extension Document.Value {
  /// As an editor reads YAML: the core schema of YAML 1.2.
  var asJSON: ResolvedValue {
    switch content {
    case .mapping(let entries):
      return .mapping(Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value.asJSON) }))
    case .sequence(let items): return .list(items.map(\.asJSON))
    case .scalar(let text, isPlain: false): return .string(text)
    case .scalar(let text, isPlain: true):
      if ["", "~", "null"].contains(text) { return .null }
      if let flag = Bool(text) { return .boolean(flag) }
      if text.wholeMatch(of: /[-+]?[0-9]+/) != nil, let number = Int(text) {
        return .integer(number)
      }
      let isReal = text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil
      return isReal ? Double(text).map(ResolvedValue.real) ?? .string(text) : .string(text)
    }
  }
}
