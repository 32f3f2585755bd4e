import Circuits
import Numerics
import TestSupport
import Testing

/// The strongest oracle there is: every image of a tiny lattice.
@Suite struct EnumerationTests {
  @Test(arguments: TinyCircuit.all + TinyCircuit.functional, [1, 2, 3])
  func totalProbabilityIsOne(tiny: TinyCircuit, seed: Int) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: seed)
    let images = (0..<1 << tiny.pixelCount).map { binaryImage($0, pixels: tiny.pixelCount) }

    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let expected = images.map { reference.logLikelihood($0) }
    #expect(abs(logSumExp(expected)) < Tolerance.reference)

    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    #expect(found.kind == .exact)
    #expect(abs(logSumExp(found.values)) < Tolerance.kernel)
    for (a, b) in zip(found.values, expected) { #expect(abs(a - b) < Tolerance.kernel) }
  }

  @Test(arguments: [
    TinyCircuit(rows: 3, columns: 3, units: 2), TinyCircuit(rows: 2, columns: 3, units: 3),
    TinyCircuit(rows: 2, columns: 3, units: 5, products: ElementwiseProducts()),
    TinyCircuit(
      rows: 3, columns: 3, units: 4, TreeOfCells([nil, 0, 1, 2, 3, 3, 3, 0, 0]),
      products: ElementwiseProducts()),
  ])
  func samplesFollowTheExactProbabilities(tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 11)
    // Peaked parameters: a sampler that ignored weights or units would be seen.
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 6 }
    let draws = 40_000
    let pixels = try circuit.samples(
      count: draws, seed: 5, derived: circuit.derived(from: parameters))
    var counts = Array(repeating: 0, count: 1 << tiny.pixelCount)
    for draw in 0..<draws {
      let number = (0..<tiny.pixelCount).reduce(0) {
        $0 | Int(pixels[draw * tiny.pixelCount + $1]) << $1
      }
      counts[number] += 1
    }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let expected = counts.indices.map {
      Double(draws)
        * naturalExponential(reference.logLikelihood(binaryImage($0, pixels: tiny.pixelCount)))
    }
    #expect(chiSquareProbability(observed: counts, expected: expected) > Tolerance.chiSquare)
  }

  @Test func samplesAreAFunctionOfTheirNumber() throws {
    let circuit = try TinyCircuit(rows: 3, columns: 3, units: 2).circuit()
    let derived = circuit.derived(from: circuit.initialParameters(seed: 1))
    let many = try circuit.samples(count: 40, seed: 9, derived: derived)
    let few = try circuit.samples(count: 10, seed: 9, derived: derived)
    #expect(Array(many.prefix(few.count)) == few)
    #expect(try circuit.samples(count: 40, seed: 10, derived: derived) != many)
  }
}
