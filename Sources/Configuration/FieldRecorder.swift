/// Notes which fields a reading asks for, with what their readers say of them.
///
/// It belongs to one reading of one trial document; `FieldExploration` makes those.
final class FieldRecorder {
  struct Note {
    let path: [String]
    /// Of mappings without their fields, which are notes of their own.
    let type: FieldType
    let fallback: ResolvedValue?
    let presence: FieldPresence
    let meaning: String
    /// A word that can be written for the field, where its type does not say one.
    let sample: String?
  }

  private(set) var notes: [Note] = []
  /// Mappings that were read.
  private(set) var opened: Set<[String]> = []
  /// Keys of which a reader asked whether they are written, and with what they can be.
  private(set) var probes: [(path: [String], trial: Document.Content)] = []

  func note(_ note: Note) { notes.append(note) }
  func open(_ path: [String]) { opened.insert(path) }

  func probe(_ path: [String], _ trial: Document.Content) { probes.append((path, trial)) }

  /// Values other than those of this reading with which other fields may be read.
  var trials: [FieldTrial.Writing] {
    notes.flatMap { note in
      note.values.map { FieldTrial.Writing(path: note.path, value: $0.value, word: $0.word) }
    } + probes.map { FieldTrial.Writing(path: $0.path, value: $0.trial, word: nil, isProbe: true) }
  }
}

extension FieldRecorder.Note {
  fileprivate var values: [(value: Document.Content, word: String?)] {
    switch type {
    case .words(let words):
      return words.filter { fallback?.string != $0 }.map { (.scalar($0, isPlain: true), $0) }
    case .boolean:
      return ["true", "false"].filter { fallback?.canonicalText != $0 }
        .map { (.scalar($0, isPlain: true), $0) }
    case .mapping: return [(.mapping([]), nil)]
    case .mappings:
      let item = Document.Value(.mapping([]), at: FieldTrial.position)
      return [(.sequence([item]), nil)]
    default:
      guard let text = sample ?? type.sample else { return [] }
      return [(.scalar(text, isPlain: true), nil)]
    }
  }
}

extension FieldType {
  /// A scalar that the type allows; nil for types that are not scalars.
  fileprivate var sample: String? {
    switch self {
    case .text: "text"
    case .integer(let range): "\(range?.lowerBound ?? 0)"
    case .number(let range): "\(range?.lowerBound ?? 0)"
    default: nil
    }
  }
}

/// A document that is read for its reader's questions alone.
struct FieldTrial {
  static let position = SourcePosition(file: "description", line: 1, column: 1)

  /// A value at a path. `word` is what tells it from other values of the field; nil where being written
  /// is all.
  struct Writing {
    let path: [String]
    let value: Document.Content
    let word: String?
    /// Whether the reader only asked for the key's presence so far.
    var isProbe = false

    var identity: [String] { path + ["= \(word ?? String(describing: value))"] }
  }

  private(set) var root = Document.Value(.mapping([]), at: Self.position)
  /// What was written, in order.
  private(set) var writings: [Writing] = []
  var last: Writing? { writings.last }

  func writing(_ writing: Writing) -> FieldTrial {
    var copy = self
    copy.root = Self.written(writing.value, at: writing.path[...], in: root)
    copy.writings.append(writing)
    return copy
  }

  /// In a list of mappings the first one is meant.
  private static func written(
    _ value: Document.Content, at path: ArraySlice<String>, in whole: Document.Value
  ) -> Document.Value {
    guard let key = path.first else { return Document.Value(value, at: position) }
    switch whole.content {
    case .sequence(let items):
      let first = written(value, at: path, in: items[0])
      return Document.Value(.sequence([first] + items.dropFirst()), at: position)
    case .mapping(var entries):
      let place = entries.firstIndex { $0.key == key }
      let before = place.map { entries[$0].value } ?? Document.Value(.mapping([]), at: position)
      let entry = Document.Entry(
        key: key, keyPosition: position, value: written(value, at: path.dropFirst(), in: before))
      if let place { entries[place] = entry } else { entries.append(entry) }
      return Document.Value(.mapping(entries), at: position)
    case .scalar: return whole
    }
  }
}
