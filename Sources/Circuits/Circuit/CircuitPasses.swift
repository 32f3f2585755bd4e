import Kernels

extension Circuit {
  /// Loads up to a tile of images of `source` into a workspace.
  func load(
    _ source: some SampleSource, _ indices: UnsafeBufferPointer<Int32>, noise: NoiseSource,
    pixelOfPosition: UnsafePointer<Int32>, workspace: Workspace
  ) {
    source.copy(indices, epoch: noise.epoch, into: workspace.samples.pointer)
    source.identify(indices, into: workspace.images.pointer)
    workspace.pixels.load(
      samples: workspace.samples.pointer, images: indices.count,
      pixelOfPosition: pixelOfPosition)
    if let classes = workspace.classes {
      source.classes(indices, into: classes.pointer)
    }
    look(at: source.mask, images: indices.count, workspace: workspace)
  }

  /// Which pixels are looked at, and what that leaves of each leaf region.
  private func look(at mask: PixelMask, images: Int, workspace: Workspace) {
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
  /// of the segments' last regions.
  func forward(
    images: Int, derived: DerivedParameters, noise: TileNoise, workspace: Workspace,
    into out: UnsafeMutablePointer<Double>
  ) {
    for stratum in strata {
      climb(
        stratum, images: images, derived: derived, noise: noise, workspace: workspace,
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
  func climb(
    _ stratum: Stratum, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace, onlyLeaf: UnsafeMutablePointer<Double>? = nil
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    for index in stratum.leaves {
      let rows = memory.values(of: leafSlots[index])
      let visibility = workspace.visibility(ofLeaf: index)
      if visibility == .nothing {
        clear(rows, count: units * memory.tile)
      } else {
        leaf.logLikelihoods(
          leafTile(index, images: lanes, derived: derived, noise: noise, workspace: workspace),
          into: rows)
        if visibility == .part && !leaf.hidesPixels {
          blank(rows, ofHidden: index, images: images, workspace: workspace)
        }
      }
      if let onlyLeaf { for image in 0..<images { onlyLeaf[image] = Double(rows[image]) } }
      enterLinearDomain(
        rows: rows, units: units, tile: memory.tile, images: lanes, leaves: leafRegions.count)
    }
    sumProductForward(
      schedule, sums: stratum.sums, weights: derived.values.pointer, memory: memory,
      images: lanes)
  }

  /// Adds the statistics of the tile that `forward` left in `workspace`.
  func backward(
    images: Int, derived: DerivedParameters, noise: TileNoise, workspace: Workspace,
    statistics: UnsafeMutablePointer<Float>
  ) {
    let memory = workspace.memory
    let last = strata.count - 1
    clear(memory.gradients.pointer, count: segmentation.scratch.lowerBound * units * memory.tile)
    seedRootGradient(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: images,
      classes: workspace.seenClasses)
    descend(
      strata[last], images: images, derived: derived, noise: noise, workspace: workspace,
      statistics: statistics)
    for stratum in strata.dropLast() {
      // The scratch slots hold another segment's values: compute this one's again.
      climb(stratum, images: images, derived: derived, noise: noise, workspace: workspace)
      clear(
        memory.gradients(of: segmentation.scratch.lowerBound),
        count: segmentation.scratch.count * units * memory.tile)
      descend(
        stratum, images: images, derived: derived, noise: noise, workspace: workspace,
        statistics: statistics)
    }
  }

  /// Gradients and statistics of one stratum, whose values are there.
  private func descend(
    _ stratum: Stratum, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace,
    statistics: UnsafeMutablePointer<Float>
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    sumProductBackward(
      schedule, sums: stratum.sums, weights: derived.values.pointer, memory: memory,
      images: lanes, statistics: statistics)
    for index in stratum.leaves {
      let flows = memory.gradients(of: leafSlots[index])
      let place = statistics + layout.leafStatistics[index]
      if let probe = leaf.probe {
        probe.record(
          leafShapes[index], gradients: flows, values: memory.values(of: leafSlots[index]),
          into: place)
        continue
      }
      multiply(flows, by: memory.values(of: leafSlots[index]), count: units * memory.tile)
      let own = leafTile(
        index, images: lanes, derived: derived, noise: noise, workspace: workspace)
      let visibility = workspace.visibility(ofLeaf: index)
      // What is hidden teaches a leaf nothing.
      if visibility == .nothing { continue }
      if visibility == .part && !leaf.hidesPixels {
        blank(flows, ofHidden: index, images: images, workspace: workspace)
      }
      leaf.accumulate(own, flows: flows, into: place)
    }
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
      isTraining: workspace.isTraining)
  }

  private func wholeLanes(_ images: Int) -> Int { (images + laneCount - 1) / laneCount * laneCount }
}

extension Circuit {
  /// Forward and backward over at most a tile of images: their log-likelihoods, in nats, and their
  /// statistics, added to `statistics`.
  package func addStatistics(
    of source: some SampleSource, _ indices: UnsafeBufferPointer<Int32>, noise: NoiseSource,
    pixelOfPosition: UnsafePointer<Int32>, derived: DerivedParameters, workspace: Workspace,
    logLikelihoods: UnsafeMutablePointer<Double>, statistics: UnsafeMutablePointer<Float>
  ) {
    load(source, indices, noise: noise, pixelOfPosition: pixelOfPosition, workspace: workspace)
    forwardAndBackward(
      images: indices.count, derived: derived, noise: noise, workspace: workspace,
      logLikelihoods: logLikelihoods, statistics: statistics)
  }

  /// The same, of the images that are loaded.
  func forwardAndBackward(
    images: Int, derived: DerivedParameters, noise: NoiseSource, workspace: Workspace,
    logLikelihoods: UnsafeMutablePointer<Double>, statistics: UnsafeMutablePointer<Float>
  ) {
    let tileNoise = noise.tile(workspace.images.pointer)
    forward(
      images: images, derived: derived, noise: tileNoise, workspace: workspace,
      into: logLikelihoods)
    backward(
      images: images, derived: derived, noise: tileNoise, workspace: workspace,
      statistics: statistics)
  }
}
