import Numerics

/// Multiply-adds on registers alone: their speed depends on nothing but the core.
enum Arithmetic {
  /// Ten chains of eight lanes: as many as hide an instruction's latency and leave registers. They start
  /// from memory, because vectors that are known to be constant are compiled to something else.
  ///
  /// - Returns: 10^9 operations a second.
  static func gigaflops(rounds: Int) -> Double {
    typealias Lane = SIMD8<Float>
    let numbers = AlignedBuffer<Float>((0..<96).map { 0.999 - Float($0) * 1e-4 })
    func lane(_ index: Int) -> Lane {
      UnsafeRawPointer(numbers.pointer).load(fromByteOffset: 32 * index, as: Lane.self)
    }
    let (x, y) = (lane(10), lane(11))
    var (a, b, c, d, e) = (lane(0), lane(1), lane(2), lane(3), lane(4))
    var (f, g, h, i, j) = (lane(5), lane(6), lane(7), lane(8), lane(9))
    let start = ContinuousClock.now
    for _ in 0..<rounds {
      a = y.addingProduct(a, x)
      b = y.addingProduct(b, x)
      c = y.addingProduct(c, x)
      d = y.addingProduct(d, x)
      e = y.addingProduct(e, x)
      f = y.addingProduct(f, x)
      g = y.addingProduct(g, x)
      h = y.addingProduct(h, x)
      i = y.addingProduct(i, x)
      j = y.addingProduct(j, x)
    }
    let time = (ContinuousClock.now - start) / .seconds(1)
    keep((a + b + c + d + e + f + g + h + i + j).sum())
    return Double(rounds * 10 * 16) / time * 1e-9
  }
}

/// Whether all cores together are as quick as one alone. A host that shares them out does not always
/// report the time it takes.
final class CoreProbe {
  private let workers: ForkJoin
  /// The best that one core did while the others had nothing to do.
  private let alone: Double
  private static let rounds = 1_000_000

  init(workers: Int) {
    self.workers = ForkJoin(workers: workers)
    alone = (0..<10).map { _ in Arithmetic.gigaflops(rounds: Self.rounds) }.max() ?? 0
  }

  /// The slowest core's speed while all work, as a share of one core's speed alone.
  func share() -> Double {
    let rates = AlignedBuffer<Double>(count: workers.workers)
    workers.run(pieces: workers.workers) { piece, _ in
      rates.pointer[piece] = Arithmetic.gigaflops(rounds: Self.rounds)
    }
    return (rates.array.min() ?? 0) / alone
  }
}
