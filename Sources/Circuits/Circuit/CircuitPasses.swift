import Kernels

extension Circuit {
  /// Loads up to a tile of images of `source` into a workspace.
  func load(
    _ source: some SampleSource, _ indices: UnsafeBufferPointer<Int32>, epoch: Int,
    pixelOfPosition: UnsafePointer<Int32>, workspace: Workspace
  ) {
    source.copy(indices, epoch: epoch, into: workspace.samples.pointer)
    workspace.pixels.load(
      samples: workspace.samples.pointer, images: indices.count,
      pixelOfPosition: pixelOfPosition)
  }

  /// log S in nats of the `images` loaded in `workspace`; fills the values of every region.
  func forward(
    images: Int, derived: DerivedParameters, workspace: Workspace,
    into out: UnsafeMutablePointer<Double>
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    for (index, region) in leafRegions.enumerated() {
      let rows = memory.values(of: region)
      leaf.logLikelihoods(
        workspace.pixels, pixels: pixels(ofLeaf: index), leafShapes[index],
        derived: derived.values.pointer + layout.leafDerived[index], images: lanes, into: rows)
      enterLinearDomain(rows: rows, units: units, tile: memory.tile, images: lanes)
    }
    sumProductForward(schedule, weights: derived.values.pointer, memory: memory, images: lanes)
    rootLogLikelihoods(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: images, into: out)
  }

  /// Adds the statistics of the tile that `forward` left in `workspace`.
  func backward(
    images: Int, derived: DerivedParameters, workspace: Workspace,
    statistics: UnsafeMutablePointer<Float>
  ) {
    let lanes = wholeLanes(images)
    let memory = workspace.memory
    clear(memory.gradients.pointer, count: memory.gradients.count)
    seedRootGradient(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: images)
    sumProductBackward(
      schedule, weights: derived.values.pointer, memory: memory, images: lanes,
      statistics: statistics)
    for (index, region) in leafRegions.enumerated() {
      let flows = memory.gradients(of: region)
      multiply(flows, by: memory.values(of: region), count: units * memory.tile)
      leaf.accumulate(
        workspace.pixels, pixels: pixels(ofLeaf: index), leafShapes[index],
        derived: derived.values.pointer + layout.leafDerived[index], flows: flows, images: lanes,
        into: statistics + layout.leafStatistics[index])
    }
  }

  @inline(__always)
  private func pixels(ofLeaf index: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(
      start: flatLeafPixels.pointer + leafPixelOffsets[index], count: leafShapes[index].pixels)
  }

  private func wholeLanes(_ images: Int) -> Int { (images + laneCount - 1) / laneCount * laneCount }
}

extension Circuit {
  /// Forward and backward over at most a tile of images: their log-likelihoods, in nats, and their
  /// statistics, added to `statistics`.
  package func addStatistics(
    of source: some SampleSource, _ indices: UnsafeBufferPointer<Int32>, epoch: Int,
    pixelOfPosition: UnsafePointer<Int32>, derived: DerivedParameters, workspace: Workspace,
    logLikelihoods: UnsafeMutablePointer<Double>, statistics: UnsafeMutablePointer<Float>
  ) {
    load(source, indices, epoch: epoch, pixelOfPosition: pixelOfPosition, workspace: workspace)
    forward(
      images: indices.count, derived: derived, workspace: workspace, into: logLikelihoods)
    backward(
      images: indices.count, derived: derived, workspace: workspace, statistics: statistics)
  }
}
