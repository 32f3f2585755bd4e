import Circuits
import Numerics
import TestSupport
import Testing

/// Root units that are classes: as many as the others, fewer and more.
@Suite struct ClassTests {
  struct Case: Sendable, CustomStringConvertible {
    let tiny: TinyCircuit
    let priors: [Float]

    var description: String { "\(tiny), priors \(priors)" }

    func circuit() throws -> Circuit { try tiny.circuit(classPriors: priors) }

    static let all = [
      Case(tiny: TinyCircuit(rows: 2, columns: 3, units: 2), priors: [0.25, 0.75]),
      Case(tiny: TinyCircuit(rows: 2, columns: 3, units: 2), priors: [0.5, 0.125, 0.375]),
      Case(tiny: TinyCircuit(rows: 2, columns: 2, units: 3), priors: [0.75, 0.25]),
      // A root of two units over others: no exponent is shared.
      Case(tiny: TinyCircuit(rows: 1, columns: 2, units: 3), priors: [0.75, 0.25]),
      Case(tiny: TinyCircuit(rows: 2, columns: 2, units: 4), priors: [0.25, 0.5, 0.125, 0.125, 0]),
      Case(tiny: TinyCircuit(rows: 2, columns: 2, units: 8), priors: [0.5, 0.25, 0.25]),
      // Two resolutions: slots are shared below the root.
      Case(
        tiny: TinyCircuit(rows: 4, columns: 3, units: 2, steps: [2, 1]),
        priors: [0.5, 0.25, 0.25]),
      Case(
        tiny: TinyCircuit(rows: 2, columns: 3, units: 3, products: ElementwiseProducts()),
        priors: [0.5, 0.125, 0.25, 0.0625, 0.0625]),
      Case(
        tiny: TinyCircuit(
          rows: 2, columns: 3, units: 4, TreeOfCells([nil, 0, 0, 1, 1, 1]),
          products: ElementwiseProducts()), priors: [0.75, 0.25]),
    ]
  }

  /// p(x, y) of every image and class of a circuit, kernels against enumeration and the reference.
  @Test(arguments: Case.all)
  func jointProbabilitiesAreThoseOfTheReference(tested: Case) throws {
    let circuit = try tested.circuit()
    let parameters = circuit.initialParameters(seed: 3)
    // Far from uniform: classes that differ in little would hide one taken for another.
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 5 }
    let images = (0..<1 << tested.tiny.pixelCount).map {
      binaryImage($0, pixels: tested.tiny.pixelCount)
    }
    let derived = circuit.derived(from: parameters)
    let workers = ForkJoin(workers: 2)
    let found = try circuit.logLikelihoods(RowSource(images), derived: derived, workers: workers)
    let posteriors = try circuit.classPosteriors(
      RowSource(images), derived: derived, workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    #expect(abs(logSumExp(found.values)) < Tolerance.kernel)
    var marginals = Array(repeating: 0.0, count: tested.priors.count)
    for (number, image) in images.enumerated() {
      let values = reference.values(reference.leafValues(image))
      let joint = tested.priors.indices.map {
        reference.jointLogLikelihood(values, rootUnit: $0)
      }
      #expect(abs(found.values[number] - logSumExp(joint)) < Tolerance.kernel)
      #expect(abs(posteriors[number].reduce(0, +) - 1) < Tolerance.reference)
      for (own, posterior) in posteriors[number].enumerated() {
        let bayes = naturalExponential(joint[own] - logSumExp(joint))
        #expect(abs(posterior - bayes) < Tolerance.kernel, "image \(number), class \(own)")
        marginals[own] += naturalExponential(joint[own])
      }
    }
    for (marginal, prior) in zip(marginals, tested.priors) {
      #expect(abs(marginal - Double(prior)) < Tolerance.reference)
    }
  }

  @Test(arguments: Case.all, [1, 17, 65])
  func supervisedGradientMeetsCentralDifferences(tested: Case, count: Int) throws {
    let circuit = try tested.circuit()
    let parameters = circuit.initialParameters(seed: 5)
    let possible = tested.priors.indices.filter { tested.priors[$0] > 0 }
    let source = LabelledRows(
      noisyImages(count: count, pixels: tested.tiny.pixelCount),
      // Every third image has no label: of it the objective is log p(x).
      labels: (0..<count).map { $0 % 3 == 2 ? -1 : Int32(possible[$0 % possible.count]) })
    let found = gradient(circuit, parameters, source)
    var reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    func objective() -> Double {
      zip(source.base.rows, source.labels).reduce(0) { total, sample in
        let values = reference.values(reference.leafValues(sample.0))
        return total
          + (sample.1 < 0
            ? reference.rootLogLikelihood(values)
            : reference.jointLogLikelihood(values, rootUnit: Int(sample.1)))
      }
    }
    let spacing = max(found.gradient.count / 40, 1)
    for index in stride(from: 0, to: found.gradient.count, by: spacing) {
      let kept = reference.parameters[index]
      reference.parameters[index] = kept + 1e-5
      let above = objective()
      reference.parameters[index] = kept - 1e-5
      let difference = (above - objective()) / 2e-5
      reference.parameters[index] = kept
      #expect(
        abs(found.gradient[index] - difference) < Tolerance.kernel * Double(count),
        "parameter \(index): \(found.gradient[index]), \(difference)")
    }
    #expect(abs(found.objective - objective()) < Tolerance.kernel * Double(count))
  }

  /// The kernels' objective and gradient, summed over the images.
  private func gradient(
    _ circuit: Circuit, _ parameters: Parameters, _ source: LabelledRows
  ) -> (objective: Double, gradient: [Double]) {
    let derived = circuit.derived(from: parameters)
    let workspace = Workspace(
      circuit: circuit, tile: 80, withGradients: true, withClasses: true, keepsExponents: false)
    let statistics = AlignedBuffer<Float>(count: circuit.layout.statisticCount)
    let gradient = AlignedBuffer<Float>(count: parameters.count)
    let values = AlignedBuffer<Double>(count: source.sampleCount)
    let order = (0..<Int32(source.sampleCount)).map { $0 }
    order.withUnsafeBufferPointer {
      circuit.load(
        source, $0, noise: .evaluation, workspace: workspace)
      circuit.addStatistics(
        images: $0.count, derived: derived, noise: .evaluation, workspace: workspace,
        to: TileStatistics(
          logLikelihoods: values.pointer, statistics: statistics.pointer))
    }
    for piece in circuit.pieces {
      circuit.gradient(
        piece, of: BatchSums(statistics: statistics.pointer), derived: derived, scale: 1,
        into: gradient.pointer)
    }
    return (values.array.reduce(0, +), gradient.array.map(Double.init))
  }

  @Test(arguments: Case.all)
  func countsAreOfAllUnits(tested: Case) throws {
    let circuit = try tested.circuit()
    let (units, classes) = (tested.tiny.units, tested.priors.count)
    let alike = try tested.tiny.circuit().counts
    let partitions = circuit.graph.partitionRanges[circuit.graph.root].count
    let products = circuit.products is ElementwiseProducts ? units : units * units
    let more = (classes - units) * partitions * products
    #expect(circuit.counts.sumWeights == alike.sumWeights + more)
    #expect(circuit.layout.sumWeightCount == alike.sumWeights + more)
    #expect(circuit.counts.parameters == circuit.layout.parameterCount)
    #expect(circuit.counts.sumNodes == alike.sumNodes + classes - units)
  }

  @Test func samplesFollowThePriors() throws {
    let tested = Case.all[1]
    let circuit = try tested.circuit()
    let parameters = circuit.initialParameters(seed: 11)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 6 }
    let draws = 40_000
    let pixels = try circuit.samples(
      count: draws, seed: 5, derived: circuit.derived(from: parameters))
    let size = tested.tiny.pixelCount
    var counts = Array(repeating: 0, count: 1 << size)
    for draw in 0..<draws {
      counts[(0..<size).reduce(0) { $0 | Int(pixels[draw * size + $1]) << $1 }] += 1
    }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let expected = counts.indices.map {
      Double(draws) * naturalExponential(reference.logLikelihood(binaryImage($0, pixels: size)))
    }
    #expect(chiSquareProbability(observed: counts, expected: expected) > Tolerance.chiSquare)
  }

  /// Equal weights for as many classes as units are the unlabelled circuit, to the last bit.
  @Test func equalPriorsOfAsManyClassesChangeNothing() throws {
    let tiny = TinyCircuit(rows: 4, columns: 3, units: 2, steps: [2, 1])
    let images = noisyImages(count: 40, pixels: tiny.pixelCount)
    let choices: [[Float]?] = [nil, [0.5, 0.5]]
    let values = try choices.map { priors in
      let circuit = try tiny.circuit(classPriors: priors)
      return try circuit.logLikelihoods(
        RowSource(images), derived: circuit.derived(from: circuit.initialParameters(seed: 2)),
        workers: ForkJoin(workers: 1)
      ).values
    }
    #expect(values[0] == values[1])
  }

  @Test func circuitsWithoutClassesHaveNoPosterior() throws {
    let circuit = try TinyCircuit(rows: 2, columns: 2, units: 2).circuit()
    #expect(throws: NoClassesFault.self) {
      try circuit.classPosteriors(
        RowSource(noisyImages(count: 1, pixels: 4)),
        derived: circuit.derived(from: circuit.initialParameters(seed: 1)),
        workers: ForkJoin(workers: 1))
    }
  }
}

/// Images with classes.
private struct LabelledRows: SampleSource {
  let base: RowSource
  let labels: [Int32]

  init(_ images: [[UInt8]], labels: [Int32]) {
    base = RowSource(images)
    self.labels = labels
  }

  var sampleCount: Int { base.sampleCount }
  var valueCount: Int { base.valueCount }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) { base.copy(samples, epoch: epoch, into: rows) }

  func classes(
    _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>
  ) {
    for (place, sample) in samples.enumerated() { classes[place] = labels[Int(sample)] }
  }
}
