import Configuration

/// The readers of `Fields`, so that a stage reads everything from one value.
extension StageFields {
  package func string(
    _ key: String, default fallback: String? = nil, meaning: String = ""
  ) -> String {
    fields.string(key, default: fallback, meaning: meaning)
  }

  package func optionalString(_ key: String, meaning: String = "") -> String? {
    fields.optionalString(key, meaning: meaning)
  }

  package func location(
    _ key: String, default fallback: String? = nil, meaning: String = ""
  ) -> String {
    fields.location(key, default: fallback, meaning: meaning)
  }

  package func capacity(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>, meaning: String = ""
  ) -> Int {
    fields.capacity(key, default: fallback, in: range, meaning: meaning)
  }

  package func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>? = nil,
    meaning: String = ""
  ) -> Int {
    fields.int(key, default: fallback, in: range, meaning: meaning)
  }

  package func optionalInt(
    _ key: String, in range: ClosedRange<Int>? = nil, meaning: String = ""
  ) -> Int? {
    fields.optionalInt(key, in: range, meaning: meaning)
  }

  package func double(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>? = nil,
    meaning: String = ""
  ) -> Double {
    fields.double(key, default: fallback, in: range, meaning: meaning)
  }

  package func optionalDouble(
    _ key: String, in range: ClosedRange<Double>? = nil, meaning: String = ""
  ) -> Double? {
    fields.optionalDouble(key, in: range, meaning: meaning)
  }

  package func bool(_ key: String, default fallback: Bool? = nil, meaning: String = "") -> Bool {
    fields.bool(key, default: fallback, meaning: meaning)
  }

  package func word(
    _ key: String, of words: [String], default fallback: String? = nil, meaning: String = ""
  ) -> String {
    fields.word(key, of: words, default: fallback, meaning: meaning)
  }

  package func ints(
    _ key: String, default fallback: [Int]? = nil, count: Int? = nil,
    in range: ClosedRange<Int>? = nil, meaning: String = ""
  ) -> [Int] {
    fields.ints(key, default: fallback, count: count, in: range, meaning: meaning)
  }

  package func doubles(
    _ key: String, default fallback: [Double]? = nil, count: Int? = nil,
    in range: ClosedRange<Double>? = nil, meaning: String = ""
  ) -> [Double] {
    fields.doubles(key, default: fallback, count: count, in: range, meaning: meaning)
  }

  package func strings(
    _ key: String, default fallback: [String]? = nil, count: Int? = nil, meaning: String = ""
  ) -> [String] {
    fields.strings(key, default: fallback, count: count, meaning: meaning)
  }

  package func nested(_ key: String, meaning: String = "") -> Fields? {
    fields.nested(key, meaning: meaning)
  }

  package func namedNumbers(_ key: String, meaning: String = "") -> [String: Double] {
    fields.namedNumbers(key, meaning: meaning)
  }

  package func nestedList(_ key: String, meaning: String = "") -> [Fields] {
    fields.nestedList(key, meaning: meaning)
  }

  package func choice<Value>(
    _ key: String, from catalogue: Catalogue<Value>, default fallback: String? = nil,
    meaning: String = ""
  ) -> Value? {
    fields.choice(key, from: catalogue, default: fallback, meaning: meaning)
  }

  package func optionalChoice<Value>(
    _ key: String, from catalogue: Catalogue<Value>, meaning: String = ""
  ) -> Value? {
    fields.optionalChoice(key, from: catalogue, meaning: meaning)
  }

  package func choices<Value>(
    _ key: String, from catalogue: Catalogue<Value>, default fallback: [String]? = nil,
    meaning: String = ""
  ) -> [Value] {
    fields.choices(key, from: catalogue, default: fallback, meaning: meaning)
  }

  package func has(_ key: String) -> Bool { fields.has(key) }

  package func complain(_ key: String, _ message: String) { fields.complain(key, message) }
}
