import Configuration

/// Why a stage is not the one that an earlier result came from: the first difference, old to new.
enum RerunReason {
  static let noEarlierResult = "no earlier result"

  /// One line; `old` is nil where there is no earlier result of this stage.
  static func between(_ old: StageRecord?, _ new: StageRecord) -> String {
    guard let old else { return noEarlierResult }
    if old.fingerprint == new.fingerprint { return "not in the cache" }
    let headers = [
      ("format", "program format"), ("kind", "kind"), ("version", "stage version"),
    ]
    for (key, name) in headers {
      let (before, after) = (old.identity[key], new.identity[key])
      if before != after { return "\(name): \(show(before)) -> \(show(after))" }
    }
    return fields(old.identity["fields"], new.identity["fields"], path: "")
      ?? raw(old.identity["raw"], new.identity["raw"])
      ?? inputs(old.identity["inputs"], new.identity["inputs"])
      ?? "its description changed"
  }

  private static func show(_ value: ResolvedValue?) -> String {
    guard let value else { return "(none)" }
    if case .string(let text) = value { return text.printable }
    return value.canonicalText.printable
  }

  /// The first field that differs, by its dotted path.
  private static func fields(
    _ old: ResolvedValue?, _ new: ResolvedValue?, path: String
  ) -> String? {
    if old == new { return nil }
    guard let before = old?.mapping, let after = new?.mapping else {
      return "\(path.printable): \(show(old)) -> \(show(new))"
    }
    let keys = Set(before.keys).union(after.keys).sorted()
    for key in keys {
      let inner = path.isEmpty ? key : "\(path).\(key)"
      if let difference = fields(before[key], after[key], path: inner) { return difference }
    }
    return nil
  }

  private static func inputs(_ old: ResolvedValue?, _ new: ResolvedValue?) -> String? {
    let before = old?.mapping ?? [:]
    let after = new?.mapping ?? [:]
    for port in Set(before.keys).union(after.keys).sorted() where before[port] != after[port] {
      if before[port] == nil { return "input \(port.quoted) added" }
      if after[port] == nil { return "input \(port.quoted) removed" }
      return "input \(port.quoted) changed"
    }
    return nil
  }

  private static func raw(_ old: ResolvedValue?, _ new: ResolvedValue?) -> String? {
    func contents(_ value: ResolvedValue?) -> [(name: String, sha256: String)] {
      (value?.list ?? []).map { ($0["name"]?.string ?? "", $0["sha256"]?.string ?? "") }
    }
    let (before, after) = (contents(old), contents(new))
    for file in after {
      guard let earlier = before.first(where: { $0.name == file.name }) else {
        return "raw file \(file.name.quoted) added"
      }
      if earlier.sha256 != file.sha256 { return "raw file \(file.name.quoted) changed" }
    }
    if let gone = before.first(where: { file in !after.contains { $0.name == file.name } }) {
      return "raw file \(gone.name.quoted) removed"
    }
    return old == new ? nil : "raw files in another order"
  }
}
