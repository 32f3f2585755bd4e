import Numerics

/// Flows at the leaf regions of a batch's images, and the images' values, kept until the batch is done.
///
/// Statistics of a leaf region can be larger than its flows by far: a table of 256 levels a pixel and unit,
/// beside a flow a unit and image. Summed tile by tile they would pass through memory once a tile, in as many
/// copies as a batch has slots; summed after the batch, region by region, each is one table in a cache.
package final class BatchFlows: Sendable {
  private let circuit: Circuit
  /// Blocks of sixteen images that there is room for.
  private let blocks: Int
  /// `[leaf region][block][unit][16]`
  private let flows: AlignedBuffer<Float>
  /// Values of each block's images, and which of them are looked at.
  private let values: [PixelTile]
  private let observed: [PixelTile]
  /// Stands for the images' numbers: leaves without scratch draw nothing in training.
  private let numbers = AlignedBuffer<Int32>(count: laneCount)

  /// Nil for circuits whose statistics of leaves are summed tile by tile; see `areKept`.
  ///
  /// - Parameter images: of the largest batch.
  init?(_ circuit: Circuit, images: Int) {
    guard BatchFlows.areKept(circuit, images: images) else { return nil }
    self.circuit = circuit
    blocks = wholeLanes(images) / laneCount
    flows = AlignedBuffer(count: circuit.leafShapes.count * circuit.units * blocks * laneCount)
    values = BatchFlows.tiles(circuit, blocks)
    observed = BatchFlows.tiles(circuit, blocks)
  }

  /// Whether flows of batches of so many images are kept: where they are smaller than the leaves' statistics in
  /// all slots of a batch. Decided by circuit and batch alone, for the same bits everywhere.
  package static func areKept(_ circuit: Circuit, images: Int) -> Bool {
    // What `accumulate` would find in the scratch is gone by then.
    let isPossible = circuit.leafSizes.allSatisfy { $0.scratch == .none && $0.noteBytes == 0 }
    let statistics = circuit.layout.statisticCount - circuit.layout.sumWeightCount
    let flows = circuit.leafShapes.count * circuit.units * wholeLanes(images)
    return isPossible && flows < statistics * BatchStatistics.slots(images, circuit)
  }

  private static func tiles(_ circuit: Circuit, _ blocks: Int) -> [PixelTile] {
    (0..<blocks).map { _ in PixelTile(pixelCount: circuit.pixelCount, tile: laneCount) }
  }

  static func byteCount(_ circuit: Circuit, images: Int) -> Int {
    guard areKept(circuit, images: images) else { return 0 }
    let flows = circuit.leafShapes.count * circuit.units * MemoryLayout<Float>.stride
    return wholeLanes(images) * (flows + 2 * circuit.pixelCount)
  }

  /// Keeps the values of a tile of images.
  ///
  /// - Parameter firstImage: the tile's first in the batch, a multiple of 16.
  func keep(_ workspace: Workspace, lanes: Int, firstImage: Int, isMasked: Bool) {
    for image in stride(from: 0, to: lanes, by: laneCount) {
      let block = (firstImage + image) / laneCount
      values[block].copy(workspace.pixels, image: image)
      if isMasked { observed[block].copy(workspace.observed, image: image) }
    }
  }

  /// Keeps a tile's flows at one leaf region.
  ///
  /// - Parameter rows: `[unit][stride]`; nil where the region is hidden and contributes nothing.
  func keep(
    _ rows: UnsafeMutablePointer<Float>?, leaf: Int, stride: Int, lanes: Int, firstImage: Int
  ) {
    var image = 0
    while image < lanes {
      let out = place(leaf: leaf, block: (firstImage &+ image) / laneCount)
      if let rows {
        for unit in 0..<circuit.units {
          store(load(rows, unit &* stride &+ image), out, unit &* laneCount)
        }
      } else {
        clear(out, count: circuit.units &* laneCount)
      }
      image &+= laneCount
    }
  }

  /// Adds the statistics of one leaf region over the batch.
  func addStatistics(
    leaf: Int, images: Int, isMasked: Bool, derived: DerivedParameters,
    to statistics: UnsafeMutablePointer<Float>
  ) {
    let noise = NoiseSource.evaluation.tile(numbers.pointer)
    for block in 0..<wholeLanes(images) / laneCount {
      let tile = LeafTile(
        region: circuit.leafRegion(leaf, derived), leaf: leaf,
        values: RegionValues(
          values[block], pixels: circuit.flatPixels(ofLeaf: leaf),
          observed: isMasked ? observed[block] : nil, images: laneCount),
        // Such leaves need no scratch: any place will do.
        noise: noise, scratch: statistics, notes: nil, isTraining: true)
      circuit.leaf.accumulate(tile, flows: place(leaf: leaf, block: block), into: statistics)
    }
  }

  @inline(__always)
  private func place(leaf: Int, block: Int) -> UnsafeMutablePointer<Float> {
    flows.pointer + (leaf &* blocks &+ block) &* circuit.units &* laneCount
  }
}

/// Where a tile's flows are kept: those of its first image, and on.
struct TileOfBatch {
  let batch: BatchFlows
  let firstImage: Int
}
