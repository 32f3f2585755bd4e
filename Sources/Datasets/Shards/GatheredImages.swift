/// Some images of an archive, in runs of neighbours as they were read, and the place of each.
struct GatheredImages: Sendable {
  private struct Place {
    let run: Int
    /// Of its first pixel in the run.
    let start: Int
  }

  /// Neighbouring pixels of an image that are neighbours in superpixel order too.
  private struct Segment {
    let pixel: Int
    let position: Int
    var count: Int
  }

  private let pixels: Int
  private let segments: [Segment]
  private var runs: [[UInt8]] = []
  private var places: [Place] = []

  init(_ partition: GridPartition) {
    pixels = partition.valueCount
    var segments: [Segment] = []
    for (position, pixel) in partition.order.enumerated() {
      if let last = segments.last, last.pixel + last.count == Int(pixel) {
        segments[segments.count - 1].count += 1
      } else {
        segments.append(Segment(pixel: Int(pixel), position: position, count: 1))
      }
    }
    self.segments = segments
  }

  /// - Parameters:
  ///   - rows: u8 `[image, row, column]`.
  ///   - offsets: the images of `rows` that are wanted.
  mutating func append(_ rows: [UInt8], offsets: [Int]) {
    precondition(offsets.allSatisfy { $0 >= 0 && ($0 + 1) * pixels <= rows.count })
    places += offsets.map { Place(run: runs.count, start: $0 * pixels) }
    runs.append(rows)
  }

  /// Writes an image, by its number in the order of appending, in superpixel order.
  func copy(_ image: Int, to output: UnsafeMutableRawBufferPointer) {
    precondition(output.count == pixels, "room for one image")
    let place = places[image]
    runs[place.run].withUnsafeBytes { run in
      for segment in segments {
        let start = place.start + segment.pixel
        var offset = 0
        // Superpixels of four columns are the common ones.
        while offset + 4 <= segment.count {
          let four = run.loadUnaligned(fromByteOffset: start + offset, as: UInt32.self)
          output.storeBytes(of: four, toByteOffset: segment.position + offset, as: UInt32.self)
          offset += 4
        }
        while offset < segment.count {
          output[segment.position + offset] = run[start + offset]
          offset += 1
        }
      }
    }
  }
}
