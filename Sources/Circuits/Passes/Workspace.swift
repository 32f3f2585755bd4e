import Numerics

/// Scratch of one worker: the pixels, values and gradients of one tile of images.
///
/// `@unchecked Sendable`: a workspace is one worker's at a time, and nobody else's.
package final class Workspace: @unchecked Sendable {
  /// Where the tile's notes go; nil but in training.
  var notes: TileNotes?
  /// Where the tile's flows are kept; nil where statistics of leaves are added up tile by tile.
  var kept: TileOfBatch?
  let pixels: PixelTile
  let memory: TileMemory
  /// Samples of the tile as their source gives them, `[image][position]`.
  let samples: AlignedBuffer<UInt8>
  /// The global index of each image of the tile: part of the key of its noise.
  let images: AlignedBuffer<Int32>
  /// 1 where a pixel of an image is looked at, `[pixel][tile]`: read only where `visibility` says so.
  let observed: PixelTile
  /// `[leaf region]`, raw values of `Visibility`.
  let visibility: AlignedBuffer<UInt8>
  /// The class of each image of the tile, if passes are of the joint distribution with it.
  let classes: AlignedBuffer<Int32>?
  let leafScratch: AlignedBuffer<Float>
  /// Where each leaf region's scratch starts; segments share theirs.
  let leafScratchOffsets: [Int]
  /// Whether the leaves' statistics follow their values.
  let isTraining: Bool
  package let tile: Int
  /// Smallest of the regions' largest units, `[tile]`, where they share exponents.
  let lowest: AlignedBuffer<Float>
  /// Log-likelihoods of the images that a tile is computed a second time for.
  let again: AlignedBuffer<Double>
  /// Whether inner regions' values are asked for, each with its exponent.
  let keepsExponents: Bool
  /// The images of the tile that the linear domain is not right for: set by `forward`.
  var imagesOutside: [Int] = []
  /// Scratch for these; nil until there is one.
  var logDomain: LogDomainSpace?

  /// - Parameter withClasses: passes are of log p(image, class), by the sources' classes; images
  ///   without a class stay at log p(image).
  ///   - keepsExponents: false where nobody asks for the values of inner regions, only for
  ///   log-likelihoods, statistics and what comes down to the leaves: passes are quicker then.
  ///   - isTraining: whether a backward pass has the leaves' statistics; nil for that of any gradients.
  package init(
    circuit: Circuit, tile: Int, withGradients: Bool, withClasses: Bool = false,
    keepsExponents: Bool = true, isTraining: Bool? = nil
  ) {
    precondition(!withClasses || circuit.classPriors != nil, "root units that are no classes")
    self.tile = tile
    classes = withClasses ? AlignedBuffer(count: tile) : nil
    self.isTraining = isTraining ?? withGradients
    self.keepsExponents = keepsExponents
    lowest = AlignedBuffer(count: tile)
    again = AlignedBuffer(count: tile)
    images = AlignedBuffer(count: tile)
    let scratch = circuit.leafScratch(tile: tile, isTraining: self.isTraining)
    leafScratchOffsets = scratch.offsets
    leafScratch = AlignedBuffer(count: scratch.count)
    pixels = PixelTile(pixelCount: circuit.pixelCount, tile: tile)
    observed = PixelTile(pixelCount: circuit.pixelCount, tile: tile)
    visibility = AlignedBuffer(count: circuit.leafShapes.count)
    memory = TileMemory(schedule: circuit.schedule, tile: tile, withGradients: withGradients)
    samples = AlignedBuffer(count: circuit.pixelCount * tile)
  }
}

extension Circuit {
  /// Where each leaf region's scratch starts, and the floats of all that is needed at a time.
  func leafScratch(tile: Int, isTraining: Bool) -> (offsets: [Int], count: Int) {
    var offsets = Array(repeating: 0, count: leafShapes.count)
    var most = 0
    for stratum in strata {
      var next = 0
      for index in stratum.leaves {
        offsets[index] = next
        let size = leafSizes[index].scratch.count(tile: tile, isTraining: isTraining)
        next += wholeLanes(size)
      }
      most = max(most, next)
    }
    return (offsets, most)
  }

  /// The bytes of one `Workspace`, but for some rows of one tile.
  package func workspaceBytes(tile: Int, withGradients: Bool) -> Int {
    // Samples, pixels and what is seen of them.
    3 * pixelCount * tile
      + TileMemory.byteCount(schedule: schedule, tile: tile, withGradients: withGradients)
      + leafScratch(tile: tile, isTraining: withGradients).count * MemoryLayout<Float>.stride
  }
}

extension Workspace {
  var seenClasses: UnsafePointer<Int32>? { classes.map { UnsafePointer($0.pointer) } }

  func visibility(ofLeaf index: Int) -> Visibility {
    Visibility(rawValue: visibility.pointer[index]) ?? .whole
  }
}

/// Images as rows of bytes, whoever keeps them: values row-major over the image, those of a pixel side by
/// side. A byte's meaning is the leaf's: outcome 0 or 1, or a level.
package protocol SampleSource: Sendable {
  var sampleCount: Int { get }
  /// Values of an image: pixels times channels.
  var valueCount: Int { get }
  /// What is hidden of the images, by their own numbers.
  var mask: PixelMask { get }

  /// Said before a walk through the samples from the first on. Called by one thread.
  func rewind()

  /// Returns when these samples can be copied, and perhaps no others: called by one thread before any
  /// `copy`, `identify` or `classes` of them, in the order in which they were said to be asked for.
  ///
  /// - Throws: where they can no longer be read.
  func prepare(_ samples: UnsafeBufferPointer<Int32>) throws

  /// Copies rows to `rows`, `[sample][value]`. Called by many workers at once.
  ///
  /// - Parameter epoch: for views that change with it.
  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>)

  /// The images' own numbers, the same in whatever set they are: keys of their noise.
  func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>)

  /// The images' classes, from 0; negative where none is known.
  func classes(
    _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>)
}

extension SampleSource {
  package var mask: PixelMask { .nothing }

  /// Nothing, for samples that are in memory.
  package func rewind() {}

  /// Nothing, for samples that are in memory.
  package func prepare(_ samples: UnsafeBufferPointer<Int32>) throws {}

  package func classes(
    _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>
  ) {
    for place in samples.indices { classes[place] = -1 }
  }

  package func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>
  ) {
    for (place, sample) in samples.enumerated() { numbers[place] = sample }
  }
}

/// What noise of a pass is keyed by, besides the image, the leaf and the sample.
package struct NoiseSource: Sendable {
  package let seed: Int
  package let purpose: NoisePurpose
  /// 0 for evaluation.
  package let epoch: Int

  package init(seed: Int, purpose: NoisePurpose, epoch: Int) {
    self.seed = seed
    self.purpose = purpose
    self.epoch = epoch
  }

  package static let evaluation = NoiseSource(seed: 0, purpose: .evaluation, epoch: 0)

  func tile(_ images: UnsafePointer<Int32>) -> TileNoise {
    TileNoise(seed: seed, purpose: purpose, epoch: epoch, images: images)
  }
}

/// How images are divided into tiles: by their number alone, never by the workers.
package struct Tiling: Sendable {
  package let images: Int
  package let tile: Int

  /// Tiles as equal as whole blocks of 16 lanes allow, none above `largest`, and at least `pieces`
  /// of them if there are that many blocks.
  package init(images: Int, largest: Int, pieces: Int = 1) {
    self.images = images
    let blocks = (images + laneCount - 1) / laneCount
    let wanted = max((blocks * laneCount + largest - 1) / largest, pieces)
    tile = max((blocks + max(wanted, 1) - 1) / max(wanted, 1), 1) * laneCount
  }

  package var count: Int { (images + tile - 1) / tile }

  package func images(of index: Int) -> Range<Int> {
    index * tile..<min((index + 1) * tile, images)
  }
}
