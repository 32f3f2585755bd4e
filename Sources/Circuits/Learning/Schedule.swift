import Configuration
import Numerics

/// How a learner's step size changes: a factor that is a pure function of the number of steps done
/// before, so that an interruption does not show.
package struct Schedule: Sendable, Equatable {
  /// Steps, or passes over the training images.
  package enum Span: Sendable, Equatable {
    case steps(Int)
    case epochs(Double)
  }

  package enum Decay: Sendable, Equatable {
    case constant
    /// To its half in every span.
    case halfLife(Span)
    /// From 1 to a floor along half a cosine, and the floor from then on (Loshchilov & Hutter 2017, eq. 5).
    case cosine(Span, floor: Double = 0)
    /// Straight lines between points, passes over the training images and factors, and level past both ends.
    case linear(epochs: [Double], factors: [Double])
    /// (t + offset)^-exponent after t steps: what makes stochastic EM converge, for exponents above
    /// 1/2 and up to 1 (Cappé & Moulines 2009, theorem 1).
    case polynomial(offset: Double, exponent: Double)
  }

  package let decay: Decay
  /// Steps in which the factor rises to that of `decay`, in equal parts; 0 for none.
  package let warmUp: Int

  package init(_ decay: Decay = .constant, warmUp: Int = 0) {
    self.decay = decay
    self.warmUp = warmUp
  }

  /// The factor of the next step.
  ///
  /// - Parameter stepsPerEpoch: steps in one pass over the training images.
  package func factor(after steps: Int, stepsPerEpoch: Int) -> Double {
    let decayed = factor(Double(steps), Double(stepsPerEpoch))
    return steps < warmUp ? decayed * (Double(steps + 1) / Double(warmUp)) : decayed
  }

  private func factor(_ steps: Double, _ stepsPerEpoch: Double) -> Double {
    switch decay {
    case .constant: return 1
    case .halfLife(let span):
      return naturalExponential(-naturalLogarithm(2) * steps / length(span, stepsPerEpoch))
    case .cosine(let span, let floor):
      let share = min(steps / length(span, stepsPerEpoch), 1)
      return share == 1 ? floor : floor + (1 - floor) * (1 + cosine(Double.pi * share)) / 2
    case .linear(let epochs, let factors):
      return interpolated(at: steps / stepsPerEpoch, epochs, factors)
    case .polynomial(let offset, let exponent):
      return naturalExponential(-exponent * naturalLogarithm(steps + offset))
    }
  }

  private func interpolated(at epoch: Double, _ epochs: [Double], _ factors: [Double]) -> Double {
    guard let next = epochs.firstIndex(where: { $0 > epoch }) else {
      return factors[factors.count - 1]
    }
    if next == 0 { return factors[0] }
    let share = (epoch - epochs[next - 1]) / (epochs[next] - epochs[next - 1])
    return factors[next - 1] + share * (factors[next] - factors[next - 1])
  }

  private func length(_ span: Span, _ stepsPerEpoch: Double) -> Double {
    switch span {
    case .steps(let steps): Double(steps)
    case .epochs(let epochs): epochs * stepsPerEpoch
    }
  }
}

// MARK: In a pipeline

extension Schedule {
  /// What may stand behind `schedule:`.
  package static let catalogue = Catalogue<Schedule>(
    "schedules",
    [
      .init("constant", "the same step size throughout", example: "{kind: constant, warmUp: 100}") {
        Schedule(.constant, warmUp: warmUp($0))
      },
      .init(
        "half-life", "to its half in every span", example: "{kind: half-life, epochs: 5}"
      ) { fields in
        Schedule(.halfLife(span(fields)), warmUp: warmUp(fields))
      },
      .init(
        "cosine", "down to a floor along half a cosine",
        example: "{kind: cosine, epochs: 20, floor: 0.01, warmUp: 100}"
      ) { fields in
        Schedule(
          .cosine(
            span(fields),
            floor: fields.double(
              "floor", default: 0, in: 0...1, meaning: "share of the step size that is left")),
          warmUp: warmUp(fields))
      },
      .init(
        "linear", "straight lines between points: annealed inertia of stochastic EM",
        example: "{kind: linear, epochs: [0, 100, 350], factors: [1, 0.11, 0.055]}",
        make: linear),
      .init(
        "polynomial", "(steps done + offset)^-exponent: for stochastic EM",
        example: "{kind: polynomial, offset: 2, exponent: 0.6}"
      ) {
        Schedule(
          .polynomial(
            offset: $0.double(
              "offset", default: 1, in: 1...1e9, meaning: "added to the number of steps done"),
            exponent: $0.double(
              "exponent", default: 0.6, in: 0...2, meaning: "negative power of steps done + offset")
          ),
          warmUp: warmUp($0))
      },
    ])

  /// A learner's `schedule`, or its `halfLife` in steps: the older word, and the same.
  package static func read(_ fields: Fields) -> Schedule {
    let halfLife = fields.int(
      "halfLife", default: 0, in: 0...Int(Int32.max),
      meaning: "steps in which the step size halves; 0 for never")
    guard
      let schedule = fields.optionalChoice(
        "schedule", from: catalogue,
        meaning: "how the step size changes; constant where it is not written")
    else {
      return halfLife > 0 ? Schedule(.halfLife(.steps(halfLife))) : Schedule()
    }
    if halfLife > 0 {
      fields.complain("halfLife", "is a schedule itself: expected it or schedule, found both")
    }
    return schedule
  }

  private static func linear(_ fields: Fields) -> Schedule {
    let epochs = fields.doubles(
      "epochs", in: 0...1e9, meaning: "epochs done at each point, ascending")
    let factors = fields.doubles(
      "factors", in: 0...1e3, meaning: "factor of the step size at each point")
    let warmUp = warmUp(fields)
    guard !epochs.isEmpty, epochs.count == factors.count else {
      fields.complain("factors", "expected one for each of epochs, and at least one")
      return Schedule()
    }
    guard zip(epochs, epochs.dropFirst()).allSatisfy({ $0 < $1 }) else {
      fields.complain("epochs", "expected ascending numbers")
      return Schedule()
    }
    return Schedule(.linear(epochs: epochs, factors: factors), warmUp: warmUp)
  }

  private static func warmUp(_ fields: Fields) -> Int {
    fields.int(
      "warmUp", default: 0, in: 0...Int(Int32.max),
      meaning: "steps in which the step size rises to its value")
  }

  private static func span(_ fields: Fields) -> Span {
    let steps = fields.optionalInt(
      "steps", in: 1...Int(Int32.max), meaning: "length of the span in steps; this or epochs")
    let epochs = fields.optionalDouble(
      "epochs", in: 1e-3...1e9, meaning: "length of the span in epochs; this or steps")
    if (steps == nil) == (epochs == nil) {
      fields.complain("kind", "expected steps or epochs, one of them")
    }
    return epochs.map(Span.epochs) ?? .steps(steps ?? 1)
  }
}
