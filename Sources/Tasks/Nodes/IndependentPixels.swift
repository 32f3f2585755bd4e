import Datasets
import Numerics

/// The model below which nothing has been learned: every pixel by itself, with the training images'
/// mean.
enum IndependentPixels {
  /// Mean log-likelihood of the test images, nats: exact. Counts start at 1/2, so that a pixel that
  /// was never set in training is not impossible.
  static func logLikelihood(
    _ reader: ShardReader, view: BinarisationView
  ) throws -> Double {
    let train = try Samples(reader, part: .train, view: view, seed: 0)
    let test = try Samples(reader, part: .test, view: view, seed: 0)
    guard test.sampleCount > 0 else { throw EmptyPartFault(part: .test) }
    let learned = try ones(train)
    let found = try ones(test)
    var total = 0.0
    for (set, seen) in zip(learned, found) {
      let p = (Double(set) + 0.5) / (Double(train.sampleCount) + 1)
      total += Double(seen) * naturalLogarithm(p)
      total += Double(test.sampleCount - seen) * naturalLogarithm(1 - p)
    }
    return total / Double(test.sampleCount)
  }

  /// `[position]`: how many images have the pixel set.
  private static func ones(_ samples: Samples) throws -> [Int] {
    let pixels = samples.valueCount
    var counts = [Int](repeating: 0, count: pixels)
    var row = [UInt8](repeating: 0, count: pixels)
    samples.rewind()
    for sample in 0..<Int32(samples.sampleCount) {
      try withUnsafePointer(to: sample) { one in
        try row.withUnsafeMutableBufferPointer { row in
          guard let start = row.baseAddress else { return }
          let one = UnsafeBufferPointer(start: one, count: 1)
          try samples.prepare(one)
          samples.copy(one, epoch: 0, into: start)
        }
      }
      for (position, value) in row.enumerated() where value != 0 { counts[position] += 1 }
    }
    return counts
  }
}
