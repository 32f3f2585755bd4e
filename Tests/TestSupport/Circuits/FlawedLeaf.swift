import Circuits
import Configuration
import Numerics
import Synchronization

/// Independent binary pixels with one thing wrong, each of which a check must notice.
package struct FlawedLeaf: Leaf, Marginalises {
  package enum Flaw: String, Sendable, CaseIterable {
    /// Every value 0.01 nats too large.
    case shifted
    /// Values 0.01 nats too large where a tile hides something.
    case wrongWhereHidden
    /// Values that grow with every call.
    case restless
    /// Draws of the opposite outcome.
    case wrongDraws
    /// Draws that are other ones for every second seed.
    case wrongForOddSeeds
    /// Draws that write over what is seen.
    case losesEvidence
    /// No value below -12 nats: a clamp that likely images never meet.
    case clampsUnlikely
  }

  package static let kind = "flawed"
  private let base = BernoulliLeaf()
  private let flaw: Flaw
  private let calls = Calls()
  private static let clamp: Float = -12

  private final class Calls: Sendable {
    private let count = Atomic<Int>(0)
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
  }

  package init(_ flaw: Flaw) { self.flaw = flaw }

  package var traits: LeafTraits {
    var traits = base.traits
    traits.name = Self.kind
    return traits
  }
  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: nil, reestimation: nil, centres: nil, estimators: nil,
      encoders: nil)
  }
  package func complaint(_ shape: LeafShape) -> String? { nil }
  package var configuration: ResolvedValue { .mapping(["kind": .string(Self.kind)]) }

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    var sizes = base.sizes(shape)
    // A table would be looked up, past the flaw.
    sizes.isTable = false
    return sizes
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) { base.initialise(shape, seed: seed, leaf: leaf, into: parameters) }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) { base.derive(shape, parameters: parameters, into: derived) }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    base.logLikelihoods(tile, into: rows)
    let excess: Float =
      switch flaw {
      case .shifted: 0.01
      case .wrongWhereHidden: tile.observed == nil ? 0 : 0.01
      case .restless: Float(calls.next()) * 1e-3
      case .wrongDraws, .wrongForOddSeeds, .losesEvidence, .clampsUnlikely: 0
      }
    for unit in 0..<tile.shape.units {
      for image in 0..<tile.images {
        let place = unit * tile.stride + image
        rows[place] += excess
        if flaw == .clampsUnlikely { rows[place] = max(rows[place], Self.clamp) }
      }
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) { base.accumulate(tile, flows: flows, into: statistics) }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] { base.means(shape, unit: unit, parameters: parameters) }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    base.gradient(region, statistics: statistics, notes: notes, scale: scale, into: gradient)
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    base.sample(region, unit: unit, key: key, into: pixels)
    if flaw == .wrongDraws || flaw == .wrongForOddSeeds && key.seed % 2 == 1 {
      for pixel in pixels.indices { pixels[pixel] = 1 - pixels[pixel] }
    }
  }

  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) { base.addMeans(tile, flows: flows, into: means) }

  package func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    base.sampleHidden(region, unit: unit, key: key, observed: observed, into: pixels)
    if flaw == .losesEvidence { pixels[0] = 1 - pixels[0] }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    base.referenceLogLikelihood(
      shape, unit: unit, parameters: parameters, pixels: pixels, leaf: leaf, noise: noise)
  }
}
