import Numerics

/// What is noted of the images of a batch for one unit: how much each node answers for each image, and
/// the levels it showed.
///
/// A sum over images, a count of each level at each node, would be a thousand times as large as the notes
/// of one image, most of it zeros.
struct LevelNotes {
  /// An image's note is `[unit][node]` flow times responsibility, then `[value]` levels, then `[value]` 1
  /// where it was seen.
  private let notes: LeafNotes
  /// Where in a note its unit's weights and the levels start, in bytes.
  private let ownWeights, firstLevel: Int
  private let shape: LevelMixtureShape

  var images: Int { notes.images }

  init(_ shape: LevelMixtureShape, _ notes: LeafNotes, unit: Int, of units: Int) {
    self.shape = shape
    self.notes = notes
    let row = shape.stride * MemoryLayout<Float>.stride
    ownWeights = unit * row
    firstLevel = units * row
  }

  /// Bytes of an image's note, a multiple of a vector's.
  static func bytes(_ shape: LevelMixtureShape, units: Int) -> Int {
    let floats = units * shape.stride * MemoryLayout<Float>.stride
    return (floats + 2 * shape.values + 63) / 64 * 64
  }

  @inline(__always)
  func weights(_ image: Int) -> UnsafePointer<Float> {
    UnsafePointer(
      (notes.start + (image &* notes.stride &+ ownWeights)).assumingMemoryBound(to: Float.self))
  }

  @inline(__always)
  private func levels(_ image: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(
      (notes.start + (image &* notes.stride &+ firstLevel)).assumingMemoryBound(to: UInt8.self))
  }

  /// counts[level][node] = scale times the notes' weights of the images that show a level of one value.
  func count(value: Int, scale: Float, into counts: UnsafeMutablePointer<Float>) {
    let (stride, values) = (shape.stride, shape.values)
    clear(counts, count: byteLevels &* stride)
    let factor = Lanes(repeating: scale)
    for image in 0..<images {
      let levels = self.levels(image)
      guard levels[values &+ value] != 0 else { continue }
      let row = counts + Int(levels[value]) &* stride
      let weights = weights(image)
      var node = 0
      while node < stride {
        store(load(row, node).addingProduct(load(weights, node), factor), row, node)
        node &+= laneCount
      }
    }
  }
}
