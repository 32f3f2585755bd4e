import Configuration

/// The view of grey levels that a model is shown. Every result names its view.
package enum BinarisationView: Equatable, Sendable {
  /// The grey levels 0...255 as they are.
  case none
  /// 1 where x/255 > value: for 0.5, where x >= 128.
  case threshold(Double)
  /// 1 with probability x/255, drawn once for each pixel: a function of seed, image and pixel.
  case stochastic(seed: UInt64)
  /// As `stochastic`, drawn again in each epoch.
  case dynamic(seed: UInt64)

  /// For tables and file names of results: `threshold 0.5`, `stochastic`.
  package var name: String {
    switch self {
    case .none: return "none"
    case .threshold(let value): return "threshold \(value)"
    case .stochastic: return "stochastic"
    case .dynamic: return "dynamic"
    }
  }

  /// A byte of the model's coding as a grey level for people: outcome 1 is white, and grey levels
  /// are what they are.
  package func grey(_ byte: UInt8) -> UInt8 {
    self == .none ? byte : byte == 0 ? 0 : 255
  }

  /// Applies the view to one image.
  ///
  /// `row` holds `count` grey levels, row-major. `imageIndex` is the image's index in its source part.
  /// `output` gets `count` bytes and may be `row`'s memory.
  package func apply(
    row: UnsafePointer<UInt8>, count: Int, imageIndex: Int64, epoch: Int,
    into output: UnsafeMutablePointer<UInt8>
  ) {
    switch self {
    case .none: output.update(from: row, count: count)
    case .threshold(let value): Self.threshold(row, count, Self.cut(value), output)
    case .stochastic(let seed):
      let key = KeyedRandom.key(seed: seed, .staticBits, epoch: 0, index: Int(imageIndex))
      Self.draw(row, count, key, output)
    case .dynamic(let seed):
      let key = KeyedRandom.key(seed: seed, .dynamicBits, epoch: epoch, index: Int(imageIndex))
      Self.draw(row, count, key, output)
    }
  }

  /// The smallest grey level above the threshold; 256 if there is none.
  private static func cut(_ value: Double) -> Int {
    var cut = Int(bounded: (min(max(value, 0), 1) * 255).rounded(.down))
    while cut < 256 && Double(cut) / 255 <= value { cut += 1 }
    while cut > 0 && Double(cut - 1) / 255 > value { cut -= 1 }
    return cut
  }

  private static func threshold(
    _ row: UnsafePointer<UInt8>, _ count: Int, _ cut: Int, _ output: UnsafeMutablePointer<UInt8>
  ) {
    guard let cut = UInt8(exactly: cut) else {
      output.update(repeating: 0, count: count)
      return
    }
    for pixel in 0..<count { output[pixel] = row[pixel] >= cut ? 1 : 0 }
  }

  private static func draw(
    _ row: UnsafePointer<UInt8>, _ count: Int, _ key: UInt64,
    _ output: UnsafeMutablePointer<UInt8>
  ) {
    for pixel in 0..<count {
      let number = UInt64(truncatingIfNeeded: pixel)
      let random = KeyedRandom.mix(key &+ (number &+ 1) &* KeyedRandom.increment) >> 32
      // Uniform on 0...254, so that 0 is never and 255 always set, x with probability x/255.
      output[pixel] = (random &* 255) >> 32 < UInt64(row[pixel]) ? 1 : 0
    }
  }
}
