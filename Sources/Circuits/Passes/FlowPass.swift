import Numerics

/// What each leaf unit had to do with one tile of images: its pixels, values and flows.
struct TileFlows {
  /// The tile's place among all images.
  let images: Range<Int>
  /// Which worker has it: for scratch that is a worker's own.
  let worker: Int
  let pixels: PixelTile
  /// log S, `[image]`, in nats.
  let logLikelihoods: UnsafePointer<Double>
  fileprivate let leaves: LeafGradients
  fileprivate let circuit: Circuit
  fileprivate let loaded: LoadedTile
  private var workspace: Workspace { loaded.workspace }

  /// Flows of one leaf region, `[unit][tile]`: d log S / d log value; they sum to 1 over the units,
  /// or all are 0 where S = 0.
  func flows(ofLeaf index: Int) -> UnsafePointer<Float> {
    UnsafePointer(leaves.flows(ofLeaf: index))
  }

  /// log sum_k a_rk - log S of one image of the tile, with a_rk = dS / d value of unit k of a leaf region,
  /// where S > 0.
  ///
  /// From d log S / d mantissa: with value = mantissa * 2^e, d log S / d value is this times 2^-e, and
  /// neither need have a float.
  func logGradient(ofLeaf index: Int, image: Int) -> Double {
    if let space = workspace.logDomain, workspace.imagesOutside.contains(image) {
      return space.logGradient(ofLeaf: index, image: image)
    }
    let gradients = leaves.gradients(ofLeaf: index)
    let exponents = leaves.exponents(ofLeaf: index)
    var total = 0.0
    for unit in 0..<circuit.units { total += Double(gradients[unit * pixels.tile + image]) }
    return naturalLogarithm(total) - Double(exponents[image]) * naturalLogarithm(2)
  }

  /// The tile as the leaves of one region see it. Its scratch is that of an evaluation.
  func tile(ofLeaf index: Int) -> LeafTile {
    circuit.leafTile(index, loaded)
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
    let isMasked = !source.mask.hidesNothing
    let spaces = (0..<workers.workers).map { _ in
      (
        gradients: AlignedBuffer<Float>(count: LeafGradients.count(self)),
        values: AlignedBuffer<Double>(count: largestTile)
      )
    }
    try forEachTile(
      source, workers: workers, noise: noise, keeping: .gradients, progress: progress
    ) { tile in
      let space = spaces[tile.worker]
      let leaves = LeafGradients(self, memory: space.gradients.pointer)
      let loaded = tile.loaded(derived, noise)
      forwardAndBackward(
        loaded, logLikelihoods: space.values.pointer, target: .leaves(leaves))
      body(
        TileFlows(
          images: tile.images, worker: tile.worker, pixels: tile.workspace.pixels,
          logLikelihoods: space.values.pointer, leaves: leaves, circuit: self,
          loaded: loaded, isMasked: isMasked))
    }
  }
}
