import Circuits
import Numerics
import TestSupport
import Testing

/// Kernels keep to the memory that the library says they need, whatever the sizes.
@Suite struct ScratchTests {
  @Test(arguments: 0..<24)
  func leavesKeepToTheirMemory(seed: Int) {
    var random = RandomSizes(seed: seed)
    for (leaf, shape) in leaves(&random) {
      let tile = 16 * random.size(1...4)
      let trial = LeafTrial(
        leaf, shape: shape, tile: tile, images: 16 * random.size(1...tile / 16),
        isTraining: random.size(0...2) > 0,
        isMasked: random.size(0...1) == 1)
      #expect(leaf.complaint(shape) == nil)
      let faults = trial.faults()
      #expect(
        faults.isEmpty,
        "\(leaf.configuration.canonicalText), \(shape), \(trial.images) of \(tile) images")
    }
  }

  /// For evaluation only.
  @Test(arguments: 0..<24)
  func quadratureKeepsToItsMemory(seed: Int) throws {
    var random = RandomSizes(seed: seed)
    let networks = AutoencoderLeaf(
      hidden: random.size(1...20), latent: random.size(1...5),
      activation: random.one(of: Activation.allCases))
    let leaf = try networks.byQuadrature(nodes: random.size(2...3))
    let tile = 16 * random.size(1...4)
    let trial = LeafTrial(
      leaf, shape: shape(&random), tile: tile, images: 16 * random.size(1...tile / 16),
      isTraining: false, isMasked: random.size(0...1) == 1)
    let faults = trial.faults()
    #expect(faults.isEmpty, "\(networks.latent) latents, \(trial.shape)")
  }

  /// Layers that a library multiplies.
  @Test(arguments: [(1_100, 3, 300), (257, 64, 16), (40, 500, 3), (5, 3, 4_096)])
  func largeNetworksKeepToTheirMemory(hidden: Int, pixels: Int, latent: Int) {
    let networks = AutoencoderLeaf(
      hidden: hidden, latent: latent, estimator: .importance(samples: 2))
    for leaf in [networks, networks.with(emission: GaussianEmission())] {
      let trial = LeafTrial(
        leaf, shape: LeafShape(units: 1, pixels: pixels), tile: 32, images: 16, isTraining: true,
        isMasked: false)
      let faults = trial.faults()
      #expect(faults.isEmpty, "\(leaf.configuration.canonicalText), \(pixels)")
    }
  }

  // MARK: Leaves

  private func networks(_ random: inout RandomSizes) -> AutoencoderLeaf {
    // Narrow decoders of wide codes, and wide ones of narrow codes.
    AutoencoderLeaf(
      hidden: random.size(1...(random.size(0...3) == 0 ? 150 : 20)),
      latent: random.size(1...40), activation: random.one(of: Activation.allCases),
      estimator: random.one(
        of: [.analytic] + (1...4).map { .importance(samples: $0) }))
  }

  private func nodes(_ random: inout RandomSizes) -> PriorNodes {
    PriorNodes(.qmc, count: random.size(1...70), latent: random.size(1...40))
  }

  private func emission(_ random: inout RandomSizes) -> any Emission {
    let mixture = LogisticMixtureEmission(components: random.size(1...4))
    return random.one(of: emissionFamilies.flatMap { $0.examples } + [mixture])
  }

  private func shape(_ random: inout RandomSizes, channels: Int = 1) -> LeafShape {
    let units = random.one(of: [1, 1, 2, 3, 19])
    return LeafShape(
      units: units, pixels: channels * random.size(1...20 / channels), channels: channels)
  }

  /// Of binary pixels, and of levels.
  private func simple(_ random: inout RandomSizes) -> (binary: any Leaf, level: any Leaf) {
    let own = emission(&random)
    let mixture = MixtureLeaf(
      nodes: nodes(&random), hidden: random.size(1...20),
      activation: random.one(of: Activation.allCases), learnsWeights: random.size(0...1) == 0)
    let levelMixture = MixtureLeaf(
      nodes: nodes(&random), hidden: random.size(1...20),
      activation: random.one(of: Activation.allCases), learnsWeights: random.size(0...1) == 0,
      emission: own)
    let binary: [any Leaf] = [BernoulliLeaf(), mixture, networks(&random)]
    let level: [any Leaf] = [
      factorisedLeaf(own), levelMixture, networks(&random).with(emission: own),
    ]
    return (random.one(of: binary), random.one(of: level))
  }

  /// One of each family.
  private func leaves(_ random: inout RandomSizes) -> [(any Leaf, LeafShape)] {
    var found: [(any Leaf, LeafShape)] = [
      (BernoulliLeaf(), shape(&random)), (GaussianLeaf(), shape(&random)),
      (networks(&random), shape(&random)), (networks(&random), shape(&random)),
    ]
    let own = emission(&random)
    found.append((networks(&random).with(emission: own), shape(&random)))
    for _ in 0..<2 {
      let (binary, level) = simple(&random)
      found += [(binary, shape(&random)), (level, shape(&random))]
    }
    let channels = random.size(1...3)
    found.append(
      (jointLeaf(own, components: random.size(1...6)), shape(&random, channels: channels)))
    let (binary, level) = simple(&random)
    let (height, width) = (random.size(1...5), random.size(1...4))
    let cells = ProductLeaf(
      region: [height, width], cell: [random.size(1...3), random.size(1...3)], inner: binary)
    found.append((cells, LeafShape(units: random.size(1...3), pixels: height * width)))
    found.append((ProductLeaf(.channels, of: level), shape(&random, channels: channels)))
    let mixed = MixedLeaf([binary, BernoulliLeaf(), networks(&random)])
    found.append((mixed, LeafShape(units: random.size(3...7), pixels: random.size(1...20))))
    return found
  }
}
