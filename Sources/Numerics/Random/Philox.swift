/// Philox4x32-10: a block of four random words as a pure function of a counter and a key
/// (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
@inline(__always)
package func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
  var c = counter
  var k = key
  for _ in 0..<10 {
    let first = UInt64(0xD251_1F53) &* UInt64(c[0])
    let second = UInt64(0xCD9E_8D57) &* UInt64(c[2])
    c = SIMD4(
      UInt32(truncatingIfNeeded: second >> 32) ^ c[1] ^ k[0],
      UInt32(truncatingIfNeeded: second),
      UInt32(truncatingIfNeeded: first >> 32) ^ c[3] ^ k[1],
      UInt32(truncatingIfNeeded: first))
    k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
  }
  return c
}
