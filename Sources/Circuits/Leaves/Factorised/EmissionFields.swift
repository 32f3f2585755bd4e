import Configuration

/// The fields of an emission in a pipeline or a model file.
package struct EmissionFields: EmissionSettings {
  private let fields: Fields

  package init(_ fields: Fields) { self.fields = fields }

  package func int(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>, meaning: String
  ) -> Int {
    fields.int(key, default: .some(fallback), in: .some(range), meaning: meaning)
  }

  package func double(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>, meaning: String
  ) -> Double {
    fields.double(key, default: .some(fallback), in: .some(range), meaning: meaning)
  }
}

extension Emission {
  /// The first example as a pipeline would write it.
  package static var writtenExample: String {
    let fields = (examples.first?.resolved.mapping ?? [:]).filter { $0.key != "kind" }
    if fields.isEmpty { return kind }
    let words = fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.canonicalText)" }
    return "{kind: \(kind), \(words.joined(separator: ", "))}"
  }

  /// What its initialiser reads, as a pipeline would write it.
  package var resolved: ResolvedValue {
    var fields: [String: ResolvedValue] = ["kind": .string(Self.kind)]
    for (key, value) in configuration {
      switch value {
      case .integer(let number): fields[key] = .integer(number)
      case .real(let number): fields[key] = .real(number)
      }
    }
    return .mapping(fields)
  }
}
