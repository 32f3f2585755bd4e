import Workflow

extension StageFields {
  /// The mask of `key:`; nil where it is left out. A PNG is a raw file, part of the fingerprint by its
  /// content.
  func mask(_ key: String, meaning: String) -> MaskChoice? {
    guard let word = optionalString(key, meaning: "\(meaning): \(MaskChoice.expectation)") else {
      return nil
    }
    return mask(word, key)
  }

  /// The masks of a list.
  func masks(_ key: String, default fallback: [String], meaning: String) -> [MaskChoice] {
    let choices = strings(
      key, default: fallback, meaning: "\(meaning): \(MaskChoice.expectation)"
    ).compactMap { mask($0, key) }
    if choices.isEmpty { complain(key, "expected a list of \(MaskChoice.expectation)") }
    return choices
  }

  private func mask(_ word: String, _ key: String) -> MaskChoice? {
    guard let choice = MaskChoice(word) else {
      complain(key, "expected \(MaskChoice.expectation), found \(word.quoted)")
      return nil
    }
    if let path = choice.picture { _ = rawFile(path) }
    return choice
  }
}
