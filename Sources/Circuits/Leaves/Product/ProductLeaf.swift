import Configuration
import Numerics

/// A leaf whose units are products: unit k is the product, over the parts of the region, of unit k of
/// another leaf family.
///
/// Parts are the cells of a grid over a whole image, or the channels of colour. A circuit of one region
/// with K units over cells is a single mixture of whole-image products, and with K = 1 a plain product:
/// what a sum-product network over the same cells is compared with. The product is taken in the log
/// domain, because components lie hundreds of nats apart. Parameters are the inner leaf's `[part]`.
package struct ProductLeaf: Leaf {
  package static let kind = "product"
  package let division: LeafDivision
  package let inner: any Leaf

  package init(_ division: LeafDivision, of inner: any Leaf) {
    self.division = division
    self.inner = inner
  }

  package init(region: [Int], cell: [Int], inner: any Leaf) {
    self.init(.cells(CellGrid(region: region, cell: cell)), of: inner)
  }

  package var configuration: ResolvedValue {
    switch division {
    case .cells(let grid):
      return .mapping([
        "kind": .string(Self.kind), "region": .list(grid.region.map(ResolvedValue.integer)),
        "cell": .list(grid.cell.map(ResolvedValue.integer)), "of": inner.configuration,
      ])
    case .channels:
      var fields = inner.configuration.mapping ?? [:]
      fields[LeafChannels.field] = .string(LeafChannels.independent)
      return .mapping(fields)
    }
  }

  package var traits: LeafTraits {
    var traits = inner.traits
    traits.parameterName = Self.kind
    switch division {
    case .channels: traits.name += ", independent channels"
    case .cells: traits.name = "\(Self.kind) of \(traits.name)"
    }
    // A unit runs a network a part.
    traits.decodings = nil
    return traits
  }

  package var capabilities: LeafCapabilities {
    let own = inner.capabilities
    return LeafCapabilities(
      marginals: own.marginals.map { ProductMarginals(product: self, inner: $0) },
      modes: own.modes.map { ProductModes(product: self, inner: $0) },
      reestimation: own.reestimation.map { ProductReestimation(product: self, inner: $0) },
      centres: own.centres.map { ProductCentres(product: self, inner: $0) },
      estimators: own.estimators.map { ProductEstimators(product: self, inner: $0) },
      // Not one encoder a unit.
      encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? {
    if case .cells = division, shape.channels > 1 {
      return "a product of cells is for grey images: expected 1 channel, found \(shape.channels)"
    }
    if case .cells(let grid) = division, shape.pixels != grid.region[0] * grid.region[1] {
      return "a product leaf for \(grid.region[0]) x \(grid.region[1]) pixels over a region of "
        + "\(shape.pixels): its superpixel must be the whole image"
    }
    return parts(shape).lazy.compactMap { inner.complaint($0.shape) }.first
  }

  /// Scratch is the rows of a part before they are added, then each part's own, kept for the backward
  /// pass.
  package func sizes(_ shape: LeafShape) -> LeafSizes {
    var sizes = LeafSizes(parameters: 0, derived: 0, statistics: 0)
    sizes.largestTile = 0
    for part in parts(shape) {
      sizes.parameters += part.sizes.parameters
      sizes.derived += part.sizes.derived
      sizes.statistics += part.sizes.statistics
      sizes.noteBytes += part.sizes.noteBytes
      sizes.largestTile = max(sizes.largestTile, part.sizes.largestTile)
      let (evaluation, training) = (part.sizes.scratch.evaluation, part.sizes.scratch.training)
      sizes.scratch.evaluation.fixed = max(sizes.scratch.evaluation.fixed, evaluation.fixed)
      sizes.scratch.evaluation.image = max(sizes.scratch.evaluation.image, evaluation.image)
      sizes.scratch.training.fixed += wholeLanes(training.fixed)
      sizes.scratch.training.image += training.image
    }
    if sizes.largestTile == 0 { sizes.largestTile = LeafSizes.usualTile }
    sizes.scratch.evaluation.image += shape.units
    sizes.scratch.training.image += shape.units
    return sizes
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    for part in parts(shape) {
      inner.initialise(
        part.shape, seed: seed, leaf: leafNumber(leaf, part, shape),
        into: parameters + part.parameters)
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    for part in parts(shape) {
      inner.derive(
        part.shape, parameters: parameters + part.parameters, into: derived + part.derived)
    }
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    let count = tile.shape.units * tile.stride
    clear(rows, count: count)
    let isLong = isLongSum(division.count(tile.shape))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: isLong ? count : 0) { totals in
      totals.initialize(repeating: 0)
      forEachPart(of: tile) { _, own in
        inner.logLikelihoods(own, into: tile.scratch)
        guard isLong else { return add(tile.scratch, to: rows, count: count) }
        for place in 0..<count { totals[place] += Double(tile.scratch[place]) }
      }
      for (place, total) in totals.enumerated() { rows[place] = Float(total) }
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    // d log (product) / d log (factor) = 1: every part's flow is the product's.
    forEachPart(of: tile) { part, own in
      inner.accumulate(own, flows: flows, into: statistics + part.statistics)
    }
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    var all = [Double](repeating: 0, count: shape.pixels)
    for part in parts(shape) {
      let own = inner.means(part.shape, unit: unit, parameters: parameters + part.parameters)
      for (place, mean) in own.enumerated() {
        all[division.value(place, of: part.index, shape)] = mean
      }
    }
    return all
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for part in parts(region.shape) {
      inner.gradient(
        part.region(of: region), statistics: statistics + part.statistics,
        notes: notes?.part(at: part.notes), scale: scale, into: gradient + part.parameters)
    }
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    let shape = region.shape
    for part in parts(shape) {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: part.shape.pixels) { own in
        inner.sample(
          part.region(of: region), unit: unit, key: self.key(key, part, shape), into: own)
        for (place, value) in own.enumerated() {
          drawn[division.value(place, of: part.index, shape)] = value
        }
      }
    }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels given: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    parts(shape).reduce(0) { total, part in
      let start = parameters.startIndex + part.parameters
      let end = start + part.sizes.parameters
      let pixels = (0..<part.shape.pixels).map {
        given[division.value($0, of: part.index, shape)]
      }
      return total
        + inner.referenceLogLikelihood(
          part.shape, unit: unit, parameters: parameters[start..<end], pixels: pixels,
          leaf: leafNumber(leaf, part, shape), noise: noise)
    }
  }
}

extension ProductLeaf: CatalogueKind {
  package static let summary =
    "a product of another leaf's values over the cells of a region"
  package static let example =
    "{kind: product, region: [8, 8], cell: [4, 4], of: {kind: vae, latent: 1}}"
}
