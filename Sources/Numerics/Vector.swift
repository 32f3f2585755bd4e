/// The block of images that one step of a kernel works on: two AVX2 registers.
@usableFromInline
package typealias Lanes = SIMD16<Float>
@usableFromInline
package typealias IntegerLanes = SIMD16<Int32>

/// Images a `Lanes` holds. Tiles are multiples of it; lanes past the last image are padding.
@inlinable
package var laneCount: Int { 16 }

/// A count, or more, that is a multiple of the lanes.
@inlinable
package func wholeLanes(_ count: Int) -> Int { (count &+ 15) / 16 &* 16 }

/// The exponent of a region whose units are all zero. Far below any real one, and so that two of
/// them still add without overflow.
@inlinable
package var exponentOfZero: Int32 { -0x1000_0000 }

// Transparent, as the elementary functions are, and why: see there.

@inlinable
@_transparent
package func bits(_ lanes: Lanes) -> IntegerLanes { unsafeBitCast(lanes, to: IntegerLanes.self) }

@inlinable
@_transparent
package func lanes(ofBits integers: IntegerLanes) -> Lanes {
  unsafeBitCast(integers, to: Lanes.self)
}

// `pointwiseMax` is a generic call in today's standard library; a compare and a blend are not.
@inlinable
@_transparent
package func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

@inlinable
@_transparent
package func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

@inlinable
@_transparent
package func larger(_ a: IntegerLanes, _ b: IntegerLanes) -> IntegerLanes {
  a.replacing(with: b, where: b .> a)
}

@inlinable
@_transparent
package func smaller(_ a: IntegerLanes, _ b: IntegerLanes) -> IntegerLanes {
  a.replacing(with: b, where: b .< a)
}

/// 2^exponent from the bits; 0 below -126, 2^127 above 127.
@inlinable
@_transparent
package func powerOfTwo(_ exponent: IntegerLanes) -> Lanes {
  let biased = smaller(
    larger(exponent &+ IntegerLanes(repeating: 127), .zero), IntegerLanes(repeating: 254))
  return lanes(ofBits: biased &<< IntegerLanes(repeating: 23))
}

/// 2^exponent for exponents of at most 0: one clamp less.
@inlinable
@_transparent
package func powerOfTwo(atMostOne exponent: IntegerLanes) -> Lanes {
  let biased = larger(exponent &+ IntegerLanes(repeating: 127), .zero)
  return lanes(ofBits: biased &<< IntegerLanes(repeating: 23))
}

/// The sum of the lanes, in one fixed order.
@inlinable
@inline(__always)
package func sum(_ lanes: Lanes) -> Float {
  let eight = lanes.lowHalf + lanes.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// The sums of the lanes of four vectors.
@inlinable
@inline(__always)
package func sums(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) -> SIMD4<Float> {
  sums(
    a.lowHalf + a.highHalf, b.lowHalf + b.highHalf, c.lowHalf + c.highHalf,
    d.lowHalf + d.highHalf)
}

@inlinable
@inline(__always)
package func sums(
  _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>, _ d: SIMD8<Float>
) -> SIMD4<Float> {
  quadSums(
    a.lowHalf + a.highHalf, b.lowHalf + b.highHalf, c.lowHalf + c.highHalf,
    d.lowHalf + d.highHalf)
}

/// A transposition by interleaving, which the compiler turns into unpack instructions.
@inlinable
@inline(__always)
package func quadSums(
  _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>
) -> SIMD4<Float> {
  let ab = SIMD4(a.x, b.x, a.y, b.y) + SIMD4(a.z, b.z, a.w, b.w)
  let cd = SIMD4(c.x, d.x, c.y, d.y) + SIMD4(c.z, d.z, c.w, d.w)
  return SIMD4(ab.x, ab.y, cd.x, cd.y) + SIMD4(ab.z, ab.w, cd.z, cd.w)
}
