import Numerics

/// What some leaves note of each image of a batch, where sums over images would be larger by far: memory
/// for all leaf regions, region by region.
package final class BatchNotes: Sendable {
  private let memory: AlignedBuffer<UInt8>
  private let bytes: [Int]
  private let starts: [Int]

  /// - Parameter images: of the largest batch; whole vectors of them are kept.
  package init(circuit: Circuit, images: Int) {
    let own = circuit.leafSizes.map(\.noteBytes)
    bytes = own
    let room = wholeLanes(images)
    starts = own.reduce(into: [0]) { $0.append($0[$0.count - 1] + room * $1) }
    memory = AlignedBuffer(count: starts[starts.count - 1])
  }

  package static func byteCount(circuit: Circuit, images: Int) -> Int {
    circuit.leafSizes.reduce(0) { $0 + wholeLanes(images) * $1.noteBytes }
  }

  /// One leaf region's notes of images of the batch; nil for leaves that take none.
  func notes(leaf: Int, firstImage: Int, images: Int) -> LeafNotes? {
    guard bytes[leaf] > 0 else { return nil }
    let start =
      UnsafeMutableRawPointer(memory.pointer) + starts[leaf] + firstImage * bytes[leaf]
    return LeafNotes(start: start, stride: bytes[leaf], images: images)
  }
}

/// Where a tile's notes go: those of its first image, and on.
struct TileNotes {
  let batch: BatchNotes
  let firstImage: Int

  func of(leaf: Int, images: Int) -> LeafNotes? {
    batch.notes(leaf: leaf, firstImage: firstImage, images: images)
  }
}

/// What a batch's images leave to learn from: statistics, summed over them, and what some leaves noted.
package struct BatchSums {
  /// Laid out as `ParameterLayout` says.
  let statistics: UnsafePointer<Float>
  private let notes: BatchNotes?
  /// Images that the notes are of.
  private let images: Int

  package init(statistics: UnsafePointer<Float>, notes: BatchNotes? = nil, images: Int = 0) {
    self.statistics = statistics
    self.notes = notes
    self.images = images
  }

  func notes(ofLeaf leaf: Int) -> LeafNotes? {
    notes?.notes(leaf: leaf, firstImage: 0, images: images)
  }
}
