import Configuration

/// A limit on the size of a pipeline. A few lines can ask for millions of steps: more than these numbers are taken
/// for a mistake, and reported before any of them is made.
struct PipelineLimit {
  private let most: Int
  private let things: String

  static let stages = PipelineLimit(most: 1_000, things: "stages")
  /// Of one axis.
  static let values = PipelineLimit(most: 4_000, things: "values")
  /// All variants of all stages.
  static let steps = PipelineLimit(most: 4_000, things: "steps")

  /// Whether so many are allowed; else the mistake is recorded.
  func allows(
    _ count: Int, of subject: String, at position: SourcePosition?, _ diagnostics: Diagnostics
  ) -> Bool {
    guard count > most, let position else { return true }
    // Too many to count are given as the largest number there is.
    let found = count == .max ? "more than can be counted" : String(count)
    diagnostics.add(
      "expected at most \(most) \(things) for \(subject), found \(found); split the pipeline",
      at: position)
    return false
  }
}
