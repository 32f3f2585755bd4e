import Configuration
import Numerics

/// How many draws of each image are taken, and by which seed.
package struct Draws: Sendable {
  package let count: Int
  package let seed: Int

  package init(_ count: Int, seed: Int) {
    self.count = count
    self.seed = seed
  }
}

extension Circuit {
  /// Draws of the hidden pixels given the observed ones, `[image][draw][pixel]` with pixels row-major, as
  /// bytes of the model's own coding; observed pixels as they are.
  ///
  /// From root to leaves: a product of each sum unit with probability weight * value / value of the
  /// sum, under the values of the marginal (posterior ancestral sampling); then the leaf's pixels given
  /// those of its own that are seen. Draws are of the conditional distribution where leaves are exact.
  /// Draw number d of image n is a pure function of (seed, n, d, parameters). An image of
  /// likelihood 0 has hidden pixels of 0. The same bits for any number of workers.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  package func conditionalSamples(
    _ source: some SampleSource, _ draws: Draws, derived: DerivedParameters,
    workers: ForkJoin, noise: NoiseSource = .evaluation, progress: (Int) throws -> Void = { _ in }
  ) throws -> [UInt8] {
    let out = AlignedBuffer<UInt8>(count: source.sampleCount * draws.count * pixelCount)
    let topDown = TopDown(self)
    let isMasked = !source.mask.hidesNothing
    let marginals = leaf.capabilities.marginals
    let values = (0..<workers.workers).map { _ in AlignedBuffer<Double>(count: largestTile) }
    let check = Stopping.check
    try forEachTile(
      source, workers: workers, noise: noise, keeping: .values, progress: progress
    ) { tile in
      let start = out.pointer + tile.images.lowerBound * draws.count * pixelCount
      copyObserved(tile, draws: draws.count, isMasked: isMasked, into: start)
      guard isMasked else { return }
      let loaded = tile.loaded(derived, noise)
      forward(loaded, into: values[tile.worker].pointer)
      Completion(
        topDown: topDown, marginals: marginals, loaded: loaded, draws: draws.count,
        seed: draws.seed, logLikelihoods: values[tile.worker].pointer, check: check, out: start
      ).draw()
    }
    return out.array
  }

  /// What is seen of each image of a tile, once a draw; the rest is left 0.
  func copyObserved(
    _ tile: TileOfImages, draws: Int, isMasked: Bool, into out: UnsafeMutablePointer<UInt8>
  ) {
    for pixel in 0..<pixelCount {
      let row = tile.workspace.pixels.row(pixel)
      let seen = tile.workspace.observed.row(pixel)
      for image in 0..<tile.images.count where !isMasked || seen[image] != 0 {
        for draw in 0..<draws { out[(image * draws + draw) * pixelCount + pixel] = row[image] }
      }
    }
  }
}

/// The draws of one tile, whose values `forward` left in the workspace.
private struct Completion {
  let topDown: TopDown
  /// Nil for leaves that are hidden or shown as a whole.
  let marginals: (any Marginalises)?
  let loaded: LoadedTile
  let draws: Int
  let seed: Int
  let logLikelihoods: UnsafePointer<Double>
  /// Ends the draws of an image; the pass over the tiles throws then.
  let check: @Sendable () throws -> Void
  /// `[image][draw][pixel]`
  let out: UnsafeMutablePointer<UInt8>

  private var circuit: Circuit { topDown.circuit }
  private var derived: DerivedParameters { loaded.derived }
  private var workspace: Workspace { loaded.workspace }
  private var memory: TileMemory { workspace.memory }

  /// The part in no segment first; its walks end where segments begin, whose values must be computed
  /// again before theirs go on.
  func draw() {
    let outside = workspace.imagesOutside
    drawInLogDomain(outside)
    guard outside.count < loaded.images else { return }
    let isOutside = Set(outside)
    let segments = circuit.segmentation.segments
    var segmentEnding = Array(repeating: -1, count: topDown.places.count)
    for (number, segment) in segments.enumerated() {
      if let last = segment.last { segmentEnding[last] = number }
    }
    var waiting = Array(
      repeating: -1, count: segments.count * loaded.images * draws)
    forEachDraw { image, draw, number in
      guard !isOutside.contains(image) else { return }
      let root = UnitOfRegion(region: circuit.graph.root, unit: rootUnit(image, draw))
      walk(from: root, image, draw) { next in
        let segment = segmentEnding[next.region]
        guard segment >= 0 else { return true }
        waiting[segment * loaded.images * draws + number] = next.unit
        return false
      }
    }
    for (number, segment) in segments.enumerated() {
      guard let last = segment.last else { continue }
      circuit.forwardStratum(circuit.strata[number], .own, loaded)
      forEachDraw { image, draw, place in
        let unit = waiting[number * loaded.images * draws + place]
        // Its walk ended elsewhere, or was one in the log domain.
        guard unit >= 0 else { return }
        walk(from: UnitOfRegion(region: last, unit: unit), image, draw) { _ in true }
      }
    }
  }

  /// Draws of images outside the linear domain, each from its regions' log-values.
  private func drawInLogDomain(_ images: [Int]) {
    guard let space = workspace.logDomain else { return }
    let pass = LogDomainPass(circuit: circuit, derived: derived, space: space)
    for image in images where logLikelihoods[image] > -.infinity {
      pass.forward(image: image)
      let terms = pass.rootTerms(nil)
      for draw in 0..<draws {
        if Stopping.asks(check) { return }
        let key = key(image, draw)
        let unit = chosen(of: terms, u: key.uniform(choice: topDown.places.count))
        topDown.walk(
          from: UnitOfRegion(region: circuit.graph.root, unit: unit), enters: { _ in true },
          choose: { sum, unit in
            chosen(of: pass.productTerms(sum, unit), u: key.uniform(choice: sum.region))
          },
          leaf: { index, unit in drawLeaf(index, unit: unit, image, draw, key) })
      }
    }
  }

  /// One of some shares that are given by their logarithms.
  private func chosen(of logs: [Double], u: Double) -> Int {
    let largest = logs.max() ?? 0
    return chosen(of: logs.count, u: u) { naturalExponential(logs[$0] - largest) }
  }

  private func forEachDraw(_ body: (_ image: Int, _ draw: Int, _ number: Int) -> Void) {
    for image in 0..<loaded.images where logLikelihoods[image] > -.infinity {
      for draw in 0..<draws {
        if Stopping.asks(check) { return }
        body(image, draw, image * draws + draw)
      }
    }
  }

  private func key(_ image: Int, _ draw: Int) -> NoiseKey {
    NoiseKey(
      seed: seed, purpose: .completion, epoch: draw,
      image: Int(workspace.images.pointer[image]))
  }

  private func rootUnit(_ image: Int, _ draw: Int) -> Int {
    let rows = memory.values(of: circuit.schedule.root)
    return chosen(
      of: circuit.rootWeights.count, u: key(image, draw).uniform(choice: topDown.places.count)
    ) { unit in
      Double(circuit.rootWeights.pointer[unit]) * Double(rows[unit * memory.tile + image])
    }
  }

  private func walk(
    from start: UnitOfRegion, _ image: Int, _ draw: Int, enters: (UnitOfRegion) -> Bool
  ) {
    let key = key(image, draw)
    topDown.walk(
      from: start, enters: enters,
      choose: { sum, unit in
        product(of: sum, unit: unit, image, u: key.uniform(choice: sum.region))
      },
      leaf: { index, unit in drawLeaf(index, unit: unit, image, draw, key) })
  }

  /// A product with probability weight times its factors, all with the exponents of their regions.
  private func product(of sum: SumRegion, unit: Int, _ image: Int, u: Double) -> Int {
    let units = circuit.units
    let slots = circuit.segmentation.slots
    let weights = derived.values.pointer + sum.weightOffset + unit * sum.productCount
    func exponent(_ region: Int) -> Int {
      Int(
        UnsafeRawPointer(memory.values(of: slots[region]) + units * memory.tile)
          .assumingMemoryBound(to: Int32.self)[image])
    }
    let exponents = circuit.graph.partitions[sum.partitions].map {
      $0.children.reduce(0) { $0 + exponent($1) }
    }
    let largest = exponents.max() ?? 0
    var shares: [Double] = []
    shares.reserveCapacity(sum.productCount)
    circuit.forEachProduct(of: sum) { partition, children, product in
      let shift = exponents[partition - sum.partitions.lowerBound] - largest
      var share = shift > -1_000 ? Double(weights[shares.count]) : 0
      for (place, child) in children.enumerated() where share > 0 {
        let unit = circuit.products.unit(ofChild: place, product: product, units: units)
        share *= Double(memory.values(of: slots[child])[unit * memory.tile + image])
      }
      shares.append(shift > -1_000 ? share * powerOfTwo(shift) : 0)
    }
    return chosen(of: shares.count, u: u) { shares[$0] }
  }

  /// The first index whose running sum exceeds u times the total.
  private func chosen(of count: Int, u: Double, share: (Int) -> Double) -> Int {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { shares in
      var total = 0.0
      var last = 0
      for index in 0..<count {
        let own = share(index)
        if own > 0 { last = index }
        total += own
        shares[index] = total
      }
      // What has no share is never taken, whatever the rounding.
      return (0..<count).first { shares[$0] > u * total } ?? last
    }
  }

  private func drawLeaf(
    _ index: Int, unit: Int, _ image: Int, _ draw: Int, _ key: NoiseKey
  ) {
    guard workspace.visibility(ofLeaf: index) != .whole else { return }
    let pixels = circuit.leafPixels[index]
    let row = out + (image * draws + draw) * circuit.pixelCount
    var own = key
    own.leaf = UInt32(circuit.leafRegions[index])
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pixels.count) { drawn in
      withUnsafeTemporaryAllocation(of: Bool.self, capacity: pixels.count) { observed in
        for (place, pixel) in pixels.enumerated() {
          drawn[place] = row[Int(pixel)]
          observed[place] = workspace.observed.row(Int(pixel))[image] != 0
        }
        sampleHidden(
          index, unit: unit, key: own, observed: UnsafeBufferPointer(observed), into: drawn)
        for (place, pixel) in pixels.enumerated() { row[Int(pixel)] = drawn[place] }
      }
    }
  }

  private func sampleHidden(
    _ index: Int, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into drawn: UnsafeMutableBufferPointer<UInt8>
  ) {
    let region = circuit.leafRegion(index, derived)
    guard let marginals else {
      return circuit.leaf.sampleAndKeepHidden(
        region, unit: unit, key: key, observed: observed, into: drawn)
    }
    marginals.sampleHidden(region, unit: unit, key: key, observed: observed, into: drawn)
  }
}
