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
  package static let parameterName = "product"
  package let division: LeafDivision
  package let inner: any Leaf

  package init(_ division: LeafDivision, of inner: any Leaf) {
    self.division = division
    self.inner = inner
  }

  package init(region: [Int], cell: [Int], inner: any Leaf) {
    self.init(.cells(CellGrid(region: region, cell: cell)), of: inner)
  }

  /// The same parts with factors of the same parameters that are asked in another way.
  package func with(inner: any Leaf) -> ProductLeaf { ProductLeaf(division, of: inner) }

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

  package var name: String {
    if case .channels = division { return "\(inner.name), independent channels" }
    return "\(Self.kind) of \(inner.name)"
  }
  package var isVariational: Bool { inner.isVariational }
  package func asked(_ estimator: AutoencoderEstimator) -> any Leaf {
    with(inner: inner.asked(estimator))
  }
  package var likelihood: LikelihoodKind { inner.likelihood }
  package var likelihoodInMixtures: LikelihoodKind { inner.likelihoodInMixtures }
  package var isDensity: Bool { inner.isDensity }
  package var levels: Int { inner.levels }
  package var hidesPixels: Bool { inner.hidesPixels }
  package var hasModes: Bool { inner.hasModes }
  package var hasReestimate: Bool { inner.hasReestimate }

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

  /// One part of a region: its number and shape, and where its own memory starts.
  private struct Part {
    let index: Int
    let shape: LeafShape
    let parameters, derived, statistics, notes: Int
  }

  private func parts(_ shape: LeafShape) -> [Part] {
    var (parameters, derived, statistics, notes) = (0, 0, 0, 0)
    return (0..<division.count(shape)).map { index in
      let part = Part(
        index: index, shape: division.part(index, of: shape), parameters: parameters,
        derived: derived, statistics: statistics, notes: notes)
      parameters += inner.parameterCount(part.shape)
      derived += inner.derivedCount(part.shape)
      statistics += inner.statisticCount(part.shape)
      notes += inner.noteBytes(part.shape)
      return part
    }
  }

  private func sum(_ shape: LeafShape, _ count: (LeafShape) -> Int) -> Int {
    (0..<division.count(shape)).reduce(0) { $0 + count(division.part($1, of: shape)) }
  }

  package func parameterCount(_ shape: LeafShape) -> Int { sum(shape, inner.parameterCount) }
  package func derivedCount(_ shape: LeafShape) -> Int { sum(shape, inner.derivedCount) }
  package func statisticCount(_ shape: LeafShape) -> Int { sum(shape, inner.statisticCount) }
  package func noteBytes(_ shape: LeafShape) -> Int { sum(shape, inner.noteBytes) }
  package func largestTile(_ shape: LeafShape) -> Int {
    parts(shape).map { inner.largestTile($0.shape) }.max() ?? 32
  }

  /// Each part's own, kept for the backward pass, and its rows before they are added.
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    let sizes = parts(shape).map {
      wholeLanes(inner.scratchCount($0.shape, tile: tile, isTraining: isTraining))
    }
    return shape.units * tile + (isTraining ? sizes.reduce(0, +) : sizes.max() ?? 0)
  }

  /// The number of a part among those of all leaf regions: part of the key of its noise.
  private func leafNumber(_ leaf: Int, _ part: Part, _ shape: LeafShape) -> Int {
    leaf * division.count(shape) + part.index
  }

  private func key(_ key: NoiseKey, _ part: Part, _ shape: LeafShape) -> NoiseKey {
    var own = key
    own.leaf = key.leaf &* UInt32(division.count(shape)) &+ UInt32(part.index)
    return own
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

  private func forEachPart(of tile: LeafTile, _ body: (Part, LeafTile) -> Void) {
    var scratch = tile.scratch + tile.shape.units * tile.stride
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: tile.shape.pixels) { pixels in
      for part in parts(tile.shape) {
        for place in 0..<part.shape.pixels {
          pixels[place] = tile.pixels[division.value(place, of: part.index, tile.shape)]
        }
        body(
          part,
          LeafTile(
            shape: part.shape, leaf: leafNumber(tile.leaf, part, tile.shape), tile: tile.tile,
            pixels: UnsafeBufferPointer(rebasing: pixels[..<part.shape.pixels]),
            observed: tile.observed, images: tile.images,
            parameters: tile.parameters + part.parameters, derived: tile.derived + part.derived,
            noise: tile.noise, scratch: scratch, notes: tile.notes?.part(at: part.notes),
            isTraining: tile.isTraining))
        if tile.isTraining {
          scratch += wholeLanes(
            inner.scratchCount(part.shape, tile: tile.stride, isTraining: true))
        }
      }
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
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for part in parts(shape) {
      inner.gradient(
        part.shape, parameters: parameters + part.parameters,
        statistics: statistics + part.statistics, derived: derived + part.derived,
        notes: notes?.part(at: part.notes), scale: scale, into: gradient + part.parameters)
    }
  }

  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    for part in parts(shape) {
      inner.reestimate(
        part.shape, statistics: statistics + part.statistics, derived: derived + part.derived,
        step: step, into: parameters + part.parameters)
    }
  }

  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(
      of: Float.self, capacity: tile.shape.pixels * tile.stride
    ) { rows in
      guard let found = rows.baseAddress else { return }
      forEachPart(of: tile) { part, own in
        clear(found, count: part.shape.pixels * tile.stride)
        inner.addMeans(own, flows: flows, into: found)
        for place in 0..<part.shape.pixels {
          let value = division.value(place, of: part.index, tile.shape)
          add(found + place * tile.stride, to: means + value * tile.stride, count: tile.stride)
        }
      }
    }
  }

  package func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    for part in parts(shape) {
      withPixels(of: part, shape, observed: observed, drawn) { seen, pixels in
        inner.sampleHidden(
          part.shape, unit: unit, parameters: parameters + part.parameters,
          derived: derived + part.derived, key: self.key(key, part, shape), observed: seen,
          into: pixels)
      }
    }
  }

  package func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into found: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    parts(shape).reduce(0) { total, part in
      total
        + withPixels(of: part, shape, observed: observed, found) { seen, pixels in
          inner.maximise(
            part.shape, unit: unit, parameters: parameters + part.parameters,
            derived: derived + part.derived, observed: seen, into: pixels)
        }
    }
  }

  /// One part's pixels of an image: what `body` leaves in them goes back into `all`.
  private func withPixels<Result>(
    of part: Part, _ shape: LeafShape, observed: UnsafeBufferPointer<Bool>,
    _ all: UnsafeMutableBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<Bool>, UnsafeMutableBufferPointer<UInt8>) -> Result
  ) -> Result {
    let places = (0..<part.shape.pixels).map { division.value($0, of: part.index, shape) }
    var own = places.map { all[$0] }
    defer { for (place, value) in zip(places, own) { all[place] = value } }
    return places.map { observed[$0] }.withUnsafeBufferPointer { seen in
      own.withUnsafeMutableBufferPointer { body(seen, $0) }
    }
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    for part in parts(shape) {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: part.shape.pixels) { own in
        inner.sample(
          part.shape, unit: unit, parameters: parameters + part.parameters,
          derived: derived + part.derived, key: self.key(key, part, shape), into: own)
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
      let end = start + inner.parameterCount(part.shape)
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
