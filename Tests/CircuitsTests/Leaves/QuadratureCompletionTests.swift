import CircuitFixtures
import Circuits
import Numerics
import Testing

/// What quadrature leaves say of hidden pixels, against mixtures of the same decoders at the same nodes.
@Suite struct QuadratureCompletionTests {
  private let tiny = TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 5)
  private let networks = AutoencoderLeaf(hidden: 4, latent: 2)
  private let hidden = [false, true, true, false, true]

  private func circuits() throws -> (
    quadrature: Circuit, mixture: Circuit, parameters: Parameters, converted: Parameters
  ) {
    let circuit = try tiny.circuit(leaf: networks)
    let parameters = circuit.initialParameters(seed: 4)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 2 }
    // What the means of autoencoders are made at.
    let nodes = PriorNodes(.gaussHermite, count: 225, latent: 2)
    let (mixture, converted) = circuit.withMixtures(nodes: nodes, of: parameters)
    let quadrature = try #require(try circuit.estimated(by: .quadrature(15)))
    return (quadrature, mixture, parameters, converted)
  }

  @Test func meansAreThoseOfAMixtureAtTheNodes() throws {
    let own = try circuits()
    let images = noisyImages(count: 17, pixels: tiny.pixelCount)
    let source = MaskedSource(RowSource(images), hiding: .shared(hidden))
    let found = try own.quadrature.posteriorMeans(
      source, derived: own.quadrature.derived(from: own.parameters),
      workers: ForkJoin(workers: 1))
    let expected = try own.mixture.posteriorMeans(
      source, derived: own.mixture.derived(from: own.converted), workers: ForkJoin(workers: 1))
    // Flows are by adaptive nodes here and by fixed ones there.
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-3) }
    #expect(found.contains { $0 > 0.05 && $0 < 0.95 })
  }

  @Test func drawsFollowTheConditional() throws {
    let own = try circuits()
    let image: [UInt8] = [1, 0, 0, 0, 0]
    let draws = 8_000
    let found = try own.quadrature.conditionalSamples(
      MaskedSource(RowSource([image]), hiding: .shared(hidden)), draws: draws, seed: 3,
      derived: own.quadrature.derived(from: own.parameters), workers: ForkJoin(workers: 1))
    var counts = Array(repeating: 0, count: 8)
    for draw in 0..<draws {
      let row = found[draw * 5..<(draw + 1) * 5].map { Int($0) }
      #expect(row[0] == 1 && row[3] == 0)
      counts[row[1] + 2 * row[2] + 4 * row[4]] += 1
    }
    let completions = (0..<8).map { (number: Int) -> [UInt8] in
      let bits = binaryImage(number, pixels: 3)
      return [1, bits[0], bits[1], 0, bits[2]]
    }
    let values = try own.mixture.logLikelihoods(
      RowSource(completions), derived: own.mixture.derived(from: own.converted),
      workers: ForkJoin(workers: 1)
    ).values
    let total = logSumExp(values)
    let expected = values.map { naturalExponential($0 - total) * Double(draws) }
    #expect(chiSquareProbability(observed: counts, expected: expected) > Tolerance.chiSquare)
  }
}
