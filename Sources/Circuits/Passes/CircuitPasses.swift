import Numerics

/// How a tile's regions keep their powers of two.
enum Exponents {
  /// One a region.
  case own
  /// One a stratum, where it can; see `SharedExponent`.
  case shared
}

/// A tile of images that a workspace has loaded, and by what a circuit computes its values.
struct LoadedTile {
  let images: Int
  let derived: DerivedParameters
  let noise: TileNoise
  let workspace: Workspace

  init(
    images: Int, derived: DerivedParameters, noise: NoiseSource, workspace: Workspace
  ) {
    self.images = images
    self.derived = derived
    self.noise = noise.tile(workspace.images.pointer)
    self.workspace = workspace
  }

  /// Lanes to compute.
  var lanes: Int { wholeLanes(images) }
}

extension Circuit {
  /// Loads up to a tile of images of `source` into a workspace.
  package func load(
    _ source: some SampleSource, _ indices: UnsafeBufferPointer<Int32>, noise: NoiseSource,
    workspace: Workspace
  ) {
    source.copy(indices, epoch: noise.epoch, into: workspace.samples.pointer)
    source.identify(indices, into: workspace.images.pointer)
    workspace.pixels.load(samples: workspace.samples.pointer, images: indices.count)
    if let classes = workspace.classes {
      source.classes(indices, into: classes.pointer)
    }
    applyMask(source.mask, images: indices.count, workspace: workspace)
  }

  /// Which pixels are looked at, and what that leaves of each leaf region.
  private func applyMask(_ mask: PixelMask, images: Int, workspace: Workspace) {
    guard !mask.hidesNothing else {
      for index in leafRegions.indices {
        workspace.visibility.pointer[index] = Visibility.whole.rawValue
      }
      return
    }
    mask.fill(
      workspace.observed,
      images: UnsafeBufferPointer(start: workspace.images.pointer, count: images))
    for (index, shape) in leafShapes.enumerated() {
      let seen = observedCount(
        workspace.observed, pixels: flatPixels(ofLeaf: index), images: images)
      let visibility: Visibility =
        seen == 0 ? .nothing : seen == shape.pixels * images ? .whole : .part
      workspace.visibility.pointer[index] = visibility.rawValue
    }
  }

  /// log S in nats of a tile's images; leaves the values of the last stratum and of the segments' last
  /// regions, and in `workspace.logDomain` what images outside the linear domain need.
  ///
  /// - Returns: how the values that it left are kept.
  @discardableResult
  func forward(_ tile: LoadedTile, into out: UnsafeMutablePointer<Double>) -> Exponents {
    clear(tile.workspace.memory.outside.pointer, count: tile.workspace.tile)
    let exponents = linearForward(tile, into: out)
    return findImagesOutside(tile) ? forwardOutside(tile, into: out) : exponents
  }

  /// The same in the linear domain alone.
  private func linearForward(
    _ tile: LoadedTile, into out: UnsafeMutablePointer<Double>
  ) -> Exponents {
    let workspace = tile.workspace
    guard !workspace.keepsExponents, strata.contains(where: { $0.shared != nil }) else {
      forwardStrata(.own, tile, into: out)
      return .own
    }
    let lowest = workspace.lowest.pointer
    for image in 0..<workspace.tile { lowest[image] = .infinity }
    forwardStrata(.shared, tile, into: out)
    guard
      (0..<tile.images).contains(where: { isOutOfRange(lowest[$0], out[$0]) })
    else { return .shared }
    // Image by image, so that a number never depends on which images share a tile.
    let again = workspace.again.pointer
    forwardStrata(.own, tile, into: again)
    for image in 0..<tile.images where isOutOfRange(lowest[image], out[image]) {
      out[image] = again[image]
    }
    return .own
  }

  private func isOutOfRange(_ lowest: Float, _ logLikelihood: Double) -> Bool {
    lowest < lowestSharedValue || !logLikelihood.isFinite
  }

  /// All strata, then the root.
  func forwardStrata(
    _ exponents: Exponents, _ tile: LoadedTile, into out: UnsafeMutablePointer<Double>
  ) {
    for stratum in strata {
      forwardStratum(stratum, exponents, tile, onlyLeaf: isSingleLeaf ? out : nil)
    }
    if isSingleLeaf { return }
    rootLogLikelihoods(
      schedule, rootWeights: rootWeights.pointer, memory: tile.workspace.memory,
      images: tile.images, classes: tile.workspace.seenClasses, into: out)
  }

  /// One unit and no sums: its number needs no other domain, however far below it lies.
  private var isSingleLeaf: Bool { sumRegions.isEmpty && units == 1 }

  /// Values of one stratum, leaves first.
  ///
  /// - Parameter onlyLeaf: where the log-likelihoods of a circuit of one unit go.
  func forwardStratum(
    _ stratum: Stratum, _ exponents: Exponents, _ tile: LoadedTile,
    onlyLeaf: UnsafeMutablePointer<Double>? = nil
  ) {
    let memory = tile.workspace.memory
    for index in stratum.leaves {
      if leafSizes[index].isTable && onlyLeaf == nil {
        lookUp(leaf: index, tile)
      } else {
        enterValues(ofLeaf: index, tile, onlyLeaf: onlyLeaf)
      }
    }
    let weights = tile.derived.values.pointer
    if exponents == .shared, let shared = stratum.shared {
      sharedExponentForward(
        schedule, shared, weights: weights, memory: memory, images: tile.lanes,
        lowest: tile.workspace.lowest.pointer)
    } else {
      products.forward(
        schedule, sums: stratum.sums, weights: weights, memory: memory, images: tile.lanes)
    }
  }

  /// Values of a leaf region of one binary pixel, from its entry.
  private func lookUp(leaf index: Int, _ tile: LoadedTile) {
    let (derived, workspace) = (tile.derived, tile.workspace)
    let pixel = Int(flatLeafPixels.pointer[leafPixelOffsets[index]])
    enter(
      derived.entries.pointer + index * binaryEntryCount(units: units), units: units,
      x: workspace.pixels.row(pixel),
      observed: workspace.visibility(ofLeaf: index) == .whole
        ? nil : workspace.observed.row(pixel),
      RowLayout(tile: workspace.memory.tile, images: tile.lanes),
      into: workspace.memory.values(of: leafSlots[index]))
    if let space = workspace.logDomain, space.isFilling {
      space.fill(
        leaf: index, table: derived.values.pointer + layout.leafDerived[index],
        pixel: pixel, images: tile.images, workspace: workspace)
    }
  }

  private func enterValues(
    ofLeaf index: Int, _ tile: LoadedTile, onlyLeaf: UnsafeMutablePointer<Double>?
  ) {
    let memory = tile.workspace.memory
    let rows = memory.values(of: leafSlots[index])
    evaluate(leaf: index, tile, into: rows)
    if let onlyLeaf { for image in 0..<tile.images { onlyLeaf[image] = Double(rows[image]) } }
    if let space = tile.workspace.logDomain, space.isFilling {
      space.fill(leaf: index, rows: rows)
    }
    enterLinearDomain(
      rows: rows, units: units, tile: memory.tile, images: tile.lanes, leaves: leafRegions.count,
      outside: memory.outside.pointer)
  }

  /// Log-likelihoods of a leaf region's units, `[unit][tile]`.
  private func evaluate(
    leaf index: Int, _ tile: LoadedTile, into rows: UnsafeMutablePointer<Float>
  ) {
    let visibility = tile.workspace.visibility(ofLeaf: index)
    guard visibility != .nothing else {
      clear(rows, count: units * tile.workspace.memory.tile)
      return
    }
    leaf.logLikelihoods(leafTile(index, tile), into: rows)
    if visibility == .part && !hidesPixels { blank(rows, ofHidden: index, tile) }
  }

  /// Hands the gradients of the tile that `forward` left in `workspace` to `target`.
  func backward(_ exponents: Exponents, _ tile: LoadedTile, target: BackwardTarget) {
    let memory = tile.workspace.memory
    let last = strata.count - 1
    clear(memory.gradients.pointer, count: segmentation.scratch.lowerBound * units * memory.tile)
    seedRootGradient(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: tile.images,
      classes: tile.workspace.seenClasses)
    backwardOutside(tile, target: target)
    backwardStratum(strata[last], exponents, tile, target: target)
    for stratum in strata.dropLast() {
      // The scratch slots hold another segment's values: compute this one's again.
      forwardStratum(stratum, exponents, tile)
      clear(
        memory.gradients(of: segmentation.scratch.lowerBound),
        count: segmentation.scratch.count * units * memory.tile)
      backwardStratum(stratum, exponents, tile, target: target)
    }
  }

  /// Gradients of one stratum, whose values are there.
  private func backwardStratum(
    _ stratum: Stratum, _ exponents: Exponents, _ tile: LoadedTile, target: BackwardTarget
  ) {
    let memory = tile.workspace.memory
    let weights = tile.derived.values.pointer
    if exponents == .shared, let shared = stratum.shared {
      sharedExponentBackward(
        schedule, shared, weights: weights, memory: memory, images: tile.lanes,
        statistics: target.sums)
    } else {
      products.backward(
        schedule, sums: stratum.sums, weights: weights, memory: memory, images: tile.lanes,
        statistics: target.sums)
    }
    for index in stratum.leaves {
      switch target {
      case .statistics(let statistics):
        accumulate(leaf: index, tile, into: statistics + layout.leafStatistics[index])
      case .leaves(let record): record.keep(leaf: index, self, tile.workspace)
      }
    }
  }

  /// Adds the statistics of one leaf region, whose gradients by mantissas are there.
  private func accumulate(
    leaf index: Int, _ tile: LoadedTile, into statistics: UnsafeMutablePointer<Float>
  ) {
    let workspace = tile.workspace
    let memory = workspace.memory
    let flows = memory.gradients(of: leafSlots[index])
    multiply(flows, by: memory.values(of: leafSlots[index]), count: units * memory.tile)
    workspace.copyFlowsOutside(leaf: index, into: flows)
    let visibility = workspace.visibility(ofLeaf: index)
    // Hidden leaf regions contribute no statistics.
    if visibility == .nothing {
      keep(nil, leaf: index, tile)
      return clearNotes(ofLeaf: index, images: tile.lanes, workspace: workspace)
    }
    if visibility == .part && !hidesPixels { blank(flows, ofHidden: index, tile) }
    if keep(flows, leaf: index, tile) { return }
    leaf.accumulate(leafTile(index, tile), flows: flows, into: statistics)
  }

  /// Keeps flows whose statistics are added up after the batch; false where they are not.
  @discardableResult
  private func keep(
    _ flows: UnsafeMutablePointer<Float>?, leaf index: Int, _ tile: LoadedTile
  ) -> Bool {
    guard let kept = tile.workspace.kept else { return false }
    kept.batch.keep(
      flows, leaf: index, stride: tile.workspace.memory.tile, lanes: tile.lanes,
      firstImage: kept.firstImage)
    return true
  }

  private func clearNotes(ofLeaf index: Int, images: Int, workspace: Workspace) {
    guard let notes = workspace.notes?.of(leaf: index, images: images) else { return }
    notes.start.initializeMemory(as: UInt8.self, repeating: 0, count: images * notes.stride)
  }

  /// Zeros in the rows `[unit][tile]` of a leaf region whose leaves know no hidden pixels, in the images
  /// that hide it whole: `require(_:)` saw to it that none hides a part.
  private func blank(
    _ rows: UnsafeMutablePointer<Float>, ofHidden index: Int, _ tile: LoadedTile
  ) {
    guard let pixel = leafPixels[index].first else { return }
    let seen = tile.workspace.observed.row(Int(pixel))
    for image in 0..<tile.images where seen[image] == 0 {
      for unit in 0..<units { rows[unit * tile.workspace.memory.tile + image] = 0 }
    }
  }

  /// A tile as the leaf of one region sees it.
  @inline(__always)
  func leafTile(_ index: Int, _ tile: LoadedTile) -> LeafTile {
    let workspace = tile.workspace
    return LeafTile(
      region: leafRegion(index, tile.derived), leaf: index,
      values: RegionValues(
        workspace.pixels,
        pixels: flatPixels(ofLeaf: index),
        observed: workspace.visibility(ofLeaf: index) == .whole ? nil : workspace.observed,
        images: tile.lanes),
      noise: tile.noise,
      scratch: workspace.leafScratch.pointer + workspace.leafScratchOffsets[index],
      notes: workspace.notes?.of(leaf: index, images: tile.lanes),
      isTraining: workspace.isTraining)
  }

  /// The pixels of one leaf region.
  @inline(__always)
  func flatPixels(ofLeaf index: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(
      start: flatLeafPixels.pointer + leafPixelOffsets[index], count: leafShapes[index].pixels)
  }

  /// One leaf region's own numbers.
  @inline(__always)
  func leafRegion(_ index: Int, _ derived: DerivedParameters) -> LeafRegion {
    LeafRegion(
      leafShapes[index],
      parameters: derived.parameters.values.pointer + layout.leafParameters[index],
      derived: derived.values.pointer + layout.leafDerived[index])
  }
}
