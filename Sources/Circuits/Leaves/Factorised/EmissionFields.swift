import Configuration

/// The fields of an emission in a pipeline or a model file.
package struct EmissionFields: EmissionSettings {
  private let fields: Fields

  package init(_ fields: Fields) { self.fields = fields }

  package func int(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
    fields.int(key, default: .some(fallback), in: .some(range))
  }

  package func double(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>
  ) -> Double {
    fields.double(key, default: .some(fallback), in: .some(range))
  }
}

extension Emission {
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
