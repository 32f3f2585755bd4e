/// The size of one leaf region: K units over the pixels of its superpixels.
package struct LeafShape: Hashable, Sendable {
  package let units: Int
  /// Values of the region: a pixel of colour has one a channel, side by side.
  package let pixels: Int
  /// Values of one pixel.
  package let channels: Int

  package init(units: Int, pixels: Int, channels: Int = 1) {
    precondition(pixels % channels == 0, "whole pixels")
    self.units = units
    self.pixels = pixels
    self.channels = channels
  }
}

/// The memory that a leaf family needs for one region.
package struct LeafSizes: Hashable, Sendable {
  package var parameters: Int
  package var derived: Int
  package var statistics: Int
  package var scratch: LeafScratch
  /// Bytes noted of each image of a batch, a multiple of 64, instead of or beside statistics; 0 for none.
  package var noteBytes: Int
  /// Images a tile should have at most.
  package var largestTile: Int
  /// Whether the derived numbers are `[unit][2]`, the log-probabilities of the two outcomes of the
  /// region's only pixel: its values are then looked up instead of computed.
  package var isTable: Bool

  /// Small enough that values and gradients of the poster's top lattice stay in a core's cache.
  package static let usualTile = 32

  package init(
    parameters: Int, derived: Int, statistics: Int, scratch: LeafScratch, noteBytes: Int,
    largestTile: Int, isTable: Bool
  ) {
    self.parameters = parameters
    self.derived = derived
    self.statistics = statistics
    self.scratch = scratch
    self.noteBytes = noteBytes
    self.largestTile = largestTile
    self.isTable = isTable
  }

  /// Of a family that works in its parameters, derived numbers and statistics alone.
  package init(parameters: Int, derived: Int, statistics: Int, isTable: Bool = false) {
    self.init(
      parameters: parameters, derived: derived, statistics: statistics, scratch: .none,
      noteBytes: 0, largestTile: Self.usualTile, isTable: isTable)
  }
}

/// Floats of scratch for one region, for a tile that is only evaluated and for one that `accumulate`
/// follows.
package struct LeafScratch: Hashable, Sendable {
  package var evaluation: ScratchSize
  package var training: ScratchSize

  package static let none = LeafScratch(
    evaluation: ScratchSize(fixed: 0, image: 0), training: ScratchSize(fixed: 0, image: 0))

  package init(evaluation: ScratchSize, training: ScratchSize) {
    self.evaluation = evaluation
    self.training = training
  }

  package func count(tile: Int, isTraining: Bool) -> Int {
    let size = isTraining ? training : evaluation
    return size.fixed + tile * size.image
  }
}

/// Some floats, and so many for each image of a tile.
package struct ScratchSize: Hashable, Sendable {
  package var fixed: Int
  package var image: Int

  package init(fixed: Int, image: Int) {
    self.fixed = fixed
    self.image = image
  }
}
