import Circuits
import Numerics

/// Checks a model against what its mathematics promises, by asking that very model.
///
/// What is exact is held to bounds; of bounds and estimates it is told how far they are off. What a
/// family cannot be asked is skipped, with the reason.
package struct Certification {
  /// The same parameters with another estimator, such as quadrature.
  package struct Reading {
    package let name: String
    package let circuit: Circuit

    package init(name: String, circuit: Circuit) {
      self.name = name
      self.circuit = circuit
    }
  }

  let circuit: Circuit
  let parameters: Parameters
  let readings: [Reading]
  let seed: Int
  let workers: ForkJoin
  /// Of each of two sets.
  let samples: Int

  package init(
    _ circuit: Circuit, parameters: Parameters, readings: [Reading] = [], seed: Int,
    workers: ForkJoin, samples: Int = 1_000
  ) {
    precondition(samples >= 2)
    self.circuit = circuit
    self.parameters = parameters
    self.readings = readings
    self.seed = seed
    self.workers = workers
    self.samples = samples
  }

  /// - Parameter progress: told after each step how many of how many are done; throws to stop.
  package func certificate(
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> Certificate {
    let derived = circuit.derived(from: parameters)
    let first = subject("", circuit, derived, samples: nil)
    let finite = first.parametersAreFinite()
    guard finite.outcome == .passed else {
      return Certificate(checks: [
        finite, .skipped("everything else", because: "nothing can be computed with these"),
      ])
    }
    let drawn = ImageRows(
      try circuit.samples(count: samples, seed: seed, derived: derived),
      pixelCount: circuit.pixelCount)
    let main = subject("", circuit, derived, samples: drawn)
    let others = readings.map { reading in
      subject(
        reading.name, reading.circuit, reading.circuit.derived(from: parameters), samples: drawn)
    }
    var steps: [() throws -> [CertificateCheck]] = [
      { [main.weightsSumToOne()] }, { [main.weightsKeepTheFloor()] },
      { [try main.kernelsMatchDefinition()] }, { [try main.unlikelyImagesMatchDefinition()] },
      { [try main.massOfLeaves()] }, { try main.marginals() }, { [try main.nothingSeen()] },
      { [try main.everythingSeen()] }, { [try main.evidenceSurvives()] },
      { [try main.samplesAgree()] }, { [try main.frequencies(draws: 4 * samples)] },
      { [try main.workersAgree()] },
    ]
    for other in others {
      steps += [
        { [try other.massOfLeaves()] }, { try other.marginals() },
        { [try other.frequencies(draws: 4 * samples)] },
      ]
    }
    var checks = [finite]
    for (done, step) in steps.enumerated() {
      checks += try step()
      try progress(done + 1, steps.count)
    }
    return Certificate(checks: checks)
  }

  private func subject(
    _ name: String, _ circuit: Circuit, _ derived: DerivedParameters, samples: ImageRows?
  ) -> CertificateSubject {
    CertificateSubject(
      name: name, circuit: circuit, parameters: parameters, derived: derived, seed: seed,
      workers: workers,
      samples: samples ?? ImageRows([], pixelCount: circuit.pixelCount))
  }
}
