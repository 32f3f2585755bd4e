import Configuration

/// The axes over which a pipeline repeats its stages: `seed` or `seeds`, and those of `sweep`.
struct PipelineAxes {
  struct Axis {
    struct Value {
      let text: String
      let written: Document.Value
    }

    let name: String
    let position: SourcePosition
    let values: [Value]

    /// The value as the pipeline writes it.
    func written(_ text: String) -> Document.Value? {
      values.first { $0.text == text }?.written
    }
  }

  /// The pipeline's one seed, or the first of its seeds.
  let seed: Int
  /// The axes of the sweep in the file's order, then the seeds.
  let all: [Axis]

  /// Reads the three keys; mistakes are recorded.
  init(_ fields: Fields) {
    let single = fields.optionalInt(
      "seed", in: 0...Int.max,
      meaning:
        "seed of every stage that draws random numbers; 1 where neither seed nor seeds is written")
    let seeds = Self.seeds(fields)
    if single != nil, seeds != nil { Self.complainOfBoth(fields) }
    seed = seeds?.values.first.flatMap { Int($0.text) } ?? single ?? 1
    all =
      fields.entries(
        "sweep", isRequired: false,
        meaning:
          "axes by name, each a list of values; stages that write $NAME are repeated for each value"
      ).compactMap { Self.axis($0, fields.diagnostics) }
      + (seeds.map { [$0] } ?? [])
  }

  var names: [String] { all.map(\.name) }

  func axis(_ name: String) -> Axis? { all.first { $0.name == name } }

  /// What `$NAME` at a place stands for in a variant; nil for an unknown name. The value keeps its
  /// own place: a mistake in it is one of the sweep. `$seed` may stand for the pipeline's one seed.
  func value(
    _ name: String, in variant: Variant, at position: SourcePosition
  ) -> Document.Value? {
    if let axis = axis(name) { return variant[name].flatMap(axis.written) }
    guard name == Variant.seedAxis else { return nil }
    return Document.Value(.scalar(String(seed), isPlain: true), at: position)
  }

  // MARK: Seeds

  private static func seeds(_ fields: Fields) -> Axis? {
    let before = fields.diagnostics.all.count
    guard
      let written = fields.values(
        "seeds", meaning: "several seeds: stages that draw random numbers are repeated for each")
    else { return nil }
    let place = fields.position(of: "seeds")
    if written.isEmpty, fields.diagnostics.all.count == before {
      fields.complain("seeds", "expected at least one seed, such as [1, 2, 3]")
    }
    let values = written.compactMap { value -> Axis.Value? in
      guard let seed = value.integer(in: 0...Int.max) else {
        fields.diagnostics.add(
          "expected an integer of at least 0 among the seeds, found \(value.found)",
          at: value.position)
        return nil
      }
      return Axis.Value(text: String(seed), written: value)
    }
    return Axis(
      name: Variant.seedAxis, position: place,
      values: distinct(values, of: "the seeds", fields.diagnostics))
  }

  /// The way out depends on which of the two the user can change here.
  private static func complainOfBoth(_ fields: Fields) {
    let (seed, seeds) = (fields.position(of: "seed"), fields.position(of: "seeds"))
    let rule = "a pipeline has either one 'seed' or a list of 'seeds'"
    if seed.isOverride, !seeds.isOverride {
      fields.diagnostics.add("\(rule), and this one has 'seeds': write --set seeds=[N]", at: seed)
    } else if seeds.isOverride, !seed.isOverride {
      fields.diagnostics.add(
        "\(rule), and this one has 'seed': add --set seed= to take it out", at: seeds)
    } else {
      fields.diagnostics.add("\(rule): take one of them out", at: max(seed, seeds))
    }
  }

  // MARK: Sweep

  private static func axis(_ entry: Document.Entry, _ diagnostics: Diagnostics) -> Axis? {
    let name = entry.key
    if name == Variant.seedAxis {
      diagnostics.add(
        "'seed' cannot name an axis of the sweep: write seeds: [1, 2] beside it",
        at: entry.keyPosition)
      return nil
    }
    guard checkName(name, of: "an axis", at: entry.keyPosition, diagnostics) else { return nil }
    guard case .sequence(let items) = entry.value.content, !items.isEmpty else {
      diagnostics.add(
        "expected a list of values for axis \(name.quoted), found \(entry.value.found)",
        at: entry.value.position)
      return Axis(name: name, position: entry.keyPosition, values: [])
    }
    let values = items.compactMap { value(of: $0, axis: name, diagnostics) }
    return Axis(
      name: name, position: entry.keyPosition,
      values: distinct(values, of: "axis \(name.quoted)", diagnostics))
  }

  private static func value(
    of written: Document.Value, axis: String, _ diagnostics: Diagnostics
  ) -> Axis.Value? {
    guard let text = written.text else {
      diagnostics.add(
        "expected one value in axis \(axis.quoted), found \(written.found)", at: written.position)
      return nil
    }
    // Part of a folder's name, behind the axis' own: a number's point and signs do no harm there.
    let isName = text.unicodeScalars.allSatisfy { isNameScalar($0) || $0 == "." || $0 == "+" }
    guard isName, !text.isEmpty, text.utf8.count <= longestName else {
      diagnostics.add(
        "\(text.quoted) of axis \(axis.quoted) cannot be part of a folder's name: expected at most "
          + "\(longestName) letters, digits, '-', '_', '.' and '+'", at: written.position)
      return nil
    }
    return Axis.Value(text: text, written: written)
  }

  /// Equal numbers would be one result in two folders: 0.1 and 0.10 count as the same.
  private static func distinct(
    _ values: [Axis.Value], of what: String, _ diagnostics: Diagnostics
  ) -> [Axis.Value] {
    let place = values.first?.written.position
    guard PipelineLimit.values.allows(values.count, of: what, at: place, diagnostics) else {
      return Array(values.prefix(1))
    }
    var known: Set<Sameness> = []
    return values.filter { value in
      let isNew = known.insert(Sameness(value.text)).inserted
      if !isNew {
        diagnostics.add("\(value.text.quoted) is twice among \(what)", at: value.written.position)
      }
      return isNew
    }
  }

  /// What a value is, whichever way it is written.
  private enum Sameness: Hashable {
    case integer(Int)
    case real(Double)
    case text(String)

    init(_ text: String) {
      if let whole = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) }) {
        self = .integer(whole)
      } else if let number = Double(text), number.isFinite {
        self = .real(number)
      } else {
        self = .text(text)
      }
    }
  }
}
