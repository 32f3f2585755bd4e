/// How much quicker all workers are than one: pairs of runs timed one after the other, so that the
/// machine's own speed touches both alike.
package enum Scaling {
  /// The same work by one worker and by all.
  package struct Pair {
    let one: ProcessorUse
    let all: ProcessorUse
    /// The slowest core's speed, all at work, as a share of one core's alone; just after the runs.
    let coreShare: Double

    package init(one: ProcessorUse, all: ProcessorUse, coreShare: Double) {
      self.one = one
      self.all = all
      self.coreShare = coreShare
    }

    var ratio: Double { one.wall / all.wall }
    /// Whether something else took processor time from either run, or the cores were not all as quick
    /// as one alone.
    package var isDisturbed: Bool {
      one.isDisturbed || one.lacksACore || all.isDisturbed || coreShare < Scaling.leastCoreShare
    }
  }

  /// Cores slower than this beside each other are not the cores that one worker had.
  static let leastCoreShare = 0.9
  /// Tries a wanted pair, until that many were undisturbed.
  static let triesAPair = 3
  /// One worker's share of a pair lasts at least this long: the system counts processor time in
  /// hundredths of a second.
  private static let shortestRun = 0.5

  static func rows(
    digits: Digits, workers: Int, pairs: Int, wanted: (String) -> Bool
  ) throws -> [Measurement] {
    func training(_ workers: Int) throws -> [Work] {
      try CircuitWork.all(digits: digits, workers: workers) {
        $0.hasPrefix("train/") && wanted("scaling/\($0)")
      }
    }
    let probe = CoreProbe(workers: workers)
    return try zip(training(1), training(workers)).map { one, all in
      measurement(
        name: "scaling/\(all.name)", workers: workers, batch: all.batch,
        try measure(one, all, pairs: pairs, probe), wanted: pairs)
    }
  }

  /// Pairs in alternating order, until `pairs` of them were undisturbed or the tries are used up.
  private static func measure(
    _ one: Work, _ all: Work, pairs: Int, _ probe: CoreProbe
  ) throws -> [Pair] {
    try all.body()
    let once = try seconds(one.body)
    let rounds = max(1, Int((shortestRun / max(once, 1e-3)).rounded(.up)))
    func use(_ work: Work) throws -> ProcessorUse {
      try .during { for _ in 0..<rounds { try work.body() } }
    }
    var found: [Pair] = []
    while found.filter({ !$0.isDisturbed }).count < pairs && found.count < triesAPair * pairs {
      let isOneFirst = found.count.isMultiple(of: 2)
      let first = try use(isOneFirst ? one : all)
      let second = try use(isOneFirst ? all : one)
      found.append(
        Pair(
          one: isOneFirst ? first : second, all: isOneFirst ? second : first,
          coreShare: probe.share()))
    }
    return found
  }

  /// The row of some pairs: the median of the undisturbed ones, and no figure where they are fewer
  /// than half of those wanted.
  package static func measurement(
    name: String, workers: Int, batch: Int, _ pairs: [Pair], wanted: Int
  ) -> Measurement {
    let ratios = pairs.filter { !$0.isDisturbed }.map(\.ratio).sorted()
    var row = Measurement(
      name: name, workers: workers, batch: batch, value: nil, unit: "x", repetitions: ratios.count)
    row.disturbed = pairs.count - ratios.count
    guard let slowest = ratios.first, let quickest = ratios.last, 2 * ratios.count >= wanted else {
      return row
    }
    let median = ratios[ratios.count / 2]
    row.value = median
    row.quickest = quickest
    row.slowest = slowest
    row.serialShare = serialShare(median, workers: Double(workers))
    return row
  }

  /// Amdahl's law solved for the share; nil where all workers were slower than one, which the law does
  /// not describe.
  package static func serialShare(_ ratio: Double, workers: Double) -> Double? {
    guard ratio >= 1, workers > 1 else { return nil }
    return max(0, (workers / ratio - 1) / (workers - 1))
  }
}
