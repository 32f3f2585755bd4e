import Configuration
import Numerics

/// Units of several families over one region: Gaussian and VAE leaves side by side, for instance.
///
/// The first units are the first family's, and so on; parameters, derived numbers and statistics follow
/// each other in the same order. What the families say is compared by the sums above, so all must speak
/// of the same levels, and all by densities or none.
package struct MixedLeaf: Leaf, Estimates {
  package static let kind = "mixed"
  package let families: [any Leaf]
  /// Units of each family; nil to share a region's units as evenly as they go, the first families first.
  package let shares: [Int]?

  package init(_ families: [any Leaf], shares: [Int]? = nil) {
    precondition(!families.isEmpty && shares?.count ?? families.count == families.count)
    self.families = families
    self.shares = shares
  }

  package var traits: LeafTraits {
    let own = families.map(\.traits)
    return LeafTraits(
      name: "\(Self.kind) (\(own.map(\.name).joined(separator: ", ")))",
      parameterName: Self.kind, likelihood: own.map(\.likelihood).min() ?? .exact,
      likelihoodInMixtures: own.map(\.likelihoodInMixtures).min() ?? .exact,
      levels: own.map(\.levels).max() ?? 2, isDensity: own.contains(where: \.isDensity),
      isNoisy: own.contains(where: \.isNoisy),
      // Units differ.
      decodings: nil)
  }

  package var capabilities: LeafCapabilities {
    let own = families.map(\.capabilities)
    let marginals = own.compactMap(\.marginals)
    let modes = own.compactMap(\.modes)
    let reestimation = own.compactMap(\.reestimation)
    let centres = own.compactMap(\.centres)
    let count = families.count
    return LeafCapabilities(
      marginals: marginals.count == count
        ? MixedMarginals(mixed: self, families: marginals) : nil,
      modes: modes.count == count ? MixedModes(mixed: self, families: modes) : nil,
      reestimation: reestimation.count == count
        ? MixedReestimation(mixed: self, families: reestimation) : nil,
      centres: centres.count == count ? MixedCentres(mixed: self, families: centres) : nil,
      estimators: own.contains { $0.estimators != nil } ? self : nil,
      // Not every unit has one.
      encoders: nil)
  }

  package var configuration: ResolvedValue {
    var fields: [String: ResolvedValue] = [
      "kind": .string(Self.kind), "of": .list(families.map(\.configuration)),
    ]
    if let shares { fields["units"] = .list(shares.map { .integer($0) }) }
    return .mapping(fields)
  }

  package func complaint(_ shape: LeafShape) -> String? {
    let wanted = shares?.reduce(0, +) ?? max(shape.units, families.count)
    guard wanted == shape.units else {
      return "a mixed leaf of \(wanted) units in regions of \(shape.units): expected units: "
        + "\(wanted)"
    }
    let traits = traits
    guard
      families.map(\.traits).allSatisfy({
        $0.levels == traits.levels && $0.isDensity == traits.isDensity
      })
    else {
      return
        "families that cannot be compared: all must describe as many levels, by probabilities or "
        + "all by densities"
    }
    return parts(shape).lazy.compactMap { $0.leaf.complaint($0.shape) }.first
  }

  /// Scratch is each family's own.
  package func sizes(_ shape: LeafShape) -> LeafSizes {
    var sizes = LeafSizes(parameters: 0, derived: 0, statistics: 0)
    sizes.largestTile = 0
    for part in parts(shape) {
      sizes.parameters += part.sizes.parameters
      sizes.derived += wholeLanes(part.sizes.derived)
      sizes.statistics += part.sizes.statistics
      sizes.noteBytes += part.sizes.noteBytes
      sizes.largestTile = max(sizes.largestTile, part.sizes.largestTile)
      let scratch = part.sizes.scratch
      sizes.scratch.evaluation.fixed += wholeLanes(scratch.evaluation.fixed)
      sizes.scratch.evaluation.image += scratch.evaluation.image
      sizes.scratch.training.fixed += wholeLanes(scratch.training.fixed)
      sizes.scratch.training.image += scratch.training.image
    }
    return sizes
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    for (number, part) in parts(shape).enumerated() {
      // Families draw by the same keys: another seed for each.
      part.leaf.initialise(
        part.shape, seed: seed &+ number &* 0x9E37, leaf: leaf,
        into: parameters + part.parameters)
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    for part in parts(shape) {
      part.leaf.derive(
        part.shape, parameters: parameters + part.parameters, into: derived + part.derived)
    }
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    forEachPart(tile) { part, own in
      part.leaf.logLikelihoods(own, into: rows + part.firstUnit * tile.stride)
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    forEachPart(tile) { part, own in
      part.leaf.accumulate(
        own, flows: flows + part.firstUnit * tile.stride, into: statistics + part.statistics)
    }
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for part in parts(region.shape) {
      part.leaf.gradient(
        part.region(of: region), statistics: statistics + part.statistics,
        notes: notes?.part(at: part.notes), scale: scale, into: gradient + part.parameters)
    }
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let part = part(of: unit, shape)
    return part.leaf.means(
      part.shape, unit: unit - part.firstUnit, parameters: parameters + part.parameters)
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let part = part(of: unit, region.shape)
    part.leaf.sample(
      part.region(of: region), unit: unit - part.firstUnit, key: key, into: pixels)
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    let part = part(of: unit, shape)
    let start = parameters.startIndex + part.parameters
    return part.leaf.referenceLogLikelihood(
      part.shape, unit: unit - part.firstUnit,
      parameters: parameters[start..<start + part.sizes.parameters],
      pixels: pixels, leaf: leaf, noise: noise)
  }
}

extension MixedLeaf: CatalogueKind {
  package static let summary =
    "units of several families in each region"
  package static let example =
    "{kind: mixed, of: [bernoulli, {kind: mixture, nodes: 9}], units: [1, 3]}"
}
