/// Some images of an archive, in runs of neighbours as they were read, and the place of each.
struct GatheredImages: Sendable {
  private struct Place {
    let run: Int
    /// Of its first value in the run.
    let start: Int
  }

  private let order: StoredOrder
  private var runs: [[UInt8]] = []
  private var places: [Place] = []

  init(_ order: StoredOrder) { self.order = order }

  /// - Parameters:
  ///   - rows: u8 `[image, row, column]`.
  ///   - offsets: the images of `rows` that are wanted.
  mutating func append(_ rows: [UInt8], offsets: [Int]) {
    let values = order.valueCount
    precondition(offsets.allSatisfy { $0 >= 0 && ($0 + 1) * values <= rows.count })
    places += offsets.map { Place(run: runs.count, start: $0 * values) }
    runs.append(rows)
  }

  /// Writes an image, by its number in the order of appending, in stored order.
  func store(_ image: Int, into sample: UnsafeMutablePointer<UInt8>) {
    let place = places[image]
    runs[place.run].withUnsafeBufferPointer { run in
      guard let start = run.baseAddress else { return }
      order.store(start + place.start, into: sample)
    }
  }
}
