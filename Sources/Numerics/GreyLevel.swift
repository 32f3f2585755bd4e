/// The level nearest to 255 x, for numbers on the axis of levels / 255: 0 below it and for NaN, 255 above it.
package func greyLevel(_ x: Double) -> UInt8 {
  guard x > 0 else { return 0 }
  return UInt8((min(x, 1) * 255).rounded())
}
