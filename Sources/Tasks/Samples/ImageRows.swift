import Circuits

/// Images in memory, `[image][value]` with values row-major, as bytes of a model's own coding.
package struct ImageRows: SampleSource {
  package let bytes: [UInt8]
  package let valueCount: Int

  package init(_ bytes: [UInt8], pixelCount: Int) {
    precondition(pixelCount > 0 && bytes.count % pixelCount == 0)
    self.bytes = bytes
    valueCount = pixelCount
  }

  package var sampleCount: Int { bytes.count / valueCount }

  /// `[pixel]`
  package func image(_ number: Int) -> [UInt8] {
    Array(bytes[number * valueCount..<(number + 1) * valueCount])
  }

  package func prefix(_ count: Int) -> ImageRows {
    ImageRows(Array(bytes.prefix(count * valueCount)), pixelCount: valueCount)
  }

  package func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    let count = valueCount
    bytes.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        (rows + place * count).update(from: start + Int(sample) * count, count: count)
      }
    }
  }
}

/// One image in every state of some of its values: of binary pixels bit j of a state's number is pixel j
/// of `pixels`, of levels byte j is. All have one image number, and so the same noise: what differs is the state alone.
package struct PixelStates: SampleSource {
  package let image: [UInt8]
  package let pixels: [Int32]
  private let bits: Int

  /// - Parameter levels: of a value, 2 or 256.
  package init(of pixels: [Int32], in image: [UInt8], levels: Int = 2) {
    bits = levels == 2 ? 1 : 8
    precondition(pixels.count * bits <= 20, "too many states to enumerate")
    self.image = image
    self.pixels = pixels
  }

  package var sampleCount: Int { 1 << (bits * pixels.count) }
  package var valueCount: Int { image.count }

  package func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    image.withUnsafeBufferPointer { image in
      guard let start = image.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        let row = rows + place * image.count
        row.update(from: start, count: image.count)
        let mask = Int32(1) << Int32(bits) - 1
        for (place, pixel) in pixels.enumerated() {
          row[Int(pixel)] = UInt8(truncatingIfNeeded: sample >> Int32(bits * place) & mask)
        }
      }
    }
  }

  package func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>
  ) {
    for place in samples.indices { numbers[place] = 0 }
  }

  /// The number of the state that an image shows.
  package static func number(
    of pixels: [Int32], in image: ArraySlice<UInt8>, levels: Int = 2
  ) -> Int {
    let bits = levels == 2 ? 1 : 8
    return pixels.enumerated().reduce(0) {
      let value = Int(image[image.startIndex + Int($1.element)])
      return $0 | (levels == 2 ? min(value, 1) : value) << (bits * $1.offset)
    }
  }
}

extension PixelMask {
  /// Hides everything but `pixels`.
  package static func showing(_ pixels: [Int32], of pixelCount: Int) -> PixelMask {
    var hidden = Array(repeating: true, count: pixelCount)
    for pixel in pixels { hidden[Int(pixel)] = false }
    return .shared(hidden)
  }

  package static func hiding(_ pixels: [Int32], of pixelCount: Int) -> PixelMask {
    var hidden = Array(repeating: false, count: pixelCount)
    for pixel in pixels { hidden[Int(pixel)] = true }
    return .shared(hidden)
  }
}
