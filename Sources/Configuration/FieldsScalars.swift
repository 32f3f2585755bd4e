extension Fields {
  /// A text that is not empty. A key without a default must be written.
  ///
  /// `meaning` is what `tessera kinds` says of the field, here as in all readers: a tested part of every
  /// entry of a catalogue.
  package func string(
    _ key: String, default fallback: String? = nil, meaning: String = ""
  ) -> String {
    read(key, .text, fallback, or: "", meaning)
  }

  /// A text that is not empty, or nil where the key is not written or null.
  package func optionalString(_ key: String, meaning: String = "") -> String? {
    optional(key, .text, meaning)
  }

  /// A text, not empty, that stays out of `resolved`: the place of something that is known by its content
  /// (a data set, a file), which no fingerprint may depend on.
  package func location(
    _ key: String, default fallback: String? = nil, meaning: String = ""
  ) -> String {
    read(key, .text, fallback, or: "", isRecorded: false, meaning)
  }

  /// A whole number that stays out of `resolved`: how much of a machine is used, which no result
  /// depends on.
  package func capacity(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>, meaning: String = ""
  ) -> Int {
    read(key, .integer(in: range), fallback, or: fallback, isRecorded: false, meaning)
  }

  package func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>? = nil,
    meaning: String = ""
  ) -> Int {
    read(key, .integer(in: range), fallback, or: range?.lowerBound ?? 0, meaning)
  }

  package func optionalInt(
    _ key: String, in range: ClosedRange<Int>? = nil, meaning: String = ""
  ) -> Int? {
    optional(key, .integer(in: range), meaning)
  }

  /// A finite number; `1` and `1.0` are the same.
  package func double(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>? = nil,
    meaning: String = ""
  ) -> Double {
    read(key, .number(in: range), fallback, or: range?.lowerBound ?? 0, meaning)
  }

  package func optionalDouble(
    _ key: String, in range: ClosedRange<Double>? = nil, meaning: String = ""
  ) -> Double? {
    optional(key, .number(in: range), meaning)
  }

  package func bool(_ key: String, default fallback: Bool? = nil, meaning: String = "") -> Bool {
    read(key, .boolean, fallback, or: false, meaning)
  }

  /// One word of a closed set.
  package func word(
    _ key: String, of words: [String], default fallback: String? = nil, meaning: String = ""
  ) -> String {
    precondition(!words.isEmpty)
    describe(
      key, .words(words), default: fallback.map(ResolvedValue.string), .required, meaning: meaning)
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
    in range: ClosedRange<Int>? = nil, meaning: String = ""
  ) -> [Int] {
    list(key, .integer(in: range), fallback, (count, range?.lowerBound ?? 0), meaning)
  }

  package func doubles(
    _ key: String, default fallback: [Double]? = nil, count: Int? = nil,
    in range: ClosedRange<Double>? = nil, meaning: String = ""
  ) -> [Double] {
    list(key, .number(in: range), fallback, (count, range?.lowerBound ?? 0), meaning)
  }

  package func strings(
    _ key: String, default fallback: [String]? = nil, count: Int? = nil, meaning: String = ""
  ) -> [String] {
    list(key, .text, fallback, (count, ""), meaning)
  }

  // MARK: One way of reading for all of them

  private func read<Value>(
    _ key: String, _ form: ScalarForm<Value>, _ fallback: Value?, or harmless: Value,
    isRecorded: Bool = true, _ meaning: String
  ) -> Value {
    describe(key, form.type, default: fallback.map(form.resolve), .required, meaning: meaning)
    var result = fallback ?? harmless
    if let value = value(key) {
      if let parsed = form.parse(value) {
        result = parsed
      } else {
        expected(form.type.expectation, key, found: value)
      }
    } else if fallback == nil {
      missing(key, form.type.expectation)
    }
    if isRecorded { record(key, form.resolve(result)) }
    return result
  }

  private func optional<Value>(
    _ key: String, _ form: ScalarForm<Value>, _ meaning: String
  ) -> Value? {
    describe(key, form.type, .nullable, meaning: meaning)
    guard let value = value(key), !value.isNull else { return nil }
    guard let parsed = form.parse(value) else {
      expected(form.type.expectation, key, found: value)
      return nil
    }
    record(key, form.resolve(parsed))
    return parsed
  }

  private func list<Value>(
    _ key: String, _ form: ScalarForm<Value>, _ fallback: [Value]?,
    _ size: (count: Int?, element: Value), _ meaning: String
  ) -> [Value] {
    let type = FieldType.list(form.type, count: size.count)
    describe(
      key, type, default: fallback.map { .list($0.map(form.resolve)) }, .required,
      meaning: meaning)
    var result = fallback ?? Array(repeating: size.element, count: size.count ?? 0)
    if let value = value(key) {
      if case .sequence(let items) = value.content, size.count ?? items.count == items.count {
        result = items.map { item in
          if let parsed = form.parse(item) { return parsed }
          expected(form.type.expectation, key, found: item)
          return size.element
        }
      } else {
        expected(type.expectation, key, found: value)
      }
    } else if fallback == nil {
      missing(key, type.expectation)
    }
    record(key, .list(result.map(form.resolve)))
    return result
  }
}

/// How the scalars of one type are read and written down.
private struct ScalarForm<Value> {
  let type: FieldType
  let parse: (Document.Value) -> Value?
  let resolve: (Value) -> ResolvedValue
}

extension ScalarForm<String> {
  static var text: Self { Self(type: .text, parse: Scalar.words, resolve: ResolvedValue.string) }
}

extension ScalarForm<Bool> {
  static var boolean: Self {
    Self(type: .boolean, parse: Scalar.boolean, resolve: ResolvedValue.boolean)
  }
}

extension ScalarForm<Int> {
  static func integer(in range: ClosedRange<Int>?) -> Self {
    Self(
      type: .integer(range), parse: { Scalar.integer($0, in: range) },
      resolve: ResolvedValue.integer)
  }
}

extension ScalarForm<Double> {
  static func number(in range: ClosedRange<Double>?) -> Self {
    Self(type: .number(range), parse: { Scalar.real($0, in: range) }, resolve: ResolvedValue.real)
  }
}
