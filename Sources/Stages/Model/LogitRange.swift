import Configuration

extension ModelFile {
  /// Sum logits that a model may have: 10^6 nats apart is more than any image's probabilities differ by.
  static let logitRange: ClosedRange<Float> = -1e6...1e6

  /// - Throws: `ModelFault` (65) for the first logit that nobody can have meant.
  static func requireLogits(_ logits: [Float], path: String) throws {
    guard let index = logits.firstIndex(where: { !logitRange.contains($0) }) else { return }
    throw ModelFault(
      path: path,
      reason:
        "/parameters/sumLogits[\(index)]: expected a logit from -1,000,000 to 1,000,000, found "
        + "\(logits[index]); the file is damaged, or its weights were not stored as logits")
  }
}
