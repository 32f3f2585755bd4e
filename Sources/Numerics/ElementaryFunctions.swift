#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// Transparent, because `@inline(__always)` is a wish that the optimiser may not grant: as calls,
// these took their sixteen lanes in quarters and worked on four at a time.

/// e^x of every lane for x <= 88, relative error below 2e-7; below -87 the result is 0.
///
/// Reduction by a two-part ln 2, then the polynomial of Cephes' expf.
@inlinable
@_transparent
package func exponential(_ x: Lanes) -> Lanes {
  let bounded = larger(x, Lanes(repeating: -88))
  let (whole, integer) = nearestInteger(bounded * Lanes(repeating: 1.442_695_04))
  var f = bounded.addingProduct(whole, Lanes(repeating: -0.693_359_375))
  f.addProduct(whole, Lanes(repeating: 2.121_944_4e-4))
  var p = Lanes(repeating: 1.987_569_15e-4)
  p = Lanes(repeating: 1.398_199_950_7e-3).addingProduct(p, f)
  p = Lanes(repeating: 8.333_451_907_3e-3).addingProduct(p, f)
  p = Lanes(repeating: 4.166_579_589_4e-2).addingProduct(p, f)
  p = Lanes(repeating: 1.666_666_545_9e-1).addingProduct(p, f)
  p = Lanes(repeating: 5.000_000_120_1e-1).addingProduct(p, f)
  let result = (Lanes(repeating: 1) + f).addingProduct(p, f * f) * powerOfTwo(integer)
  return result.replacing(with: Lanes.zero, where: x .< Lanes(repeating: -87))
}

/// Natural logarithm of every lane for positive, normal x, absolute error below 1e-7 near 1
/// (Cephes' logf). Zero and below are the caller's business.
@inlinable
@_transparent
package func logarithm(_ x: Lanes) -> Lanes {
  let one = IntegerLanes(repeating: 0x3F80_0000)
  // Mantissa in [sqrt(1/2), sqrt(2)): the offset moves the cut from 1 to sqrt(1/2).
  let offset = IntegerLanes(repeating: 0x3F35_04F3)
  let shifted = (bits(x) &- offset)
  let exponent = shifted &>> IntegerLanes(repeating: 23)
  let mantissa = lanes(ofBits: bits(x) &- (exponent &<< IntegerLanes(repeating: 23)))
  let e = integerToFloat(exponent)
  let f = mantissa - lanes(ofBits: one)
  let square = f * f
  var p = Lanes(repeating: 7.037_683_629_2e-2)
  p = Lanes(repeating: -1.151_461_031_0e-1).addingProduct(p, f)
  p = Lanes(repeating: 1.167_699_874_0e-1).addingProduct(p, f)
  p = Lanes(repeating: -1.242_014_084_6e-1).addingProduct(p, f)
  p = Lanes(repeating: 1.424_932_278_7e-1).addingProduct(p, f)
  p = Lanes(repeating: -1.666_805_766_5e-1).addingProduct(p, f)
  p = Lanes(repeating: 2.000_071_476_5e-1).addingProduct(p, f)
  p = Lanes(repeating: -2.499_999_399_3e-1).addingProduct(p, f)
  p = Lanes(repeating: 3.333_333_117_4e-1).addingProduct(p, f)
  var result = (p * f * square).addingProduct(e, Lanes(repeating: -2.121_944_4e-4))
  result.addProduct(square, Lanes(repeating: -0.5))
  result = result + f
  return result.addingProduct(e, Lanes(repeating: 0.693_359_375))
}

/// log(1 + x) of every lane for x >= 0, with all its digits where x is small.
@inlinable
@_transparent
package func logarithmOfOnePlus(_ x: Lanes) -> Lanes {
  let sum = Lanes(repeating: 1) + x
  // What rounding took from x in the sum.
  let lost = x - (sum - Lanes(repeating: 1))
  return logarithm(sum) + lost / sum
}

/// Hyperbolic tangent of every lane, absolute error below 3e-7: a rational minimax approximation
/// of degrees 13 and 6 on [-9, 9], constant beyond (as Eigen's).
@inlinable
@_transparent
package func hyperbolicTangent(_ x: Lanes) -> Lanes {
  let limit = Lanes(repeating: 7.90531110763549805)
  let bounded = -larger(-larger(x, -limit), -limit)
  let square = bounded * bounded
  var p = Lanes(repeating: -2.76076847742355e-16)
  p = Lanes(repeating: 2.00018790482477e-13).addingProduct(p, square)
  p = Lanes(repeating: -8.60467152213735e-11).addingProduct(p, square)
  p = Lanes(repeating: 5.12229709037114e-08).addingProduct(p, square)
  p = Lanes(repeating: 1.48572235717979e-05).addingProduct(p, square)
  p = Lanes(repeating: 6.37261928875436e-04).addingProduct(p, square)
  p = Lanes(repeating: 4.89352455891786e-03).addingProduct(p, square)
  var q = Lanes(repeating: 1.19825839466702e-06)
  q = Lanes(repeating: 1.18534705686654e-04).addingProduct(q, square)
  q = Lanes(repeating: 2.26843463243900e-03).addingProduct(q, square)
  q = Lanes(repeating: 4.89352518554385e-03).addingProduct(q, square)
  return bounded * p / q
}

/// cos and sin of 2 pi u for u in [0, 1), absolute error below 2e-7.
///
/// Folded to an eighth of the circle, then Cephes' sinf and cosf polynomials.
@inlinable
@_transparent
package func circle(_ u: Lanes) -> (cosine: Lanes, sine: Lanes) {
  let (quadrant, whole) = nearestInteger(u * Lanes(repeating: 4))
  let angle = (u * Lanes(repeating: 4) - quadrant) * Lanes(repeating: 1.570_796_326_8)
  let z = angle * angle
  var s = Lanes(repeating: -1.951_529_589_1e-4)
  s = Lanes(repeating: 8.332_160_873_6e-3).addingProduct(s, z)
  s = Lanes(repeating: -1.666_665_461_1e-1).addingProduct(s, z)
  let sine = angle.addingProduct(s * z, angle)
  var c = Lanes(repeating: 2.443_315_711_8e-5)
  c = Lanes(repeating: -1.388_731_625_5e-3).addingProduct(c, z)
  c = Lanes(repeating: 4.166_664_568_3e-2).addingProduct(c, z)
  let half = Lanes(repeating: 1).addingProduct(z, Lanes(repeating: -0.5))
  let cosine = half.addingProduct(c * z, z)
  // Quadrant 1: (-s, c), 2: (-c, -s), 3: (s, -c).
  let isOdd = (whole & IntegerLanes(repeating: 1)) .!= IntegerLanes.zero
  let x = cosine.replacing(with: sine, where: isOdd)
  let y = sine.replacing(with: cosine, where: isOdd)
  let minusX =
    ((whole &+ IntegerLanes(repeating: 1)) & IntegerLanes(repeating: 2))
    .!= IntegerLanes.zero
  let minusY = (whole & IntegerLanes(repeating: 2)) .!= IntegerLanes.zero
  return (x.replacing(with: -x, where: minusX), y.replacing(with: -y, where: minusY))
}

/// Small integers as floats, by the bits: |value| < 2^22.
@inlinable
@_transparent
package func integerToFloat(_ value: IntegerLanes) -> Lanes {
  lanes(ofBits: value &+ IntegerLanes(repeating: 0x4B40_0000)) - Lanes(repeating: 12_582_912)
}

/// 2^x of every lane for x <= 127, relative error below 2e-7; below -126 the result is 0.
@inlinable
@_transparent
package func exponentialOfTwo(_ x: Lanes) -> Lanes {
  let bounded = larger(x, Lanes(repeating: -127))
  let (whole, integer) = nearestInteger(bounded)
  let f = bounded - whole
  var p = Lanes(repeating: 1.535_336_188_319_500e-4)
  p = Lanes(repeating: 1.339_887_440_266_574e-3).addingProduct(p, f)
  p = Lanes(repeating: 9.618_437_357_674_640e-3).addingProduct(p, f)
  p = Lanes(repeating: 5.550_332_471_162_809e-2).addingProduct(p, f)
  p = Lanes(repeating: 2.402_264_791_363_012e-1).addingProduct(p, f)
  p = Lanes(repeating: 6.931_472_028_550_421e-1).addingProduct(p, f)
  p = Lanes(repeating: 1).addingProduct(p, f)
  return p * powerOfTwo(integer)
}

/// The nearest integer of |x| < 2^22, as a float and as an integer: adding 1.5 * 2^23 leaves the
/// integer in the low bits (a conversion of the vector is a slow generic call).
@inlinable
@_transparent
package func nearestInteger(_ x: Lanes) -> (Lanes, IntegerLanes) {
  let magic = Lanes(repeating: 12_582_912)
  let shifted = x + magic
  return (shifted - magic, bits(shifted) &- IntegerLanes(repeating: 0x4B40_0000))
}

/// log(1 + e^x) without overflow.
package func softplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }

/// 1 / (1 + e^-x) without overflow.
package func logistic(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}

/// Natural logarithm, so that Circuits needs no C library of its own.
package func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// 2^exponent.
package func powerOfTwo(_ exponent: Int) -> Double {
  Double(sign: .plus, exponent: exponent, significand: 1)
}

package func naturalExponential(_ x: Double) -> Double { exp(x) }

package func cosine(_ x: Double) -> Double { cos(x) }

/// 2 / sqrt(pi) times the integral of e^(-t^2) from x on, with all its digits where that is small.
package func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }

/// log(sum of e^values); -inf for none or only -inf, never NaN.
package func logSumExp(_ values: some Collection<Double>) -> Double {
  // Callers in other modules run the unspecialised function: a loop over its iterator is slow.
  values.withContiguousStorageIfAvailable(logSumOfExponentials) ?? logSumOfExponentials(values)
}

private func logSumOfExponentials(_ values: some Collection<Double>) -> Double {
  guard let largest = values.max(), largest > -.infinity else { return -.infinity }
  var total = 0.0
  for value in values { total += exp(value - largest) }
  return largest + log(total)
}

/// Two independent standard normals of two uniforms in (0, 1) (Box & Muller 1958).
package func boxMuller(_ u: Double, _ v: Double) -> (Double, Double) {
  let radius = (-2 * log(u)).squareRoot()
  let angle = 2 * Double.pi * v
  return (radius * cos(angle), radius * sin(angle))
}

/// e^-x - 1 without cancellation.
package func expm1OfNegative(_ x: Double) -> Double { expm1(-x) }
