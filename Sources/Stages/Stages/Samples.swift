import Circuits
import Datasets
import Images
import Kernels
import Learning

/// A part of a set of shards as a circuit sees it: stored rows through a view, in an order that
/// depends on seed and epoch alone.
struct Samples: TrainingSource {
  let store: SampleStore
  let view: BinarisationView
  let seed: Int
  let window: Int
  let shape: ImageShape
  private let order: AlignedBuffer<Int32>

  /// Loads the part; every shard is checked against its hash first. Throws `DatasetFault` (78) where training images are
  /// asked for and there are none.
  ///
  /// - Parameter memory: bytes of samples above which they stay in the shards until they are needed.
  init(
    _ reader: ShardReader, part: Part, view: BinarisationView, seed: Int,
    window: Int = BatchOrder.defaultWindow, memory: Int = SampleStore.defaultMemory
  ) throws {
    if part == .train { try reader.requireTrainingImages(what: part.rawValue) }
    store = try reader.load(part.rawValue, memory: memory)
    self.view = view
    self.seed = seed
    self.window = window
    shape = reader.manifest.shape
    order = AlignedBuffer(store.pixelOrder)
  }

  /// What is hidden of the images.
  var mask: PixelMask = .nothing

  /// Makes each stored image one of another size; nil where it is shown as it is.
  var resizing: SampleResizing?

  /// At most so many of the store's.
  private var limit = Int.max

  var sampleCount: Int { min(store.count, limit) }

  /// For evaluation: `order` is of the whole part.
  mutating func keepFirst(_ count: Int) { limit = count }

  var pixelOfPosition: [Int32] { resizing?.pixelOfPosition ?? store.pixelOrder }

  func order(epoch: Int) -> [Int32] {
    let order = BatchOrder(
      chunkSizes: store.chunkSizes, seed: UInt64(bitPattern: Int64(seed)), epoch: epoch,
      window: window)
    store.follow(order)
    return order.positions
  }

  func rewind() { store.rewind() }

  func prepare(_ samples: UnsafeBufferPointer<Int32>) throws { try store.prepare(samples) }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    if let resizing {
      return resizing.copy(samples, of: store, through: view, epoch: epoch, into: rows)
    }
    for (place, sample) in samples.enumerated() {
      view.apply(
        row: store.row(Int(sample)), count: store.pixels,
        imageIndex: store.indices[Int(sample)], epoch: epoch, order: order.pointer,
        into: rows + place * store.pixels)
    }
  }

  func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>
  ) {
    for (place, sample) in samples.enumerated() {
      numbers[place] = Int32(truncatingIfNeeded: store.indices[Int(sample)])
    }
  }

  func classes(
    _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>
  ) {
    for (place, sample) in samples.enumerated() { classes[place] = store.labels[Int(sample)] }
  }

  /// - Throws: `SizeFault` (65) where the shards hold images of another size.
  func requireShape(_ expected: ImageShape) throws {
    guard shape == expected else {
      throw SizeFault(what: "the shards", found: shape, expected: expected)
    }
  }

  /// The first images as the model sees them, row-major, in levels: outcome 1 is white.
  ///
  /// - Throws: `StorageFault` where a shard can no longer be read.
  func drawn(first count: Int) throws -> [UInt8] {
    var few = self
    few.keepFirst(min(count, sampleCount))
    return try few.images().map(view.grey)
  }
}

extension SampleSource {
  /// All images as the model sees them, `[image][pixel][channel]` row-major.
  ///
  /// - Throws: where they can no longer be read.
  func images() throws -> [UInt8] {
    let order = pixelOfPosition
    var rows = [UInt8](repeating: 0, count: sampleCount * order.count)
    let indices = (0..<Int32(sampleCount)).map { $0 }
    rewind()
    try rows.withUnsafeMutableBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      try indices.withUnsafeBufferPointer { indices in
        // Some at a time: they need not all be in memory.
        for first in stride(from: 0, to: indices.count, by: 1_024) {
          let some = UnsafeBufferPointer(
            rebasing: indices[first..<min(first + 1_024, indices.count)])
          try prepare(some)
          copy(some, epoch: 0, into: start + first * order.count)
        }
      }
    }
    var images = [UInt8](repeating: 0, count: rows.count)
    for start in stride(from: 0, to: rows.count, by: order.count) {
      for (position, pixel) in order.enumerated() {
        images[start + Int(pixel)] = rows[start + position]
      }
    }
    return images
  }
}

/// Images in memory, row-major, through a view: what `tessera evaluate` is given.
struct MemorySamples: SampleSource {
  private let part: ImagePart
  private let view: BinarisationView
  private let order: AlignedBuffer<Int32>

  init(_ part: ImagePart, view: BinarisationView) {
    self.part = part
    self.view = view
    order = AlignedBuffer((0..<Int32(part.shape.valueCount)).map { $0 })
  }

  /// At most so many of them.
  var limit = Int.max

  var sampleCount: Int { min(part.count, limit) }
  var pixelOfPosition: [Int32] { order.array }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    let pixels = part.shape.valueCount
    part.pixels.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        view.apply(
          row: start + Int(sample) * pixels, count: pixels, imageIndex: Int64(sample),
          epoch: epoch, order: order.pointer, into: rows + place * pixels)
      }
    }
  }
}

/// Images of a model's own coding in memory, row-major.
struct CodedSamples: SampleSource {
  let bytes: [UInt8]
  let pixelCount: Int

  var sampleCount: Int { bytes.count / pixelCount }
  var pixelOfPosition: [Int32] { (0..<Int32(pixelCount)).map { $0 } }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    bytes.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        (rows + place * pixelCount).update(
          from: start + Int(sample) * pixelCount, count: pixelCount)
      }
    }
  }
}
