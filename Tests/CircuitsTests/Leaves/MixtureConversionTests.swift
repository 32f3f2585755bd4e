import Circuits
import Numerics
import TestSupport
import Testing

/// VAE leaves as continuous mixtures of the same decoders.
@Suite struct MixtureConversionTests {
  private let networks = AutoencoderLeaf(hidden: 4, latent: 2)

  private func vae() throws -> (circuit: Circuit, parameters: Parameters) {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 4).circuit(
      leaf: networks)
    let parameters = circuit.initialParameters(seed: 6)
    for index in 0..<parameters.count {
      parameters.values.pointer[index] += (Float(index % 5) - 1.7) * 0.2
    }
    return (circuit, parameters)
  }

  /// With many nodes the mixture is the integral over the prior: against a dense grid.
  @Test(arguments: [false, true])
  func manyNodesAreTheIntegral(learnsWeights: Bool) throws {
    let (circuit, parameters) = try vae()
    let converted = circuit.withMixtures(
      nodes: PriorNodes(.gaussHermite, count: 31 * 31, latent: 2), learnsWeights: learnsWeights,
      of: parameters)
    #expect(converted.circuit.likelihood == .exact)
    #expect(converted.circuit.counts.parameters == converted.parameters.count)
    let images = noisyImages(count: 9, pixels: circuit.pixelCount)
    let found = try converted.circuit.logLikelihoods(
      RowSource(images), derived: converted.circuit.derived(from: converted.parameters),
      workers: ForkJoin(workers: 2))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in zip(images, found.values) {
      let leaves = circuit.leafShapes.indices.map { index in
        (0..<circuit.units).map { unit in
          AutoencoderReference(
            AutoencoderShape(
              pixels: 4, hidden: networks.hidden, latent: networks.latent,
              activation: networks.activation),
            parameters: parameters.values.pointer + circuit.layout.leafParameters[index],
            unit: unit
          ).gridLogLikelihoods(
            [circuit.leafPixels[index].map { Double(image[Int($0)]) }], points: 121)[0]
        }
      }
      let expected = reference.rootLogLikelihood(reference.values(leaves))
      #expect(abs(value - expected) < 1e-3, "\(value), \(expected)")
    }
  }
}
