import Configuration

/// The schemas of single fields.
enum SchemaValue {
  private static let axis = "(axis)"
  private static let grouped = "(digits in groups)"

  /// What every pipeline's schema refers to.
  static var definitions: [String: ResolvedValue] {
    [
      axis: .mapping([
        "description": .string("the value of an axis of the sweep"),
        "type": .string("string"), "pattern": .string("^\\$[A-Za-z0-9_-]+$"),
      ]),
      grouped: .mapping([
        "description": .string("a number written as 60_000"),
        "type": .string("string"), "pattern": .string("^[+-]?[0-9]+(_[0-9]+)+$"),
      ]),
    ]
  }

  static func reference(_ name: String) -> ResolvedValue {
    .mapping(["$ref": .string("#/definitions/\(name)")])
  }

  static func words(_ words: [String]) -> ResolvedValue {
    .mapping(["enum": .list(words.map(ResolvedValue.string))])
  }

  static func required(of fields: [FieldDescription]) -> ResolvedValue {
    .list(fields.filter(\.isRequired).map { .string($0.key) })
  }

  static func properties(of fields: [FieldDescription]) -> [String: ResolvedValue] {
    Dictionary(uniqueKeysWithValues: fields.map { ($0.key, schema(of: $0)) })
  }

  private static func schema(of field: FieldDescription) -> ResolvedValue {
    var types = field.types.flatMap(alternatives)
    if field.isNullable { types.append(.mapping(["type": .string("null")])) }
    var schema: [String: ResolvedValue] = [
      "description": .string(field.meaning), "anyOf": .list(types + [reference(axis)]),
    ]
    if let fallback = field.fallback { schema["default"] = fallback }
    return .mapping(schema)
  }

  /// The ways in which a value of a type may be written, an axis apart.
  private static func alternatives(_ type: FieldType) -> [ResolvedValue] {
    switch type {
    case .text:
      [.mapping(["type": .list(["string", "number", "boolean"].map(ResolvedValue.string))])]
    case .integer(let range): number("integer", range.map { $0.map(ResolvedValue.integer) })
    case .number(let range): number("number", range.map { $0.map(ResolvedValue.real) })
    case .boolean: [.mapping(["type": .string("boolean")])]
    case .words(let words): [self.words(words)]
    case .list(let element, let count): [list(of: alternatives(element), count)]
    case .choice(let catalogue): [reference(catalogue)]
    case .choices(let catalogue): [reference(catalogue), list(of: [reference(catalogue)])]
    case .mapping(let fields): [mapping(fields)]
    case .mappings(let fields): [list(of: [mapping(fields)])]
    case .namedNumbers:
      [
        .mapping([
          "type": .string("object"),
          "additionalProperties": .mapping([
            "anyOf": .list(number("number", nil) + [reference(axis)])
          ]),
        ])
      ]
    case .names: [.mapping(["type": .string("object")])]
    case .values: [.mapping(["type": .string("array")])]
    case .artifact: [artifact]
    case .artifacts: [artifact, list(of: [artifact])]
    case .labelledArtifacts:
      [.mapping(["type": .string("object"), "additionalProperties": artifact])]
    }
  }

  private static let artifact = ResolvedValue.mapping([
    "type": .string("string"), "pattern": .string("^[^.]+(\\.[^.]+)?$"),
  ])

  private static func number(
    _ type: String, _ range: (low: ResolvedValue, high: ResolvedValue)?
  ) -> [ResolvedValue] {
    var schema: [String: ResolvedValue] = ["type": .string(type)]
    if let range { (schema["minimum"], schema["maximum"]) = (range.low, range.high) }
    return [.mapping(schema), reference(grouped)]
  }

  private static func list(
    of element: [ResolvedValue], _ count: Int? = nil
  ) -> ResolvedValue {
    var schema: [String: ResolvedValue] = [
      "type": .string("array"), "items": .mapping(["anyOf": .list(element + [reference(axis)])]),
    ]
    if let count { (schema["minItems"], schema["maxItems"]) = (.integer(count), .integer(count)) }
    return .mapping(schema)
  }

  private static func mapping(_ fields: [FieldDescription]) -> ResolvedValue {
    .mapping([
      "type": .string("object"), "properties": .mapping(properties(of: fields)),
      "required": required(of: fields), "additionalProperties": .boolean(false),
    ])
  }
}

extension ClosedRange {
  fileprivate func map<Value>(_ transform: (Bound) -> Value) -> (low: Value, high: Value) {
    (transform(lowerBound), transform(upperBound))
  }
}
