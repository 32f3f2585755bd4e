import Configuration
import Kernels

/// A leaf over a whole image whose units are products: unit k is the product, over a grid of cells, of
/// unit k of another leaf family.
///
/// A circuit of one region with K such units is a single mixture of whole-image products, and with
/// K = 1 a plain product: what a sum-product network over the same cells is compared with. The
/// product is taken in the log domain, because components lie hundreds of nats apart.
/// Parameters are the inner leaf's `[cell]`, cells in row-major order; the last row and column of
/// cells are smaller where they do not divide the region.
package struct ProductLeaf: Leaf {
  package static let kind = "product"
  package static let parameterName = "product"
  /// Rows and columns of pixels of the region: the image's.
  package let region: [Int]
  /// Rows and columns of pixels of a cell.
  package let cell: [Int]
  package let inner: any Leaf
  /// The region's pixels of each cell, one after the other.
  private let pixels: AlignedBuffer<Int32>
  /// Where each cell starts in `pixels`, and the end.
  private let offsets: [Int]

  package init(region: [Int], cell: [Int], inner: any Leaf) {
    precondition(region.count == 2 && cell.count == 2 && (region + cell).allSatisfy { $0 > 0 })
    self.region = region
    self.cell = cell
    self.inner = inner
    var flat: [Int32] = []
    var offsets = [0]
    for top in stride(from: 0, to: region[0], by: cell[0]) {
      for left in stride(from: 0, to: region[1], by: cell[1]) {
        for row in top..<min(top + cell[0], region[0]) {
          for column in left..<min(left + cell[1], region[1]) {
            flat.append(Int32(row * region[1] + column))
          }
        }
        offsets.append(flat.count)
      }
    }
    pixels = AlignedBuffer(flat)
    self.offsets = offsets
  }

  /// The same cells with factors of the same parameters that are asked in another way.
  package func with(inner: any Leaf) -> ProductLeaf {
    ProductLeaf(region: region, cell: cell, inner: inner)
  }

  package var configuration: ResolvedValue {
    .mapping([
      "kind": .string(Self.kind), "region": .list(region.map(ResolvedValue.integer)),
      "cell": .list(cell.map(ResolvedValue.integer)), "of": inner.configuration,
    ])
  }

  package var likelihood: LikelihoodKind { inner.likelihood }
  package var likelihoodInMixtures: LikelihoodKind { inner.likelihoodInMixtures }
  package var isDensity: Bool { inner.isDensity }
  package var levels: Int { inner.levels }
  package var hidesPixels: Bool { inner.hidesPixels }
  package var hasModes: Bool { inner.hasModes }
  package var hasReestimate: Bool { inner.hasReestimate }

  package func complaint(_ shape: LeafShape) -> String? {
    guard shape.pixels == region[0] * region[1] else {
      return "a product leaf for \(region[0]) x \(region[1]) pixels over a region of "
        + "\(shape.pixels): its superpixel must be the whole image"
    }
    guard inner.noteBytes(LeafShape(units: shape.units, pixels: 1)) == 0 else {
      return "a product of mixtures over levels is not known: take smaller superpixels instead"
    }
    return (0..<cellCount).lazy.compactMap { inner.complaint(cell($0, of: shape)) }.first
  }

  private var cellCount: Int { offsets.count - 1 }

  private func cells(_ shape: LeafShape) -> some Sequence<LeafShape> {
    (0..<cellCount).lazy.map { self.cell($0, of: shape) }
  }

  private func cell(_ index: Int, of shape: LeafShape) -> LeafShape {
    LeafShape(units: shape.units, pixels: offsets[index + 1] - offsets[index])
  }

  package func parameterCount(_ shape: LeafShape) -> Int {
    cells(shape).reduce(0) { $0 + inner.parameterCount($1) }
  }
  package func derivedCount(_ shape: LeafShape) -> Int {
    cells(shape).reduce(0) { $0 + inner.derivedCount($1) }
  }
  package func statisticCount(_ shape: LeafShape) -> Int {
    cells(shape).reduce(0) { $0 + inner.statisticCount($1) }
  }
  package func largestTile(_ shape: LeafShape) -> Int {
    cells(shape).map(inner.largestTile).max() ?? 32
  }

  /// Each cell's own, kept for the backward pass, and its rows before they are added.
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    let sizes = cells(shape).map {
      wholeLanes(inner.scratchCount($0, tile: tile, isTraining: isTraining))
    }
    return shape.units * tile + (isTraining ? sizes.reduce(0, +) : sizes.max() ?? 0)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    var next = parameters
    for (index, cell) in cells(shape).enumerated() {
      inner.initialise(cell, seed: seed, leaf: leaf * cellCount + index, into: next)
      next += inner.parameterCount(cell)
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    var (from, to) = (parameters, derived)
    for cell in cells(shape) {
      inner.derive(cell, parameters: from, into: to)
      from += inner.parameterCount(cell)
      to += inner.derivedCount(cell)
    }
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    let count = tile.shape.units * tile.stride
    clear(rows, count: count)
    forEachCell(of: tile) { _, cell in
      inner.logLikelihoods(cell, into: tile.scratch)
      add(tile.scratch, to: rows, count: count)
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    var next = statistics
    // d log (product) / d log (factor) = 1: every cell's flow is the product's.
    forEachCell(of: tile) { shape, cell in
      inner.accumulate(cell, flows: flows, into: next)
      next += inner.statisticCount(shape)
    }
  }

  private func forEachCell(of tile: LeafTile, _ body: (LeafShape, LeafTile) -> Void) {
    var (parameters, derived) = (tile.parameters, tile.derived)
    var scratch = tile.scratch + tile.shape.units * tile.stride
    for index in 0..<cellCount {
      let shape = cell(index, of: tile.shape)
      body(
        shape,
        LeafTile(
          shape: shape, leaf: tile.leaf * cellCount + index, tile: tile.tile,
          pixels: UnsafeBufferPointer(
            start: pixels.pointer + offsets[index], count: shape.pixels),
          observed: tile.observed, images: tile.images, parameters: parameters, derived: derived,
          noise: tile.noise,
          scratch: scratch, notes: nil, isTraining: tile.isTraining))
      parameters += inner.parameterCount(shape)
      derived += inner.derivedCount(shape)
      if tile.isTraining {
        scratch += wholeLanes(
          inner.scratchCount(shape, tile: tile.stride, isTraining: true))
      }
    }
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    var all = [Double](repeating: 0, count: shape.pixels)
    var from = parameters
    for (index, cell) in cells(shape).enumerated() {
      for (place, mean) in inner.means(cell, unit: unit, parameters: from).enumerated() {
        all[Int(pixels.pointer[offsets[index] + place])] = mean
      }
      from += inner.parameterCount(cell)
    }
    return all
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, scale: Float, into gradient: UnsafeMutablePointer<Float>
  ) {
    var (own, from, table, to) = (parameters, statistics, derived, gradient)
    for cell in cells(shape) {
      inner.gradient(
        cell, parameters: own, statistics: from, derived: table, scale: scale, into: to)
      own += inner.parameterCount(cell)
      from += inner.statisticCount(cell)
      table += inner.derivedCount(cell)
      to += inner.parameterCount(cell)
    }
  }

  package func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    var (from, table, to) = (statistics, derived, parameters)
    for cell in cells(shape) {
      inner.reestimate(cell, statistics: from, derived: table, step: step, into: to)
      from += inner.statisticCount(cell)
      table += inner.derivedCount(cell)
      to += inner.parameterCount(cell)
    }
  }

  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(
      of: Float.self, capacity: tile.shape.pixels * tile.stride
    ) { rows in
      guard let own = rows.baseAddress else { return }
      var index = 0
      forEachCell(of: tile) { shape, cell in
        clear(own, count: shape.pixels * tile.stride)
        inner.addMeans(cell, flows: flows, into: own)
        for place in 0..<shape.pixels {
          let pixel = Int(pixels.pointer[offsets[index] + place])
          add(own + place * tile.stride, to: means + pixel * tile.stride, count: tile.stride)
        }
        index += 1
      }
    }
  }

  package func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    forEachPart(of: shape, parameters, derived, observed: observed, drawn) { cell, at in
      var own = key
      own.leaf = key.leaf &* UInt32(cellCount) &+ UInt32(at.index)
      inner.sampleHidden(
        cell, unit: unit, parameters: at.parameters, derived: at.derived, key: own,
        observed: at.observed, into: at.pixels)
    }
  }

  package func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into found: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    var total = 0.0
    forEachPart(of: shape, parameters, derived, observed: observed, found) { cell, at in
      total += inner.maximise(
        cell, unit: unit, parameters: at.parameters, derived: at.derived, observed: at.observed,
        into: at.pixels)
    }
    return total
  }

  /// One cell of one image: what `body` leaves in its pixels goes back into `all`.
  private struct Part {
    let index: Int
    let parameters: UnsafePointer<Float>
    let derived: UnsafePointer<Float>
    let observed: UnsafeBufferPointer<Bool>
    let pixels: UnsafeMutableBufferPointer<UInt8>
  }

  private func forEachPart(
    of shape: LeafShape, _ parameters: UnsafePointer<Float>, _ derived: UnsafePointer<Float>,
    observed: UnsafeBufferPointer<Bool>, _ all: UnsafeMutableBufferPointer<UInt8>,
    _ body: (LeafShape, Part) -> Void
  ) {
    var (from, table) = (parameters, derived)
    for (index, cell) in cells(shape).enumerated() {
      let places = (0..<cell.pixels).map { Int(pixels.pointer[offsets[index] + $0]) }
      var own = places.map { all[$0] }
      places.map { observed[$0] }.withUnsafeBufferPointer { seen in
        own.withUnsafeMutableBufferPointer {
          body(
            cell,
            Part(index: index, parameters: from, derived: table, observed: seen, pixels: $0))
        }
      }
      for (place, value) in zip(places, own) { all[place] = value }
      from += inner.parameterCount(cell)
      table += inner.derivedCount(cell)
    }
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    var (from, table) = (parameters, derived)
    for (index, cell) in cells(shape).enumerated() {
      var own = key
      own.leaf = key.leaf &* UInt32(cellCount) &+ UInt32(index)
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: cell.pixels) { part in
        inner.sample(cell, unit: unit, parameters: from, derived: table, key: own, into: part)
        for (place, value) in part.enumerated() {
          drawn[Int(pixels.pointer[offsets[index] + place])] = value
        }
      }
      from += inner.parameterCount(cell)
      table += inner.derivedCount(cell)
    }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels given: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    var (total, start) = (0.0, parameters.startIndex)
    for (index, cell) in cells(shape).enumerated() {
      let end = start + inner.parameterCount(cell)
      let part = (offsets[index]..<offsets[index + 1]).map { given[Int(pixels.pointer[$0])] }
      total += inner.referenceLogLikelihood(
        cell, unit: unit, parameters: parameters[start..<end], pixels: part,
        leaf: leaf * cellCount + index, noise: noise)
      start = end
    }
    return total
  }
}
