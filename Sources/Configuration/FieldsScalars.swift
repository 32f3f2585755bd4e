extension Fields {
  /// A text that is not empty. A key without a default must be written.
  package func string(_ key: String, default fallback: String? = nil) -> String {
    read(key, fallback, or: "", "a text", Scalar.words, ResolvedValue.string)
  }

  /// A text that is not empty, or nil where the key is not written or null.
  package func optionalString(_ key: String) -> String? {
    optional(key, "a text", Scalar.words, ResolvedValue.string)
  }

  /// A text, not empty, that stays out of `resolved`: the place of something that is known by its content
  /// (a data set, a file), which no fingerprint may depend on.
  package func location(_ key: String, default fallback: String? = nil) -> String {
    read(key, fallback, or: "", "a text", Scalar.words, nil)
  }

  /// A whole number that stays out of `resolved`: how much of a machine is used, which no result
  /// depends on.
  package func capacity(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
    read(
      key, fallback, or: fallback, Scalar.name("an integer", range),
      { Scalar.integer($0, in: range) }, nil)
  }

  package func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>? = nil
  ) -> Int {
    read(
      key, fallback, or: range?.lowerBound ?? 0, Scalar.name("an integer", range),
      { Scalar.integer($0, in: range) }, ResolvedValue.integer)
  }

  package func optionalInt(_ key: String, in range: ClosedRange<Int>? = nil) -> Int? {
    optional(
      key, Scalar.name("an integer", range), { Scalar.integer($0, in: range) },
      ResolvedValue.integer)
  }

  /// A finite number; `1` and `1.0` are the same.
  package func double(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>? = nil
  ) -> Double {
    read(
      key, fallback, or: range?.lowerBound ?? 0, Scalar.name("a number", range),
      { Scalar.real($0, in: range) }, ResolvedValue.real)
  }

  package func optionalDouble(_ key: String, in range: ClosedRange<Double>? = nil) -> Double? {
    optional(
      key, Scalar.name("a number", range), { Scalar.real($0, in: range) }, ResolvedValue.real)
  }

  package func bool(_ key: String, default fallback: Bool? = nil) -> Bool {
    read(key, fallback, or: false, "true or false", Scalar.boolean, ResolvedValue.boolean)
  }

  /// One word of a closed set.
  package func word(_ key: String, of words: [String], default fallback: String? = nil) -> String {
    precondition(!words.isEmpty)
    let chosen = fallback ?? words[0]
    guard let value = value(key) else {
      if fallback == nil { missing(key, Scalar.oneOf(words)) }
      record(key, .string(chosen))
      return chosen
    }
    guard let text = Scalar.text(value), words.contains(text) else {
      let suggestion = Scalar.text(value).flatMap { nearest(to: $0, among: words) }
      diagnostics.add(
        "expected \(Scalar.oneOf(words)) for \(key.quoted) in \(subject), found \(value.found)",
        at: value.position, suggestion: suggestion)
      return chosen
    }
    record(key, .string(text))
    return text
  }

  /// Integers: `[4, 4]`.
  package func ints(
    _ key: String, default fallback: [Int]? = nil, count: Int? = nil,
    in range: ClosedRange<Int>? = nil
  ) -> [Int] {
    list(
      key, fallback, count, element: range?.lowerBound ?? 0, Scalar.name("an integer", range),
      { Scalar.integer($0, in: range) }, ResolvedValue.integer)
  }

  package func doubles(
    _ key: String, default fallback: [Double]? = nil, count: Int? = nil,
    in range: ClosedRange<Double>? = nil
  ) -> [Double] {
    list(
      key, fallback, count, element: range?.lowerBound ?? 0, Scalar.name("a number", range),
      { Scalar.real($0, in: range) }, ResolvedValue.real)
  }

  package func strings(
    _ key: String, default fallback: [String]? = nil, count: Int? = nil
  ) -> [String] {
    list(key, fallback, count, element: "", "a text", Scalar.words, ResolvedValue.string)
  }

  // MARK: One way of reading for all of them

  private func read<Value>(
    _ key: String, _ fallback: Value?, or harmless: Value, _ what: String,
    _ parse: (Document.Value) -> Value?, _ resolve: ((Value) -> ResolvedValue)?
  ) -> Value {
    var result = fallback ?? harmless
    if let value = value(key) {
      if let parsed = parse(value) {
        result = parsed
      } else {
        expected(what, key, found: value)
      }
    } else if fallback == nil {
      missing(key, what)
    }
    if let resolve { record(key, resolve(result)) }
    return result
  }

  private func optional<Value>(
    _ key: String, _ what: String, _ parse: (Document.Value) -> Value?,
    _ resolve: (Value) -> ResolvedValue
  ) -> Value? {
    guard let value = value(key), !value.isNull else { return nil }
    guard let parsed = parse(value) else {
      expected(what, key, found: value)
      return nil
    }
    record(key, resolve(parsed))
    return parsed
  }

  private func list<Value>(
    _ key: String, _ fallback: [Value]?, _ count: Int?, element: Value, _ what: String,
    _ parse: (Document.Value) -> Value?, _ resolve: (Value) -> ResolvedValue
  ) -> [Value] {
    var result = fallback ?? Array(repeating: element, count: count ?? 0)
    let length = count.map { " of \($0)" } ?? ""
    if let value = value(key) {
      if case .sequence(let items) = value.content, count == nil || items.count == count {
        result = items.map { item in
          if let parsed = parse(item) { return parsed }
          expected(what, key, found: item)
          return element
        }
      } else {
        expected("a list\(length), each \(what)", key, found: value)
      }
    } else if fallback == nil {
      missing(key, "a list\(length), each \(what)")
    }
    record(key, .list(result.map(resolve)))
    return result
  }
}
