import Configuration

/// The readers of `Fields`, so that a stage reads everything from one value.
extension StageFields {
  package func string(_ key: String, default fallback: String? = nil) -> String {
    fields.string(key, default: fallback)
  }

  package func optionalString(_ key: String) -> String? { fields.optionalString(key) }

  package func location(_ key: String, default fallback: String? = nil) -> String {
    fields.location(key, default: fallback)
  }

  package func capacity(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
    fields.capacity(key, default: fallback, in: range)
  }

  package func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>? = nil
  ) -> Int {
    fields.int(key, default: fallback, in: range)
  }

  package func optionalInt(_ key: String, in range: ClosedRange<Int>? = nil) -> Int? {
    fields.optionalInt(key, in: range)
  }

  package func double(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>? = nil
  ) -> Double {
    fields.double(key, default: fallback, in: range)
  }

  package func optionalDouble(_ key: String, in range: ClosedRange<Double>? = nil) -> Double? {
    fields.optionalDouble(key, in: range)
  }

  package func bool(_ key: String, default fallback: Bool? = nil) -> Bool {
    fields.bool(key, default: fallback)
  }

  package func word(_ key: String, of words: [String], default fallback: String? = nil) -> String {
    fields.word(key, of: words, default: fallback)
  }

  package func ints(
    _ key: String, default fallback: [Int]? = nil, count: Int? = nil,
    in range: ClosedRange<Int>? = nil
  ) -> [Int] {
    fields.ints(key, default: fallback, count: count, in: range)
  }

  package func doubles(
    _ key: String, default fallback: [Double]? = nil, count: Int? = nil,
    in range: ClosedRange<Double>? = nil
  ) -> [Double] {
    fields.doubles(key, default: fallback, count: count, in: range)
  }

  package func strings(
    _ key: String, default fallback: [String]? = nil, count: Int? = nil
  ) -> [String] {
    fields.strings(key, default: fallback, count: count)
  }

  package func nested(_ key: String) -> Fields? { fields.nested(key) }

  package func nestedList(_ key: String) -> [Fields] { fields.nestedList(key) }

  package func choice<Value>(
    _ key: String, from catalogue: Catalogue<Value>, default fallback: String? = nil
  ) -> Value? {
    fields.choice(key, from: catalogue, default: fallback)
  }

  package func optionalChoice<Value>(_ key: String, from catalogue: Catalogue<Value>) -> Value? {
    fields.optionalChoice(key, from: catalogue)
  }

  package func choices<Value>(
    _ key: String, from catalogue: Catalogue<Value>, default fallback: [String]? = nil
  ) -> [Value] {
    fields.choices(key, from: catalogue, default: fallback)
  }

  package func has(_ key: String) -> Bool { fields.has(key) }

  package func complain(_ key: String, _ message: String) { fields.complain(key, message) }
}
