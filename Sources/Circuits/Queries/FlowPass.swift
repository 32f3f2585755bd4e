import Kernels

/// What each leaf unit had to do with one tile of images: its pixels, values and flows.
struct TileFlows {
  /// The tile's place among all images.
  let images: Range<Int>
  /// Which worker has it: for scratch that is a worker's own.
  let worker: Int
  let pixels: PixelTile
  /// log S, `[image]`, in nats.
  let logLikelihoods: UnsafePointer<Double>
  fileprivate let flows: UnsafePointer<Float>
  fileprivate let circuit: Circuit
  fileprivate let derived: DerivedParameters
  fileprivate let noise: NoiseSource
  fileprivate let workspace: Workspace

  /// Flows of one leaf region, `[unit][tile]`: d log S / d log value; they sum to 1 over the units,
  /// or all are 0 where S = 0.
  func flows(ofLeaf index: Int) -> UnsafePointer<Float> {
    flows + circuit.layout.leafStatistics[index]
  }

  /// The tile as the leaves of one region see it; their own family, which knows more than flows. Its
  /// scratch is that of an evaluation.
  func tile(ofLeaf index: Int) -> LeafTile {
    circuit.leafTile(
      index, images: (images.count + laneCount - 1) / laneCount * laneCount, derived: derived,
      noise: noise.tile(workspace.images.pointer), workspace: workspace
    ).forEvaluation
  }

  func visibility(ofLeaf index: Int) -> Visibility { workspace.visibility(ofLeaf: index) }

  /// Whether an image of the tile, counted from its first, shows a pixel.
  func isObserved(_ pixel: Int, image: Int) -> Bool {
    isMasked ? workspace.observed.row(pixel)[image] != 0 : true
  }

  fileprivate let isMasked: Bool
}

extension Circuit {
  /// Walks `source` tile by tile, forward and backward, and hands out the flows of all leaf units.
  ///
  /// Which worker has which tile is left to chance: `body` may write what belongs to the tile's images
  /// and to its worker, nothing else.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  func forEachTileOfFlows(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource, progress: (Int) throws -> Void,
    body: @Sendable (TileFlows) -> Void
  ) throws {
    try require(source.mask)
    let tile = largestTile
    let circuit = with(leaf: FlowLeaf(base: leaf, tile: tile))
    let order = AlignedBuffer((0..<Int32(source.sampleCount)).map { $0 })
    let positions = AlignedBuffer(source.pixelOfPosition)
    precondition(positions.count == pixelCount, "images of another size")
    let spaces = (0..<workers.workers).map { _ in
      (
        workspace: Workspace(circuit: circuit, tile: tile, withGradients: true),
        statistics: AlignedBuffer<Float>(count: circuit.layout.statisticCount),
        values: AlignedBuffer<Double>(count: tile)
      )
    }
    let block = 32 * tile
    for start in stride(from: 0, to: order.count, by: block) {
      let end = min(start + block, order.count)
      workers.run(pieces: (end - start + tile - 1) / tile) { piece, worker in
        let first = start + piece * tile
        let images = first..<min(first + tile, end)
        let space = spaces[worker]
        circuit.addStatistics(
          of: source,
          UnsafeBufferPointer(start: order.pointer + first, count: images.count), noise: noise,
          pixelOfPosition: positions.pointer, derived: derived, workspace: space.workspace,
          logLikelihoods: space.values.pointer, statistics: space.statistics.pointer)
        body(
          TileFlows(
            images: images, worker: worker, pixels: space.workspace.pixels,
            logLikelihoods: space.values.pointer, flows: space.statistics.pointer,
            circuit: circuit, derived: derived, noise: noise, workspace: space.workspace,
            isMasked: !source.mask.hidesNothing))
      }
      try progress(end)
    }
  }
}
