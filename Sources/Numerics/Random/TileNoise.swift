/// Noise for a tile of images: four standard normals a (image, leaf, sample) from one Philox block.
///
/// Lane by lane the words of `NoiseKey` with the same fields, so that what a leaf draws does not
/// depend on the tile it is in.
package struct TileNoise: @unchecked Sendable {
  package let seed: Int
  package let purpose: NoisePurpose
  package let epoch: Int
  /// `[lane]`: the global index of each image; as many as the tile has lanes.
  @usableFromInline
  package let images: UnsafePointer<Int32>
  @usableFromInline
  package let mixed: SIMD4<UInt32>

  package init(seed: Int, purpose: NoisePurpose, epoch: Int, images: UnsafePointer<Int32>) {
    self.seed = seed
    self.purpose = purpose
    self.epoch = epoch
    self.images = images
    mixed = NoiseKey(seed: seed, purpose: purpose, epoch: epoch).mixedKey
  }

  /// Four random words for each of the sixteen images that start at lane `image`.
  package struct Words {
    package let first, second, third, fourth: SIMD16<UInt32>
  }

  /// Four normals for the sixteen images that start at lane `image`.
  @inlinable
  @inline(__always)
  package func normals(lane image: Int, leaf: Int, sample: Int) -> (Lanes, Lanes, Lanes, Lanes) {
    let words = words(lane: image, leaf: leaf, sample: sample)
    let (a, b) = normals(words, pair: 0)
    let (c, d) = normals(words, pair: 1)
    return (a, b, c, d)
  }

  /// The first or the second pair of a block's normals.
  @inlinable
  @inline(__always)
  package func normals(_ words: Words, pair: Int) -> (Lanes, Lanes) {
    pair == 0
      ? boxMuller(uniform(words.first), uniform(words.second))
      : boxMuller(uniform(words.third), uniform(words.fourth))
  }

  @inlinable
  @inline(__always)
  package func words(lane image: Int, leaf: Int, sample: Int) -> Words {
    let indices = UnsafeRawPointer(images + image).loadUnaligned(as: SIMD16<UInt32>.self)
    let words = philoxLanes(
      indices, SIMD16(repeating: UInt32(truncatingIfNeeded: leaf)),
      SIMD16(repeating: UInt32(truncatingIfNeeded: sample)), SIMD16(repeating: mixed[2]),
      key: SIMD2(mixed[0], mixed[1]))
    return Words(first: words.0, second: words.1, third: words.2, fourth: words.3)
  }

  /// The same four for one image, in Double: for references.
  package func normals(image: Int, leaf: Int, sample: Int) -> [Double] {
    let words = NoiseKey(
      seed: seed, purpose: purpose, epoch: epoch, image: image, leaf: leaf, sample: sample
    ).words
    let u = (0..<4).map { (Double(words[$0] >> 9) + 0.5) * 0x1p-23 }
    let (a, b) = Numerics.boxMuller(u[0], u[1])
    let (c, d) = Numerics.boxMuller(u[2], u[3])
    return [a, b, c, d]
  }

  /// 23 bits each, in the middle of their cells: never 0 or 1.
  @inlinable
  @_transparent
  package func uniform(_ words: SIMD16<UInt32>) -> Lanes {
    let mantissa = (words &>> SIMD16(repeating: 9)) | SIMD16(repeating: 0x3F80_0000)
    return unsafeBitCast(mantissa, to: Lanes.self) - Lanes(repeating: 1 - 0x1p-24)
  }

  @inlinable
  @_transparent
  package func boxMuller(_ u: Lanes, _ v: Lanes) -> (Lanes, Lanes) {
    let radius = (logarithm(u) * Lanes(repeating: -2)).squareRoot()
    let (cosine, sine) = circle(v)
    return (radius * cosine, radius * sine)
  }
}

/// Philox4x32-10 for sixteen counters and one key.
@inlinable
@inline(__always)
package func philoxLanes(
  _ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>, _ c: SIMD16<UInt32>, _ d: SIMD16<UInt32>,
  key: SIMD2<UInt32>
) -> (SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>) {
  var (a, b, c, d) = (a, b, c, d)
  var (k0, k1) = (key[0], key[1])
  for _ in 0..<10 {
    let (firstHigh, firstLow) = multiply(a, by: 0xD251_1F53)
    let (secondHigh, secondLow) = multiply(c, by: 0xCD9E_8D57)
    a = secondHigh ^ b ^ SIMD16(repeating: k0)
    b = secondLow
    c = firstHigh ^ d ^ SIMD16(repeating: k1)
    d = firstLow
    k0 = k0 &+ 0x9E37_79B9
    k1 = k1 &+ 0xBB67_AE85
  }
  return (a, b, c, d)
}

/// High and low words of 32 x 32 bit products, even and odd lanes apart as AVX2 multiplies them.
@inlinable
@inline(__always)
package func multiply(
  _ x: SIMD16<UInt32>, by factor: UInt64
) -> (high: SIMD16<UInt32>, low: SIMD16<UInt32>) {
  let pairs = unsafeBitCast(x, to: SIMD8<UInt64>.self)
  let lowMask = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
  let shift = SIMD8<UInt64>(repeating: 32)
  let m = SIMD8<UInt64>(repeating: factor)
  let even = (pairs & lowMask) &* m
  let odd = (pairs &>> shift) &* m
  let high = (even &>> shift) | (odd & ~lowMask)
  let low = (even & lowMask) | (odd &<< shift)
  return (
    unsafeBitCast(high, to: SIMD16<UInt32>.self), unsafeBitCast(low, to: SIMD16<UInt32>.self)
  )
}
