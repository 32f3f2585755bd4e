import Configuration
import Numerics

/// Units of several families over one region: Gaussian and VAE leaves side by side, for instance.
///
/// The first units are the first family's, and so on; parameters, derived numbers and statistics follow
/// each other in the same order. What the families say is compared by the sums above, so all must speak
/// of the same levels, and all by densities or none.
package struct MixedLeaf: Leaf {
  package static let kind = "mixed"
  package static let parameterName = "mixed"
  package let families: [any Leaf]
  /// Units of each family; nil to share a region's units as evenly as they go, the first families first.
  package let shares: [Int]?

  package init(_ families: [any Leaf], shares: [Int]? = nil) {
    precondition(!families.isEmpty && shares?.count ?? families.count == families.count)
    self.families = families
    self.shares = shares
  }

  package var name: String {
    "\(Self.kind) (\(families.map(\.name).joined(separator: ", ")))"
  }
  package var isVariational: Bool { families.contains(where: \.isVariational) }
  package func asked(_ estimator: AutoencoderEstimator) -> any Leaf {
    MixedLeaf(families.map { $0.asked(estimator) }, shares: shares)
  }
  package var likelihood: LikelihoodKind { families.map(\.likelihood).min() ?? .exact }
  package var likelihoodInMixtures: LikelihoodKind {
    families.map(\.likelihoodInMixtures).min() ?? .exact
  }
  package var isDensity: Bool { families.contains { $0.isDensity } }
  package var levels: Int { families.map(\.levels).max() ?? 2 }
  package var hidesPixels: Bool { families.allSatisfy(\.hidesPixels) }
  package var hasModes: Bool { families.allSatisfy(\.hasModes) }

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
    guard families.allSatisfy({ $0.levels == levels && $0.isDensity == isDensity }) else {
      return
        "families that cannot be compared: all must describe as many levels, by probabilities or "
        + "all by densities"
    }
    return parts(shape).lazy.compactMap { $0.leaf.complaint($0.shape) }.first
  }

  /// One family's share of a region.
  private struct Part {
    let leaf: any Leaf
    let shape: LeafShape
    let firstUnit: Int
    /// Where its numbers start.
    let parameters, derived, statistics, notes: Int
  }

  private func parts(_ shape: LeafShape) -> [Part] {
    let count = families.count
    let own =
      shares ?? (0..<count).map { shape.units / count + ($0 < shape.units % count ? 1 : 0) }
    var (unit, parameters, derived, statistics, notes) = (0, 0, 0, 0, 0)
    return zip(families, own).map { leaf, units in
      let part = Part(
        leaf: leaf,
        shape: LeafShape(units: units, pixels: shape.pixels, channels: shape.channels),
        firstUnit: unit, parameters: parameters, derived: derived, statistics: statistics,
        notes: notes)
      unit += units
      parameters += leaf.parameterCount(part.shape)
      derived += wholeLanes(leaf.derivedCount(part.shape))
      statistics += leaf.statisticCount(part.shape)
      notes += leaf.noteBytes(part.shape)
      return part
    }
  }

  package func parameterCount(_ shape: LeafShape) -> Int {
    parts(shape).reduce(0) { $0 + $1.leaf.parameterCount($1.shape) }
  }
  package func derivedCount(_ shape: LeafShape) -> Int {
    parts(shape).reduce(0) { $0 + wholeLanes($1.leaf.derivedCount($1.shape)) }
  }
  package func statisticCount(_ shape: LeafShape) -> Int {
    parts(shape).reduce(0) { $0 + $1.leaf.statisticCount($1.shape) }
  }
  package func noteBytes(_ shape: LeafShape) -> Int {
    parts(shape).reduce(0) { $0 + $1.leaf.noteBytes($1.shape) }
  }
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    parts(shape).reduce(0) {
      $0 + wholeLanes($1.leaf.scratchCount($1.shape, tile: tile, isTraining: isTraining))
    }
  }
  package func largestTile(_ shape: LeafShape) -> Int {
    parts(shape).map { $0.leaf.largestTile($0.shape) }.max() ?? 32
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

  private func forEachPart(_ tile: LeafTile, _ body: (Part, LeafTile) -> Void) {
    var scratch = tile.scratch
    for part in parts(tile.shape) {
      body(
        part,
        LeafTile(
          shape: part.shape, leaf: tile.leaf, tile: tile.tile, pixels: tile.pixels,
          observed: tile.observed, images: tile.images,
          parameters: tile.parameters + part.parameters, derived: tile.derived + part.derived,
          noise: tile.noise, scratch: scratch, notes: tile.notes?.part(at: part.notes),
          isTraining: tile.isTraining))
      scratch += wholeLanes(
        part.leaf.scratchCount(part.shape, tile: tile.stride, isTraining: tile.isTraining))
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

  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    forEachPart(tile) { part, own in
      part.leaf.addMeans(own, flows: flows + part.firstUnit * tile.stride, into: means)
    }
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for part in parts(shape) {
      part.leaf.gradient(
        part.shape, parameters: parameters + part.parameters,
        statistics: statistics + part.statistics, derived: derived + part.derived,
        notes: notes?.part(at: part.notes), scale: scale, into: gradient + part.parameters)
    }
  }

  /// The family that has a unit.
  private func part(of unit: Int, _ shape: LeafShape) -> Part {
    let all = parts(shape)
    return all.last { $0.firstUnit <= unit && $0.shape.units > 0 } ?? all[0]
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let part = part(of: unit, shape)
    return part.leaf.means(
      part.shape, unit: unit - part.firstUnit, parameters: parameters + part.parameters)
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let part = part(of: unit, shape)
    part.leaf.sample(
      part.shape, unit: unit - part.firstUnit, parameters: parameters + part.parameters,
      derived: derived + part.derived, key: key, into: pixels)
  }

  package func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let part = part(of: unit, shape)
    part.leaf.sampleHidden(
      part.shape, unit: unit - part.firstUnit, parameters: parameters + part.parameters,
      derived: derived + part.derived, key: key, observed: observed, into: pixels)
  }

  package func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let part = part(of: unit, shape)
    return part.leaf.maximise(
      part.shape, unit: unit - part.firstUnit, parameters: parameters + part.parameters,
      derived: derived + part.derived, observed: observed, into: pixels)
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    let part = part(of: unit, shape)
    let start = parameters.startIndex + part.parameters
    return part.leaf.referenceLogLikelihood(
      part.shape, unit: unit - part.firstUnit,
      parameters: parameters[start..<start + part.leaf.parameterCount(part.shape)],
      pixels: pixels, leaf: leaf, noise: noise)
  }
}

extension MixedLeaf: CatalogueKind {
  package static let summary =
    "units of several families in each region"
  package static let example =
    "{kind: mixed, of: [bernoulli, {kind: mixture, nodes: 9}], units: [1, 3]}"
}
