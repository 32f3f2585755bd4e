/// Finds every field that a reader asks for, by letting it read trial documents.
///
/// The first document is empty. Each further one has one more value: another word of a closed set, a field
/// that was asked for only where it is written, a mapping whose fields are not known yet. A field that is
/// read under a condition is so found as well, and the value that made the reader ask is its condition.
package struct FieldExploration {
  fileprivate struct Draft {
    let note: FieldRecorder.Note
    var types: [FieldType]
    var meanings: [String]
    var isRequired: Bool
    /// The key and the words of which the field depends; no words where the key must only be written.
    let condition: (path: [String], words: [String])?
  }

  private var order: [[String]] = []
  private var drafts: [[String]: Draft] = [:]
  /// Whether reading the empty document ended with an error, as it does where fields are required.
  private var failsEmpty = false

  /// The fields of a reader; what it throws, and the mistakes that it finds, are of no interest.
  package static func describe(_ read: (Fields) throws -> Void) -> [FieldDescription] {
    var exploration = FieldExploration()
    var queue = [FieldTrial()]
    var known: Set<[String]> = []
    while let trial = queue.first {
      queue.removeFirst()
      let recorder = FieldRecorder()
      let fields = Fields(
        trial.root, subject: "the description", diagnostics: Diagnostics(), recorder: recorder)
      var fails = false
      do { try read(fields) } catch { fails = true }
      exploration.take(recorder, of: trial, fails: fails)
      for writing in recorder.trials {
        var isNew = known.insert(writing.identity).inserted
        // A key that no reading asked for when it was written may be asked for beside another one.
        if writing.isProbe, exploration.drafts[writing.path] == nil {
          let context = trial.last?.identity ?? []
          isNew = known.insert(writing.identity + context).inserted || isNew
        }
        if isNew { queue.append(trial.writing(writing)) }
      }
    }
    return exploration.fields(of: [])
  }

  private mutating func take(_ recorder: FieldRecorder, of trial: FieldTrial, fails: Bool) {
    if trial.last == nil { failsEmpty = fails }
    let isNewMapping = { (path: [String]) in trial.last.map { $0.path == path } ?? true }
    for note in recorder.notes {
      if drafts[note.path] == nil {
        order.append(note.path)
        let isFirstReading = isNewMapping(Array(note.path.dropLast()))
        drafts[note.path] = Draft(
          note: note, types: [note.type], meanings: [note.meaning],
          isRequired: note.presence == .required && isFirstReading,
          condition: Self.condition(of: note, trial))
      } else {
        drafts[note.path]?.merge(note, trial)
      }
    }
    // A reading that broke off early says nothing about what it did not ask for.
    guard fails == failsEmpty else { return }
    let asked = Set(recorder.notes.filter { $0.presence == .required }.map(\.path))
    for path in order
    where recorder.opened.contains(Array(path.dropLast())) && !asked.contains(path) {
      drafts[path]?.isRequired = false
    }
  }

  /// Nil where the field is always asked for, or is itself what was written, or lies in it.
  private static func condition(
    of note: FieldRecorder.Note, _ trial: FieldTrial
  ) -> (path: [String], words: [String])? {
    let others = trial.writings.filter { !note.path.starts(with: $0.path) }
    return others.last.map { ($0.path, $0.word.map { [$0] } ?? []) }
  }

  private func fields(of parent: [String]) -> [FieldDescription] {
    order.filter { Array($0.dropLast()) == parent }.compactMap { path in
      guard let draft = drafts[path], let key = path.last else { return nil }
      return FieldDescription(
        key: key,
        types: draft.types.map { type in
          switch type {
          case .mapping: .mapping(fields(of: path))
          case .mappings: .mappings(fields(of: path))
          default: type
          }
        },
        fallback: draft.note.fallback, isRequired: draft.isRequired,
        isNullable: draft.note.presence == .nullable, condition: draft.conditionText,
        meaning: draft.meanings.joined(separator: "; "))
    }
  }
}

extension FieldExploration.Draft {
  fileprivate mutating func merge(_ note: FieldRecorder.Note, _ trial: FieldTrial) {
    if !types.contains(note.type) { types.append(note.type) }
    if !meanings.contains(note.meaning) { meanings.append(note.meaning) }
    guard let condition, let last = trial.last, last.path == condition.path, let word = last.word,
      !condition.words.isEmpty, !condition.words.contains(word)
    else { return }
    self = FieldExploration.Draft(
      note: self.note, types: types, meanings: meanings, isRequired: isRequired,
      condition: (condition.path, condition.words + [word]))
  }

  fileprivate var conditionText: String? {
    guard let condition, let key = condition.path.last else { return nil }
    return condition.words.isEmpty
      ? "\(key) is written" : "\(key): \(condition.words.joined(separator: " or "))"
  }
}
