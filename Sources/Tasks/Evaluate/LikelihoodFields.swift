import Models
import Workflow

extension StageFields {
  /// The numbers asked for by `likelihood:`, one or a list; the trained one by default.
  func likelihoods() -> [LikelihoodChoice] {
    let words = strings(
      "likelihood", default: [LikelihoodChoice.trained.description],
      meaning: "which log-likelihoods are computed, each \(LikelihoodChoice.expectation)")
    let choices = words.compactMap { LikelihoodChoice($0) }
    if choices.count < words.count || choices.isEmpty {
      complain("likelihood", "expected a list of \(LikelihoodChoice.expectation)")
    }
    return choices
  }

  /// The one number asked for by `likelihood:`.
  func likelihood() -> LikelihoodChoice {
    let word = string(
      "likelihood", default: LikelihoodChoice.trained.description,
      meaning: "which log-likelihood is computed: \(LikelihoodChoice.expectation)")
    if let choice = LikelihoodChoice(word) { return choice }
    complain("likelihood", "expected \(LikelihoodChoice.expectation), found \(word.quoted)")
    return .trained
  }
}
