import Circuits
import Datasets
import Numerics

/// A part of a set of shards as a circuit sees it: stored rows through a view, in an order that
/// depends on seed and epoch alone.
struct Samples: TrainingSource {
  private(set) var store: SampleStore
  let view: BinarisationView
  let seed: Int
  let window: Int
  let shape: ImageShape
  /// Of the labels; empty without.
  let classNames: [String]
  /// Which of the part's images these are.
  private(set) var choice: SampleChoice
  private let memory: Int
  /// Of the whole part.
  private let partLabels: [Int32]
  /// The part's images that the store holds; nil for all.
  private var stored: [Int32]?
  /// The store's row of each sample; nil where they are the same.
  private var rows: [Int32]?

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
    self.memory = memory
    shape = reader.manifest.shape
    classNames = reader.manifest.classNames
    partLabels = store.labels
    choice = SampleChoice(store.count, of: store.count, labels: store.labels)
  }

  /// What is hidden of the images.
  var mask: PixelMask = .nothing

  /// Makes each stored image one of another size; nil where it is shown as it is.
  var resizing: SampleResizing?

  var sampleCount: Int { rows?.count ?? store.count }

  /// From now on these are so many of the part's images at most, as `SampleChoice` has them. For evaluation:
  /// `order` is of the whole part.
  ///
  /// - Throws: `StorageFault` where a shard can no longer be read.
  mutating func choose(_ count: Int) throws {
    let chosen = SampleChoice(
      min(count, sampleCount), of: partLabels.count, labels: partLabels)
    guard chosen.count < sampleCount else { return }
    choice = chosen
    if let stored {
      let places = Dictionary(uniqueKeysWithValues: zip(stored, Int32(0)...))
      rows = chosen.samples.compactMap { places[$0] }
    } else if store.isStreamed, chosen.count * store.pixels <= memory {
      // Far from each other in the shards: what is read ahead would be most of them.
      store = try store.gathered(chosen.samples)
      stored = chosen.samples
    } else {
      rows = chosen.samples
    }
  }

  /// The index of each image in its source part.
  var indices: [Int64] { rows.map { $0.map { store.indices[Int($0)] } } ?? store.indices }

  /// The class of each image, -1 without labels.
  var labels: [Int32] { rows.map { $0.map { store.labels[Int($0)] } } ?? store.labels }

  var valueCount: Int { resizing?.valueCount ?? store.pixels }

  func order(epoch: Int) -> [Int32] {
    precondition(choice.isWhole, "the order of an epoch is of the whole part")
    let order = BatchOrder(
      chunkSizes: store.chunkSizes, seed: UInt64(bitPattern: Int64(seed)), epoch: epoch,
      window: window)
    store.follow(order)
    return order.positions
  }

  func rewind() { store.rewind() }

  func prepare(_ samples: UnsafeBufferPointer<Int32>) throws {
    try withRows(samples) { try store.prepare($0) }
  }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    withRows(samples) { stored in
      if let resizing {
        return resizing.copy(stored, of: store, through: view, epoch: epoch, into: rows)
      }
      for (place, sample) in stored.enumerated() {
        view.apply(
          row: store.row(Int(sample)), count: store.pixels,
          imageIndex: store.indices[Int(sample)], epoch: epoch,
          into: rows + place * store.pixels)
      }
    }
  }

  func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>
  ) {
    withRows(samples) { stored in
      for (place, sample) in stored.enumerated() {
        numbers[place] = Int32(truncatingIfNeeded: store.indices[Int(sample)])
      }
    }
  }

  func classes(
    _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>
  ) {
    withRows(samples) { stored in
      for (place, sample) in stored.enumerated() { classes[place] = store.labels[Int(sample)] }
    }
  }

  /// The store's rows of some samples.
  private func withRows(
    _ samples: UnsafeBufferPointer<Int32>, _ body: (UnsafeBufferPointer<Int32>) throws -> Void
  ) rethrows {
    guard let rows else { return try body(samples) }
    try withUnsafeTemporaryAllocation(of: Int32.self, capacity: samples.count) { own in
      for (place, sample) in samples.enumerated() { own[place] = rows[Int(sample)] }
      try body(UnsafeBufferPointer(own))
    }
  }

  /// - Throws: `SizeFault` (65) where the shards hold images of another size.
  func requireShape(_ expected: ImageShape) throws {
    guard shape == expected else {
      throw SizeFault(what: "the shards", found: shape, expected: expected)
    }
  }

  /// The images as the model sees them, row-major, in levels: outcome 1 is white.
  ///
  /// - Throws: `StorageFault` where a shard can no longer be read.
  func drawn() throws -> [UInt8] { try images().map(view.grey) }
}

extension SampleSource {
  /// All images as the model sees them, `[image][pixel][channel]` row-major.
  ///
  /// - Throws: where they can no longer be read.
  func images() throws -> [UInt8] {
    let values = valueCount
    var images = [UInt8](repeating: 0, count: sampleCount * values)
    let indices = (0..<Int32(sampleCount)).map { $0 }
    rewind()
    try images.withUnsafeMutableBufferPointer { images in
      guard let start = images.baseAddress else { return }
      try indices.withUnsafeBufferPointer { indices in
        // Some at a time: they need not all be in memory.
        for first in stride(from: 0, to: indices.count, by: 1_024) {
          let some = UnsafeBufferPointer(
            rebasing: indices[first..<min(first + 1_024, indices.count)])
          try prepare(some)
          copy(some, epoch: 0, into: start + first * values)
        }
      }
    }
    return images
  }
}
