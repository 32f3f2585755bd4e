import Foundation

/// How much quicker all workers are than one: the pairs are timed one after the other, so that what
/// else the machine does touches both alike.
enum Scaling {
  static func rows(
    digits: Digits, workers: Int, pairs: Int, wanted: (String) -> Bool
  ) throws -> [Measurement] {
    func training(_ workers: Int) throws -> [Work] {
      try CircuitWork.all(digits: digits, workers: workers) {
        $0.hasPrefix("train/") && wanted("scaling/\($0)")
      }
    }
    return try zip(training(1), training(workers)).map { one, all in
      try one.body()
      try all.body()
      let ratios = try (0..<pairs).map { pair in
        // Who goes first alternates.
        let first = pair.isMultiple(of: 2) ? one : all
        let second = pair.isMultiple(of: 2) ? all : one
        let times = (try seconds(first.body), try seconds(second.body))
        return pair.isMultiple(of: 2) ? times.0 / times.1 : times.1 / times.0
      }.sorted()
      return Measurement(
        name: "scaling/\(all.name)", workers: workers, batch: all.batch,
        value: ratios[pairs / 2], unit: "x", repetitions: pairs,
        quickest: ratios[pairs - 1], slowest: ratios[0],
        serialShare: serialShare(ratios[pairs / 2], workers: Double(workers)))
    }
  }

  /// Amdahl's law the other way round.
  private static func serialShare(_ ratio: Double, workers: Double) -> Double {
    max(0, (workers / ratio - 1) / (workers - 1))
  }
}
