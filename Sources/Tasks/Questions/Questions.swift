import Circuits
import Models
import Numerics

/// Asks a model and takes the time: the median of some repetitions.
struct Questions {
  let model: Model
  let samples: Samples
  let workers: ForkJoin
  let repetitions: Int
  let likelihood: LikelihoodChoice
  /// Throws to stop.
  let check: () throws -> Void

  private func seconds(_ work: () throws -> Void) throws -> Double {
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<repetitions {
      try check()
      times.append(try clock.measure(work).seconds)
    }
    return times.sorted()[times.count / 2]
  }

  func sampling() throws -> Answer {
    let count = samples.sampleCount
    let taken = try seconds { _ = try model.drawnSamples(count: count, seed: 1) }
    return Answer(
      question: .sampling, seconds: taken, images: count, kind: nil,
      remark: "independent draws from root to leaves",
      workers: 1)
  }

  func likelihoods() throws -> Answer {
    let circuit = try likelihood.circuit(of: model)
    let derived = try circuit.checkedDerived(from: model.parameters)
    let taken = try seconds {
      _ = try circuit.logLikelihoods(samples, derived: derived, workers: workers) { _ in
        try check()
      }
    }
    return Answer(
      question: .likelihood, seconds: taken, images: samples.sampleCount,
      kind: circuit.likelihood, remark: likelihood == .trained ? "" : likelihood.description,
      workers: workers.workers)
  }

  /// What lies below the middle of the image, in whole rows of superpixels; of 4 for networks without,
  /// so that the poster's models are asked the same thing.
  var hidden: [Bool] {
    let own = model.superpixel[0]
    let cell = own > 1 && own < model.imageHeight ? own : 4
    let first = (model.imageHeight / 2 + cell - 1) / cell * cell
    let row = model.imageWidth * model.imageChannels
    return (0..<model.imageHeight * row).map { $0 / row >= first }
  }

  func marginals() throws -> Answer {
    let circuit = model.circuit
    do {
      let derived = try circuit.checkedDerived(from: model.parameters)
      let seen = MaskedSource(samples, hiding: .shared(hidden))
      let taken = try seconds {
        _ = try circuit.logLikelihoods(seen, derived: derived, workers: workers)
      }
      return Answer(
        question: .marginalising, seconds: taken, images: samples.sampleCount,
        kind: circuit.likelihood, remark: "the lower superpixels hidden, one pass",
        workers: workers.workers)
    } catch is MarginalFault {
      return Answer(
        question: .marginalising, seconds: nil, images: 0, kind: nil,
        remark: "one network over the whole image", workers: workers.workers)
    }
  }

  func missingPixels() throws -> Answer {
    let circuit = model.circuit
    do {
      let derived = try circuit.checkedDerived(from: model.parameters)
      let seen = MaskedSource(samples, hiding: .shared(hidden))
      let taken = try seconds {
        _ = try circuit.posteriorMeans(seen, derived: derived, workers: workers)
      }
      return Answer(
        question: .missing, seconds: taken, images: samples.sampleCount,
        // A ratio of bounds bounds nothing.
        kind: circuit.likelihood == .exact ? .exact : .estimate,
        remark: "posterior mean of the lower superpixels, two passes", workers: workers.workers)
    } catch is MarginalFault {
      return Answer(
        question: .missing, seconds: nil, images: 0, kind: nil,
        remark: "only by iterated re-encoding", workers: workers.workers)
    }
  }
}
