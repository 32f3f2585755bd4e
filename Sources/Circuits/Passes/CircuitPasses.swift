import Numerics

/// How a tile's regions keep their powers of two.
enum Exponents {
  /// One a region.
  case own
  /// One a stratum, where it can; see `SharedExponent`.
  case shared
}

extension Circuit {
  /// Loads up to a tile of images of `source` into a workspace.
  func load(
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
        workspace.observed,
        pixels: UnsafeBufferPointer(
          start: flatLeafPixels.pointer + leafPixelOffsets[index], count: shape.pixels),
        images: images)
      let visibility: Visibility =
        seen == 0 ? .nothing : seen == shape.pixels * images ? .whole : .part
      workspace.visibility.pointer[index] = visibility.rawValue
    }
  }

  /// log S in nats of the `images` loaded in `workspace`; leaves the values of the last stratum and
  /// of the segments' last regions, and in `workspace.logDomain` what images outside the linear domain
  /// need.
  ///
  /// - Returns: how the values that it left are kept.
  @discardableResult
  func forward(
    images: Int, derived: DerivedParameters, noise: TileNoise, workspace: Workspace,
    into out: UnsafeMutablePointer<Double>
  ) -> Exponents {
    clear(workspace.memory.outside.pointer, count: workspace.tile)
    let exponents = linearForward(
      images: images, derived: derived, noise: noise, workspace: workspace, into: out)
    return findImagesOutside(images, derived: derived, workspace: workspace)
      ? forwardOutside(
        images: images, derived: derived, noise: noise, workspace: workspace, into: out)
      : exponents
  }

  /// The same in the linear domain alone.
  private func linearForward(
    images: Int, derived: DerivedParameters, noise: TileNoise, workspace: Workspace,
    into out: UnsafeMutablePointer<Double>
  ) -> Exponents {
    guard !workspace.keepsExponents, strata.contains(where: { $0.shared != nil }) else {
      forwardStrata(
        .own, images: images, derived: derived, noise: noise, workspace: workspace, into: out)
      return .own
    }
    let lowest = workspace.lowest.pointer
    for image in 0..<workspace.tile { lowest[image] = .infinity }
    forwardStrata(
      .shared, images: images, derived: derived, noise: noise, workspace: workspace, into: out)
    guard
      (0..<images).contains(where: { isOutOfRange(lowest[$0], out[$0]) })
    else { return .shared }
    // Image by image, so that a number never depends on which images share a tile.
    let again = workspace.again.pointer
    forwardStrata(
      .own, images: images, derived: derived, noise: noise, workspace: workspace, into: again)
    for image in 0..<images where isOutOfRange(lowest[image], out[image]) {
      out[image] = again[image]
    }
    return .own
  }

  private func isOutOfRange(_ lowest: Float, _ logLikelihood: Double) -> Bool {
    lowest < lowestSharedValue || !logLikelihood.isFinite
  }

  /// All strata, then the root.
  func forwardStrata(
    _ exponents: Exponents, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace, into out: UnsafeMutablePointer<Double>
  ) {
    for stratum in strata {
      forwardStratum(
        stratum, exponents, images: images, derived: derived, noise: noise, workspace: workspace,
        onlyLeaf: isSingleLeaf ? out : nil)
    }
    if isSingleLeaf { return }
    rootLogLikelihoods(
      schedule, rootWeights: rootWeights.pointer, memory: workspace.memory, images: images,
      classes: workspace.seenClasses, into: out)
  }

  /// One unit and no sums: its number needs no other domain, however far below it lies.
  private var isSingleLeaf: Bool { sumRegions.isEmpty && units == 1 }

  /// Values of one stratum, leaves first.
  ///
  /// - Parameter onlyLeaf: where the log-likelihoods of a circuit of one unit go.
  func forwardStratum(
    _ stratum: Stratum, _ exponents: Exponents = .own, images: Int, derived: DerivedParameters,
    noise: TileNoise,
    workspace: Workspace, onlyLeaf: UnsafeMutablePointer<Double>? = nil
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    for index in stratum.leaves {
      let rows = memory.values(of: leafSlots[index])
      if leafSizes[index].isTable && onlyLeaf == nil {
        let pixel = Int(flatLeafPixels.pointer[leafPixelOffsets[index]])
        enter(
          derived.entries.pointer + index * binaryEntryCount(units: units), units: units,
          x: workspace.pixels.row(pixel),
          observed: workspace.visibility(ofLeaf: index) == .whole
            ? nil : workspace.observed.row(pixel),
          tile: memory.tile, images: lanes, into: rows)
        if let space = workspace.logDomain, space.isFilling {
          space.fill(
            leaf: index, table: derived.values.pointer + layout.leafDerived[index],
            pixel: pixel, images: images, workspace: workspace)
        }
        continue
      }
      evaluate(
        leaf: index, images: images, derived: derived, noise: noise, workspace: workspace,
        into: rows)
      if let onlyLeaf { for image in 0..<images { onlyLeaf[image] = Double(rows[image]) } }
      if let space = workspace.logDomain, space.isFilling { space.fill(leaf: index, rows: rows) }
      enterLinearDomain(
        rows: rows, units: units, tile: memory.tile, images: lanes, leaves: leafRegions.count,
        outside: workspace.memory.outside.pointer)
    }
    if exponents == .shared, let shared = stratum.shared {
      sharedExponentForward(
        schedule, shared, weights: derived.values.pointer, memory: memory, images: lanes,
        lowest: workspace.lowest.pointer)
    } else {
      products.forward(
        schedule, sums: stratum.sums, weights: derived.values.pointer, memory: memory,
        images: lanes)
    }
  }

  /// Log-likelihoods of a leaf region's units, `[unit][tile]`.
  private func evaluate(
    leaf index: Int, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace, into rows: UnsafeMutablePointer<Float>
  ) {
    let visibility = workspace.visibility(ofLeaf: index)
    guard visibility != .nothing else {
      clear(rows, count: units * workspace.memory.tile)
      return
    }
    leaf.logLikelihoods(
      leafTile(
        index, images: wholeLanes(images), derived: derived, noise: noise, workspace: workspace),
      into: rows)
    if visibility == .part && !hidesPixels {
      blank(rows, ofHidden: index, images: images, workspace: workspace)
    }
  }

  /// Hands the gradients of the tile that `forward` left in `workspace` to `target`.
  func backward(
    _ exponents: Exponents, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace, target: BackwardTarget
  ) {
    let memory = workspace.memory
    let last = strata.count - 1
    clear(memory.gradients.pointer, count: segmentation.scratch.lowerBound * units * memory.tile)
    seedRootGradient(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: images,
      classes: workspace.seenClasses)
    backwardOutside(derived: derived, workspace: workspace, target: target)
    backwardStratum(
      strata[last], exponents, images: images, derived: derived, noise: noise, workspace: workspace,
      target: target)
    for stratum in strata.dropLast() {
      // The scratch slots hold another segment's values: compute this one's again.
      forwardStratum(
        stratum, exponents, images: images, derived: derived, noise: noise, workspace: workspace)
      clear(
        memory.gradients(of: segmentation.scratch.lowerBound),
        count: segmentation.scratch.count * units * memory.tile)
      backwardStratum(
        stratum, exponents, images: images, derived: derived, noise: noise, workspace: workspace,
        target: target)
    }
  }

  /// Gradients of one stratum, whose values are there.
  private func backwardStratum(
    _ stratum: Stratum, _ exponents: Exponents, images: Int, derived: DerivedParameters,
    noise: TileNoise, workspace: Workspace, target: BackwardTarget
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    if exponents == .shared, let shared = stratum.shared {
      sharedExponentBackward(
        schedule, shared, weights: derived.values.pointer, memory: memory, images: lanes,
        statistics: target.sums)
    } else {
      products.backward(
        schedule, sums: stratum.sums, weights: derived.values.pointer, memory: memory,
        images: lanes, statistics: target.sums)
    }
    for index in stratum.leaves {
      switch target {
      case .statistics(let statistics):
        accumulate(
          leaf: index, images: images, derived: derived, noise: noise, workspace: workspace,
          into: statistics + layout.leafStatistics[index])
      case .leaves(let record): record.keep(leaf: index, self, workspace)
      }
    }
  }

  /// Adds the statistics of one leaf region, whose gradients by mantissas are there.
  private func accumulate(
    leaf index: Int, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace, into statistics: UnsafeMutablePointer<Float>
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    let flows = memory.gradients(of: leafSlots[index])
    multiply(flows, by: memory.values(of: leafSlots[index]), count: units * memory.tile)
    workspace.copyFlowsOutside(leaf: index, into: flows)
    let visibility = workspace.visibility(ofLeaf: index)
    // Hidden leaf regions contribute no statistics.
    if visibility == .nothing {
      return clearNotes(ofLeaf: index, images: lanes, workspace: workspace)
    }
    if visibility == .part && !hidesPixels {
      blank(flows, ofHidden: index, images: images, workspace: workspace)
    }
    leaf.accumulate(
      leafTile(index, images: lanes, derived: derived, noise: noise, workspace: workspace),
      flows: flows, into: statistics)
  }

  private func clearNotes(ofLeaf index: Int, images: Int, workspace: Workspace) {
    guard let notes = workspace.notes?.of(leaf: index, images: images) else { return }
    notes.start.initializeMemory(as: UInt8.self, repeating: 0, count: images * notes.stride)
  }

  /// Zeros in the rows `[unit][tile]` of a leaf region whose leaves know no hidden pixels, in the images
  /// that hide it whole: `require(_:)` saw to it that none hides a part.
  private func blank(
    _ rows: UnsafeMutablePointer<Float>, ofHidden index: Int, images: Int, workspace: Workspace
  ) {
    guard let pixel = leafPixels[index].first else { return }
    let seen = workspace.observed.row(Int(pixel))
    for image in 0..<images where seen[image] == 0 {
      for unit in 0..<units { rows[unit * workspace.memory.tile + image] = 0 }
    }
  }

  @inline(__always)
  func leafTile(
    _ index: Int, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace
  ) -> LeafTile {
    LeafTile(
      shape: leafShapes[index], leaf: index, tile: workspace.pixels,
      pixels: UnsafeBufferPointer(
        start: flatLeafPixels.pointer + leafPixelOffsets[index],
        count: leafShapes[index].pixels),
      observed: workspace.visibility(ofLeaf: index) == .whole ? nil : workspace.observed,
      images: images,
      parameters: derived.parameters.values.pointer + layout.leafParameters[index],
      derived: derived.values.pointer + layout.leafDerived[index], noise: noise,
      scratch: workspace.leafScratch.pointer + workspace.leafScratchOffsets[index],
      notes: workspace.notes?.of(leaf: index, images: images),
      isTraining: workspace.isTraining)
  }
}

extension Circuit {
  /// Forward and backward over at most a tile of images: their log-likelihoods, in nats, and their
  /// statistics, added to `statistics`.
  ///
  /// - Parameters:
  ///   - notes: of the batch, for leaves that take them.
  ///   - firstImage: the tile's first image in the batch, a multiple of 16.
  package func addStatistics(
    of source: some SampleSource, _ indices: UnsafeBufferPointer<Int32>, noise: NoiseSource,
    derived: DerivedParameters, workspace: Workspace,
    logLikelihoods: UnsafeMutablePointer<Double>, statistics: UnsafeMutablePointer<Float>,
    notes: BatchNotes? = nil, firstImage: Int = 0
  ) {
    workspace.notes = notes.map { TileNotes(batch: $0, firstImage: firstImage) }
    load(source, indices, noise: noise, workspace: workspace)
    forwardAndBackward(
      images: indices.count, derived: derived, noise: noise, workspace: workspace,
      logLikelihoods: logLikelihoods, target: .statistics(statistics))
  }

  /// The same, of the images that are loaded; gradients go to `target`.
  func forwardAndBackward(
    images: Int, derived: DerivedParameters, noise: NoiseSource, workspace: Workspace,
    logLikelihoods: UnsafeMutablePointer<Double>, target: BackwardTarget
  ) {
    let tileNoise = noise.tile(workspace.images.pointer)
    let exponents = forward(
      images: images, derived: derived, noise: tileNoise, workspace: workspace,
      into: logLikelihoods)
    backward(
      exponents, images: images, derived: derived, noise: tileNoise, workspace: workspace,
      target: target)
  }
}
