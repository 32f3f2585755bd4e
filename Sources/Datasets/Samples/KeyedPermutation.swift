/// Random numbers as a pure function of their purpose: no state that a resumed run could lose.
enum KeyedRandom {
  enum Purpose: UInt64 {
    case split = 1, trainLimit, chunkOrder, windowOrder, staticBits, dynamicBits, test, choice
  }

  /// SplitMix64's finaliser (Steele, Lea, Flood 2014): a bijection with good avalanche.
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// One key from all parts; each is mixed in before the next, so that their order matters.
  @inline(__always)
  static func key(seed: UInt64, _ purpose: Purpose, epoch: Int, index: Int) -> UInt64 {
    var key = mix(seed &+ increment)
    key = mix((key ^ purpose.rawValue) &+ increment)
    key = mix((key ^ UInt64(bitPattern: Int64(epoch))) &+ increment)
    return mix((key ^ UInt64(bitPattern: Int64(index))) &+ increment)
  }
}

/// SplitMix64, started from a key.
struct KeyedGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(key: UInt64) { state = key }

  mutating func next() -> UInt64 {
    state &+= KeyedRandom.increment
    return KeyedRandom.mix(state)
  }

  /// Uniform on 0..<bound, without bias (Lemire 2019). Written out, because the standard
  /// library's shuffle may change its sequence between versions.
  mutating func below(_ bound: UInt64) -> UInt64 {
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// Fisher and Yates, from the end.
  mutating func shuffle<Element>(_ values: inout ArraySlice<Element>) {
    guard values.count > 1 else { return }
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      let other = Int(below(UInt64(last + 1)))
      values.swapAt(values.startIndex + last, values.startIndex + other)
    }
  }
}

/// `0..<count` shuffled by a key.
func keyedPermutation(
  count: Int, seed: UInt64, _ purpose: KeyedRandom.Purpose, epoch: Int = 0
) -> [Int32] {
  var values = (0..<Int32(count)).map { $0 }[...]
  var generator = KeyedGenerator(
    key: KeyedRandom.key(seed: seed, purpose, epoch: epoch, index: 0))
  generator.shuffle(&values)
  return Array(values)
}
