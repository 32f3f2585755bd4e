/// A buffer of exactly `count` elements between guard words, filled with NaN so that reads of uninitialised memory show
/// in the results.
package final class GuardedMemory<Element: BitwiseCopyable> {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int
  private let raw: UnsafeMutableRawPointer
  private let byteCount: Int

  /// - Parameter isZero: for memory that is added to.
  package init(count: Int, isZero: Bool = false) {
    self.count = count
    byteCount = count * MemoryLayout<Element>.stride
    let words = wordsBefore + (byteCount + 7) / 8 + wordsBehind
    raw = .allocate(byteCount: 8 * words, alignment: 64)
    raw.initializeMemory(as: UInt64.self, repeating: guardWord, count: words)
    let start = raw + 8 * wordsBefore
    start.initializeMemory(as: UInt8.self, repeating: isZero ? 0 : 0xFF, count: byteCount)
    pointer = start.assumingMemoryBound(to: Element.self)
  }

  deinit { raw.deallocate() }

  /// Whether all words around the memory are as they were.
  package var isIntact: Bool {
    let end = 8 * wordsBefore + byteCount
    let nextWord = (end + 7) / 8
    // The bytes of a word that the memory ends in.
    for place in end..<8 * nextWord {
      let expected = UInt8(truncatingIfNeeded: guardWord >> UInt64(8 * (place & 7)))
      if raw.load(fromByteOffset: place, as: UInt8.self) != expected { return false }
    }
    return areGuards(0..<wordsBefore) && areGuards(nextWord..<nextWord + wordsBehind)
  }

  private func areGuards(_ places: Range<Int>) -> Bool {
    let words = raw.assumingMemoryBound(to: UInt64.self)
    var differences: UInt64 = 0
    for place in places { differences |= words[place] ^ guardWord }
    return differences == 0
  }
}

/// What is written before memory is rare; what is written behind it may be many rows long.
private let wordsBefore = 128
private let wordsBehind = 8_192

/// Two floats that are signalling NaNs.
private let guardWord: UInt64 = 0x7FA5_C0DE_7FA5_C0DE

/// Whether the first `images` of each of some rows of `stride` floats are finite.
package func areFinite(
  _ rows: UnsafePointer<Float>, rows count: Int, images: Int, stride: Int
) -> Bool {
  for row in 0..<count {
    for image in 0..<images where !rows[row * stride + image].isFinite { return false }
  }
  return true
}

extension GuardedMemory<Float> {
  package var isFinite: Bool { areFinite(pointer, rows: 1, images: count, stride: count) }
}

/// Random sizes, the same everywhere (SplitMix64; Steele, Lea & Flood 2014).
package struct RandomSizes: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  package mutating func size(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }
  package mutating func one<Element>(of elements: [Element]) -> Element {
    elements[size(0...elements.count - 1)]
  }
}
