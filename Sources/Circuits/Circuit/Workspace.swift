import Kernels

/// Scratch of one worker: the pixels, values and gradients of one tile of images.
package final class Workspace: Sendable {
  let pixels: PixelTile
  let memory: TileMemory
  /// Samples of the tile as their source gives them, `[image][position]`.
  let samples: AlignedBuffer<UInt8>
  package let tile: Int

  package init(circuit: Circuit, tile: Int, withGradients: Bool) {
    self.tile = tile
    pixels = PixelTile(pixelCount: circuit.pixelCount, tile: tile)
    memory = TileMemory(schedule: circuit.schedule, tile: tile, withGradients: withGradients)
    samples = AlignedBuffer(count: circuit.pixelCount * tile)
  }
}

/// Images as rows of bytes, whoever keeps them. A byte's meaning is the leaf's: outcome 0 or 1, or
/// a level.
package protocol SampleSource: Sendable {
  var sampleCount: Int { get }
  /// `[position]`: the pixel (row-major) at each position of a row.
  var pixelOfPosition: [Int32] { get }

  /// Copies rows to `rows`, `[sample][position]`. Called by many workers at once.
  ///
  /// - Parameter epoch: for views that change with it.
  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>)
}

/// How images are divided into tiles: by their number alone, never by the workers.
package struct Tiling: Sendable {
  package let images: Int
  package let tile: Int

  /// Small enough that the values and gradients of the poster's top lattice stay in a core's cache.
  package static let largestTile = 32

  /// Tiles as equal as whole blocks of 16 lanes allow, at least `pieces` of them if there are that
  /// many blocks.
  package init(images: Int, pieces: Int = 1) {
    self.images = images
    let blocks = (images + laneCount - 1) / laneCount
    let wanted = max((blocks * laneCount + Tiling.largestTile - 1) / Tiling.largestTile, pieces)
    tile = max((blocks + max(wanted, 1) - 1) / max(wanted, 1), 1) * laneCount
  }

  package var count: Int { (images + tile - 1) / tile }

  package func images(of index: Int) -> Range<Int> {
    index * tile..<min((index + 1) * tile, images)
  }
}
