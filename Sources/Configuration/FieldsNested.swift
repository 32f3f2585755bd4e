extension Fields {
  /// The mapping at a key, or nil where it is not written or null.
  package func nested(_ key: String, meaning: String = "") -> Fields? {
    describe(key, .mapping([]), .nullable, meaning: meaning)
    guard let value = value(key), !value.isNull else { return nil }
    let child = child(value, of: key, subject: subject(of: key))
    record(key, child)
    return child
  }

  /// The mappings of a list at a key; none where it is not written.
  package func nestedList(_ key: String, meaning: String = "") -> [Fields] {
    describe(key, .mappings([]), .nullable, meaning: meaning)
    let children = items(key, of: "mappings").map {
      child($0, of: key, subject: subject(of: key))
    }
    if has(key) { record(key, children) }
    return children
  }

  /// The finite numbers of a mapping whose keys are names; none where it is not written or null. Names and
  /// numbers are in `resolved`, the order in which they are written is not.
  package func namedNumbers(_ key: String, meaning: String = "") -> [String: Double] {
    describe(key, .namedNumbers, .nullable, meaning: meaning)
    guard let value = value(key), !value.isNull else { return [:] }
    let child = child(value, of: key, subject: subject(of: key))
    record(key, child)
    return Dictionary(child.keys.map { ($0, child.double($0)) }) { first, _ in first }
  }

  /// The entries of a mapping whose keys are names, in the file's order, as they are written.
  ///
  /// Stays out of `resolved`: names are for people. Where it is not required, null is no mistake.
  package func entries(
    _ key: String, isRequired: Bool = true, meaning: String = ""
  ) -> [Document.Entry] {
    describe(key, .names, isRequired ? .required : .nullable, meaning: meaning)
    guard let value = value(key), isRequired || !value.isNull else {
      if isRequired { missing(key, "a mapping") }
      return []
    }
    guard case .mapping(let entries) = value.content else {
      expected("a mapping", key, found: value)
      return []
    }
    return entries
  }

  /// The values of a list at a key as they are written, outside `resolved`; nil where the key is
  /// not written or null, none after a mistake.
  package func values(_ key: String, meaning: String = "") -> [Document.Value]? {
    describe(key, .values, .nullable, meaning: meaning)
    guard let value = value(key), !value.isNull else { return nil }
    guard case .sequence(let items) = value.content else {
      expected("a list", key, found: value)
      return []
    }
    return items
  }

  /// The texts of a list at a key with their places, outside `resolved`; one text counts as a list
  /// of one. For references, whose names are no part of what they refer to.
  package func references(_ key: String) -> [(text: String, position: SourcePosition)] {
    guard let value = value(key) else { return [] }
    var items = [value]
    if case .sequence(let list) = value.content { items = list }
    return items.compactMap { item in
      guard let text = Scalar.text(item) else {
        expected("a name", key, found: item)
        return nil
      }
      return (text, item.position)
    }
  }

  /// The names of a mapping whose values are texts, in the file's order, outside `resolved`.
  package func namedReferences(
    _ key: String
  ) -> [(name: String, text: String, position: SourcePosition)] {
    guard let value = value(key) else { return [] }
    guard case .mapping(let entries) = value.content else {
      expected("a mapping of names", key, found: value)
      return []
    }
    return entries.compactMap { entry in
      guard let text = Scalar.text(entry.value) else {
        expected("a name", key, found: entry.value)
        return nil
      }
      return (entry.key, text, entry.value.position)
    }
  }

  /// The value of one kind of a catalogue, written as a bare word or as a mapping with `kind:`.
  ///
  /// Nil after a mistake (which is recorded). `fallback` is a kind, with all its own defaults.
  package func choice<Value>(
    _ key: String, from catalogue: Catalogue<Value>, default fallback: String? = nil,
    meaning: String = ""
  ) -> Value? {
    describe(
      key, .choice(catalogue: catalogue.name), default: fallback.map(ResolvedValue.string),
      .required, meaning: meaning, sample: catalogue.entries.first?.kind)
    return chosen(key, catalogue, fallback)
  }

  private func chosen<Value>(
    _ key: String, _ catalogue: Catalogue<Value>, _ fallback: String?
  ) -> Value? {
    let subject = "\(key.printable) of \(self.subject)"
    if let value = value(key) {
      guard let (made, fields) = make(value, subject, catalogue) else { return nil }
      record(key, fields)
      return made
    }
    guard let fallback = fallback ?? sample(of: catalogue) else {
      missing(key, catalogue.expectation)
      return nil
    }
    let word = Document.Value(.scalar(fallback, isPlain: true), at: position)
    guard let (made, fields) = make(word, subject, catalogue) else { return nil }
    record(key, fields)
    return made
  }

  /// The value of one kind of a catalogue, or nil where the key is not written or null, or after a mistake
  /// (which is recorded).
  package func optionalChoice<Value>(
    _ key: String, from catalogue: Catalogue<Value>, meaning: String = ""
  ) -> Value? {
    describe(
      key, .choice(catalogue: catalogue.name), .nullable, meaning: meaning,
      sample: catalogue.entries.first?.kind)
    guard let value = value(key), !value.isNull else { return nil }
    return chosen(key, catalogue, nil)
  }

  /// A list of values of a catalogue; one value may stand without brackets.
  package func choices<Value>(
    _ key: String, from catalogue: Catalogue<Value>, default fallback: [String]? = nil,
    meaning: String = ""
  ) -> [Value] {
    describe(
      key, .choices(catalogue: catalogue.name),
      default: fallback.map { .list($0.map(ResolvedValue.string)) }, .required,
      meaning: meaning, sample: catalogue.entries.first?.kind)
    var items: [Document.Value] = []
    if let value = value(key) {
      if case .sequence(let list) = value.content { items = list } else { items = [value] }
    } else if let fallback {
      items = fallback.map { Document.Value(.scalar($0, isPlain: true), at: position) }
    } else {
      missing(key, "a list, each \(catalogue.expectation)")
    }
    let subject = "\(key.printable) of \(self.subject)"
    let made = items.compactMap { make($0, subject, catalogue) }
    record(key, made.map(\.1))
    return made.map(\.0)
  }

  /// What stands for a required choice while fields are described, so that the reader goes on.
  private func sample<Value>(of catalogue: Catalogue<Value>) -> String? {
    recorder == nil ? nil : catalogue.entries.first?.kind
  }

  private func subject(of key: String) -> String { "\(key.printable) of \(subject)" }

  private func items(_ key: String, of what: String) -> [Document.Value] {
    guard let value = value(key), !value.isNull else { return [] }
    guard case .sequence(let items) = value.content else {
      expected("a list of \(what)", key, found: value)
      return []
    }
    return items
  }

  private func make<Value>(
    _ value: Document.Value, _ subject: String, _ catalogue: Catalogue<Value>
  ) -> (Value, Fields)? {
    let fields: Fields
    if case .scalar = value.content {
      fields = Fields(emptyAt: value.position, subject: subject, diagnostics: diagnostics)
    } else {
      fields = Fields(value, subject: subject, diagnostics: diagnostics)
    }
    let entry = catalogue.entry(for: value, reader: fields)
    let before = diagnostics.all.count
    guard let entry else { return nil }
    do {
      let made = try entry.make(fields)
      fields.finish()
      return (made, fields)
    } catch {
      // What the maker throws after a mistake of reading is that mistake's echo.
      if diagnostics.all.count == before {
        diagnostics.add("\(subject): \(error)", at: value.position)
      }
      fields.finish()
      return nil
    }
  }
}
