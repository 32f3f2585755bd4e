import Configuration

/// Adam (Kingma & Ba 2015), uphill on the mean log-likelihood.
package struct Adam: Learner {
  package static let kind = "adam"
  package var rate: Double
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double
  /// What the rate is multiplied by.
  package var schedule: Schedule

  package init(
    rate: Double = 0.01, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    schedule: Schedule = Schedule()
  ) {
    self.schedule = schedule
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  package init(fields: Fields) {
    self.init(fields: fields, schedule: Schedule.read(fields))
  }

  /// - Parameter schedule: already read, by whoever shares it.
  init(fields: Fields, schedule: Schedule) {
    self.init(
      rate: fields.double("rate", default: 0.01, in: 1e-8...10, meaning: "step size"),
      beta1: fields.double(
        "beta1", default: 0.9, in: 0...0.999999, meaning: "decay of the mean of gradients"),
      beta2: fields.double(
        "beta2", default: 0.999, in: 0...0.999999, meaning: "decay of the mean of squared gradients"
      ),
      epsilon: fields.double(
        "epsilon", default: 1e-8, in: 1e-12...1, meaning: "added to the root of the mean of squares"
      ),
      schedule: schedule)
  }

  package func stateArrays(_ layout: ParameterLayout) -> [(name: String, count: Int)] {
    ["firstMoment", "secondMoment"].map { ($0, layout.parameterCount) }
  }

  package func update(_ piece: LearningPiece, _ step: LearningStep) {
    let (range, state) = (piece.parameters, step.state)
    let gradient = step.gradient(piece)
    let own = AdamStep(
      rate: rate * schedule.factor(after: state.step, stepsPerEpoch: step.stepsPerPass),
      beta1: beta1, beta2: beta2, epsilon: epsilon,
      beta1Power: power(beta1, state.step + 1), beta2Power: power(beta2, state.step + 1))
    adamAscend(
      own, parameters: step.parameters.values.pointer + range.lowerBound,
      gradient: gradient + range.lowerBound,
      firstMoment: state.arrays[0].values.pointer + range.lowerBound,
      secondMoment: state.arrays[1].values.pointer + range.lowerBound, count: range.count)
  }

}

/// By squaring: the same bits wherever it runs.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= factor }
    factor *= factor
    rest >>= 1
  }
  return result
}

extension Adam: CatalogueKind {
  package static let summary =
    "Adam on the mean log-likelihood"
  package static let example = "{kind: adam, rate: 0.01, schedule: {kind: cosine, epochs: 20}}"
}
