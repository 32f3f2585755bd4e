import Configuration
import Numerics

/// One tile of a pass over a source: which images, and whose scratch.
struct TileOfImages {
  /// The tile's place among all images.
  let images: Range<Int>
  let worker: Int
  let workspace: Workspace

  func loaded(_ derived: DerivedParameters, _ noise: NoiseSource) -> LoadedTile {
    LoadedTile(images: images.count, derived: derived, noise: noise, workspace: workspace)
  }
}

/// What a pass leaves in its workspaces.
enum PassMemory {
  /// The root's values alone; see `Workspace` for the exponents.
  case rootValues
  /// Values of all regions.
  case values
  /// Values of all regions, and gradients; leaves have no scratch for statistics.
  case gradients
}

extension Circuit {
  /// Images that a walk asks a source for at a time.
  package var imagesOfBlock: Int { 32 * largestTile }

  /// Walks `source` tile by tile, its images and mask loaded, many workers at once.
  ///
  /// Which worker has which tile is left to chance: `body` may write what belongs to the tile's images
  /// and to its worker, nothing else. The tile is that of any whole block, so that a block's size
  /// never shows in a value.
  /// - Parameters:
  ///   - memory: what `body` asks of the workspace.
  ///   - progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour; what `source` throws, and
  ///   `Stopping.check`, before each tile.
  func forEachTile(
    _ source: some SampleSource, workers: ForkJoin, noise: NoiseSource,
    keeping memory: PassMemory, progress: (Int) throws -> Void,
    body: @Sendable (TileOfImages) -> Void
  ) throws {
    try require(source.mask)
    let tile = largestTile
    let order = AlignedBuffer((0..<Int32(source.sampleCount)).map { $0 })
    precondition(source.valueCount == pixelCount, "images of another size")
    let spaces = (0..<workers.workers).map { _ in
      Workspace(
        circuit: self, tile: tile, withGradients: memory == .gradients,
        keepsExponents: memory != .rootValues, isTraining: false)
    }
    let block = imagesOfBlock
    let check = Stopping.check
    source.rewind()
    for start in stride(from: 0, to: order.count, by: block) {
      let end = min(start + block, order.count)
      try source.prepare(
        UnsafeBufferPointer(start: order.pointer + start, count: end - start))
      workers.run(pieces: (end - start + tile - 1) / tile) { piece, worker in
        // What the others leave behind nobody sees: the pass ends below.
        if Stopping.asks(check) { return }
        let first = start + piece * tile
        let images = first..<min(first + tile, end)
        load(
          source, UnsafeBufferPointer(start: order.pointer + first, count: images.count),
          noise: noise, workspace: spaces[worker])
        body(TileOfImages(images: images, worker: worker, workspace: spaces[worker]))
      }
      try check()
      try progress(end)
    }
  }
}
