import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct AnomalyTests {
  /// -log p(x_r | x_-r) by the enumeration of everything else, two ways of asking.
  @Test(arguments: TinyCircuit.all, [1, 2])
  func mapsAreConditionals(tiny: TinyCircuit, seed: Int) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: seed)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 4 }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let all = (0..<1 << tiny.pixelCount).map { binaryImage($0, pixels: tiny.pixelCount) }
    let values = all.map { reference.logLikelihood($0) }
    let images = noisyImages(count: 20, pixels: tiny.pixelCount, seed: seed)
    let derived = circuit.derived(from: parameters)
    let found = try circuit.anomalies(
      RowSource(images), derived: derived, workers: ForkJoin(workers: 2))
    let asked = try circuit.anomalies(
      of: circuit.leafPixels, RowSource(images), derived: derived, workers: ForkJoin(workers: 1))
    let regions = circuit.leafPixels.count
    for (number, image) in images.enumerated() {
      for (region, pixels) in circuit.leafPixels.enumerated() {
        let agreeing = all.indices.filter { other in
          image.indices.allSatisfy { pixels.contains(Int32($0)) || all[other][$0] == image[$0] }
        }
        let expected =
          logSumExp(agreeing.map { values[$0] }) - reference.logLikelihood(image)
        #expect(abs(found[number * regions + region] - expected) < 3 * Tolerance.kernel)
        #expect(abs(asked[number * regions + region] - expected) < 3 * Tolerance.kernel)
      }
    }
  }

  /// Log-weights 0 and -60, leaf values -180 and -10: the flow goes to the unit that explains the pixel
  /// and the context to the one that does not. 70 nats; a flow divided by its leaf says 10.
  @Test func mapsSurviveUnderflow() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2).circuit()
    let parameters = Parameters(count: circuit.layout.parameterCount)
    let values = parameters.values.pointer
    for unit in 0..<2 {
      // Products (i, j): left unit 1 is 60 nats less likely.
      for (product, logit) in [0, 0, -60, -60].enumerated() {
        values[unit * 4 + product] = Float(logit)
      }
    }
    let left = circuit.layout.leafParameters[0]
    (values[left], values[left + 1]) = (-180, -10)
    let found = try circuit.anomalies(
      RowSource([[1, 0]]), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    #expect(abs(found[0] - 70) < 1e-3, "\(found[0])")
  }

  /// Hidden regions say nothing, and others are judged without them.
  @Test func hiddenRegionsAreNoAnomalies() throws {
    let circuit = try TinyCircuit(rows: 2, columns: 2, units: 2).circuit()
    let parameters = circuit.initialParameters(seed: 2)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 4 }
    let derived = circuit.derived(from: parameters)
    let hidden = [true, false, false, false]
    let images = noisyImages(count: 9, pixels: 4)
    let source = MaskedSource(RowSource(images), hiding: .shared(hidden))
    let found = try circuit.anomalies(source, derived: derived, workers: ForkJoin(workers: 1))
    let whole = try circuit.logLikelihoods(source, derived: derived, workers: ForkJoin(workers: 1))
    let first = circuit.leafPixels.firstIndex { $0 == [0] } ?? -1
    let second = circuit.leafPixels.firstIndex { $0 == [1] } ?? -1
    let rest = try circuit.logLikelihoods(
      MaskedSource(RowSource(images), hiding: .shared([true, true, false, false])),
      derived: derived, workers: ForkJoin(workers: 1))
    for image in images.indices {
      #expect(abs(found[image * 4 + first]) < Tolerance.kernel)
      let expected = rest.values[image] - whole.values[image]
      #expect(abs(found[image * 4 + second] - expected) < Tolerance.kernel)
    }
  }

  @Test(arguments: TinyCircuit.all)
  func entropiesAreThoseOfTheFlows(tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 3)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 3 }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let images = noisyImages(count: 5, pixels: tiny.pixelCount)
    let found = try circuit.leafChoiceEntropies(
      RowSource(images), derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2))
    for (number, image) in images.enumerated() {
      let flows = reference.flows(reference.values(reference.leafValues(image)))
      for (leaf, region) in circuit.leafRegions.enumerated() {
        let expected = flows[region].reduce(0) { $1 > 0 ? $0 - $1 * naturalLogarithm($1) : $0 }
        let entropy = found[number * circuit.leafRegions.count + leaf]
        #expect(abs(entropy - expected) < Tolerance.kernel)
      }
    }
  }

  @Test func mutualInformationIsThatOfTheTable() throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 2)
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 5)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 8 }
    let derived = circuit.derived(from: parameters)
    let all = (0..<16).map { binaryImage($0, pixels: 4) }
    let joint = try circuit.logLikelihoods(
      RowSource(all), derived: derived, workers: ForkJoin(workers: 1)
    ).values.map { naturalExponential($0) }
    let draws = 20_000
    let drawn = try circuit.samples(count: draws, seed: 1, derived: derived)
    let images = (0..<draws).map { Array(drawn[$0 * 4..<$0 * 4 + 4]) }
    let found = try circuit.mutualInformation(
      of: 0, images: RowSource(images), derived: derived, workers: ForkJoin(workers: 2))
    func probability(_ fixed: [(Int, UInt8)]) -> Double {
      all.indices.filter { index in fixed.allSatisfy { all[index][$0.0] == $0.1 } }
        .reduce(0) { $0 + joint[$1] }
    }
    let own = Int(circuit.leafPixels[0][0])
    for (region, pixels) in circuit.leafPixels.enumerated() {
      var expected = 0.0
      for a in 0...1 as ClosedRange<UInt8> {
        for b in 0...1 as ClosedRange<UInt8> where region != 0 || a == b {
          let both = probability([(own, a), (Int(pixels[0]), b)])
          guard both > 0 else { continue }
          expected +=
            both
            * naturalLogarithm(both / probability([(own, a)]) / probability([(Int(pixels[0]), b)]))
        }
      }
      let (mean, error) = found[region]
      #expect(abs(mean - expected) < 4 * error + 1e-4, "region \(region): \(mean), \(expected)")
    }
  }
}
