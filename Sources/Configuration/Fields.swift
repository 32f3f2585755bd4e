/// A strict reader of one mapping of a configuration.
///
/// Each key is asked for once, by name and type. A mistake is recorded with its position and a
/// harmless fallback is returned, so that one reading finds every mistake; `finish()` reports the
/// keys that were not read. What was read, defaults filled in, is `resolved`: the part of a
/// configuration that a fingerprint covers.
///
/// Values made from fallbacks must not be used: whoever created the `Diagnostics` throws if any.
package final class Fields {
  /// What this mapping describes, in a message's words: `stage 'spn'`.
  package let subject: String
  package let position: SourcePosition
  package let diagnostics: Diagnostics

  enum Recorded {
    case value(ResolvedValue)
    case child(Fields)
    case children([Fields])
  }

  private let entries: [Document.Entry]
  private(set) var asked: [String] = []
  /// Keys of which only the presence was asked: known, but unread where they are written.
  private var probed: [String] = []
  private var recorded: [String: Recorded] = [:]
  private var isFinished = false
  private let isMapping: Bool
  /// Notes the fields that are asked for; nil where a document is read for its values.
  let recorder: FieldRecorder?
  /// Where this mapping stands in the one that a recorder began with.
  private let path: [String]

  /// A reader of `value`, which must be a mapping (a mistake is recorded if it is not).
  package convenience init(
    _ value: Document.Value, subject: String, diagnostics: Diagnostics
  ) {
    self.init(value, subject: subject, diagnostics: diagnostics, recorder: nil)
  }

  init(
    _ value: Document.Value, subject: String, diagnostics: Diagnostics, recorder: FieldRecorder?,
    path: [String] = []
  ) {
    self.subject = subject
    self.diagnostics = diagnostics
    self.recorder = recorder
    self.path = path
    recorder?.open(path)
    position = value.position
    if case .mapping(let entries) = value.content {
      self.entries = entries
      isMapping = true
    } else {
      entries = []
      isMapping = false
      diagnostics.add("expected a mapping for \(subject), found \(value.found)", at: position)
    }
  }

  /// A reader of a mapping without keys: what a bare kind word stands for.
  init(emptyAt position: SourcePosition, subject: String, diagnostics: Diagnostics) {
    self.subject = subject
    self.diagnostics = diagnostics
    self.position = position
    entries = []
    isMapping = true
    recorder = nil
    path = []
  }

  /// A reader of a whole document.
  package convenience init(_ document: Document, subject: String, diagnostics: Diagnostics) {
    self.init(document.root, subject: subject, diagnostics: diagnostics)
  }

  /// Whether the key is written, be it null; does not count as reading it.
  package func has(_ key: String) -> Bool {
    recorder?.probe(path + [key], .scalar("null", isPlain: true))
    if !probed.contains(key) { probed.append(key) }
    return entries.contains { $0.key == key }
  }

  /// The keys that are written, in the file's order; does not count as reading them.
  package var keys: [String] { entries.map(\.key) }

  /// Where a key's value stands, or the mapping if it is not written.
  package func position(of key: String) -> SourcePosition {
    entries.first { $0.key == key }?.value.position ?? position
  }

  /// Records a mistake of meaning (the type was right) at a key.
  package func complain(_ key: String, _ message: String) {
    diagnostics.add("\(key.printable) of \(subject): \(message)", at: position(of: key))
  }

  /// What was read so far, with defaults: a mapping.
  package var resolved: ResolvedValue {
    .mapping(
      recorded.mapValues { recorded in
        switch recorded {
        case .value(let value): value
        case .child(let fields): fields.resolved
        case .children(let list): .list(list.map(\.resolved))
        }
      })
  }

  /// Reports every key that was not read, here and in the mappings read by `nested`.
  package func finish() {
    for case .child(let child) in recorded.values { child.finish() }
    for case .children(let children) in recorded.values { children.forEach { $0.finish() } }
    guard !isFinished else { return }
    isFinished = true
    let all = asked + probed.filter { !asked.contains($0) }
    for entry in entries where !asked.contains(entry.key) {
      let suggestion = nearest(to: entry.key, among: all.filter { $0 != entry.key })
      let known = all.isEmpty ? "it has none" : "known: \(all.joined(separator: ", "))"
      let message = "unknown key \(entry.key.quoted) in \(subject)"
      diagnostics.add(
        suggestion == nil ? "\(message) (\(known))" : message, at: entry.keyPosition,
        suggestion: suggestion)
    }
  }

  // MARK: For the readers of single types

  /// The value of a key, which counts as read from now on.
  func value(_ key: String) -> Document.Value? {
    if !asked.contains(key) { asked.append(key) }
    return entries.first { $0.key == key }?.value
  }

  /// Whether a key's value is one text or number: neither a list nor a mapping.
  package func hasScalar(_ key: String) -> Bool {
    recorder?.probe(path + [key], .scalar("text", isPlain: true))
    return value(key).flatMap(Scalar.text) != nil
  }

  /// Makes a key known that is read only where it is written.
  package func mention(_ key: String) { _ = value(key) }

  /// Records a mistake where a field of earlier versions is written, with what takes its place.
  package func refuseRetired(_ key: String, _ message: String) {
    guard entries.contains(where: { $0.key == key }) else { return }
    mention(key)
    complain(key, message)
  }

  /// Adds to `resolved` what a caller worked out itself.
  package func record(_ key: String, _ value: ResolvedValue) { recorded[key] = .value(value) }
  func record(_ key: String, _ child: Fields) { recorded[key] = .child(child) }
  func record(_ key: String, _ children: [Fields]) { recorded[key] = .children(children) }

  /// A reader of the mapping behind a key, which is described with this one.
  func child(_ value: Document.Value, of key: String, subject: String) -> Fields {
    Fields(
      value, subject: subject, diagnostics: diagnostics, recorder: recorder, path: path + [key])
  }

  /// Describes a field that is asked for, where a recorder wants to know.
  ///
  /// For readers outside: of references and of raw values. `sample` is a word that can be written for a
  /// field whose type does not say one.
  package func describe(
    _ key: String, _ type: FieldType, default fallback: ResolvedValue? = nil,
    _ presence: FieldPresence, meaning: String, sample: String? = nil
  ) {
    recorder?.note(
      FieldRecorder.Note(
        path: path + [key], type: type, fallback: fallback,
        presence: fallback == nil ? presence : .optional, meaning: meaning, sample: sample))
  }

  func expected(_ what: String, _ key: String, found value: Document.Value) {
    diagnostics.add(
      "expected \(what) for \(key.quoted) in \(subject), found \(value.found)", at: value.position)
  }

  /// Records that a required key is not written.
  package func missing(_ key: String, _ what: String) {
    // Where no mapping is, one complaint says it all.
    guard isMapping else { return }
    diagnostics.add("missing key \(key.quoted) in \(subject): expected \(what)", at: position)
  }
}
