import Workflow

/// The parts of a split.
enum Part: String, CaseIterable, Sendable {
  case train, validation, test
}

extension StageFields {
  func part(_ key: String = "part", default fallback: Part) -> Part {
    let words = Part.allCases.map(\.rawValue)
    return Part(
      rawValue: word(
        key, of: words, default: fallback.rawValue, meaning: "part of the split that is used"))
      ?? fallback
  }
}
