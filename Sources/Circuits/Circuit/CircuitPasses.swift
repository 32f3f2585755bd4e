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
      into: out)
  }

  /// One unit and no sums: its number needs no other domain, however far below it lies.
  private var isSingleLeaf: Bool { sumRegions.isEmpty && units == 1 }

  /// Values of one stratum, leaves first.
  ///
  /// - Parameter onlyLeaf: where the log-likelihoods of a circuit of one unit go.
  private func climb(
    _ stratum: Stratum, images: Int, derived: DerivedParameters, noise: TileNoise,
    workspace: Workspace, onlyLeaf: UnsafeMutablePointer<Double>? = nil
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    for index in stratum.leaves {
      let rows = memory.values(of: leafSlots[index])
      if derived.isHidden[index] {
        clear(rows, count: units * memory.tile)
      } else {
        leaf.logLikelihoods(
          leafTile(index, images: lanes, derived: derived, noise: noise, workspace: workspace),
          into: rows)
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
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: images)
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
    for index in stratum.leaves where !derived.isHidden[index] {
      let flows = memory.gradients(of: leafSlots[index])
      multiply(flows, by: memory.values(of: leafSlots[index]), count: units * memory.tile)
      leaf.accumulate(
        leafTile(index, images: lanes, derived: derived, noise: noise, workspace: workspace),
        flows: flows, into: statistics + layout.leafStatistics[index])
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
    let tileNoise = noise.tile(workspace.images.pointer)
    forward(
      images: indices.count, derived: derived, noise: tileNoise, workspace: workspace,
      into: logLikelihoods)
    backward(
      images: indices.count, derived: derived, noise: tileNoise, workspace: workspace,
      statistics: statistics)
  }
}
