import Numerics

// Sixteen images by units, between rows of images and rows of units, four by four.

/// `[16][columns]` to rows `[unit][stride]` of sixteen images.
@inline(__always)
func transposeLanes(
  _ sums: UnsafePointer<Float>, columns: Int, units: Int, into rows: UnsafeMutablePointer<Float>,
  stride: Int
) {
  var unit = 0
  while unit &+ 4 <= units {
    var lane = 0
    while lane < laneCount {
      let from = sums + (lane &* columns &+ unit)
      let r0 = quarter(from)
      let r1 = quarter(from + columns)
      let r2 = quarter(from + 2 &* columns)
      let r3 = quarter(from + 3 &* columns)
      let out = rows + (unit &* stride &+ lane)
      put(SIMD4(r0.x, r1.x, r2.x, r3.x), out)
      put(SIMD4(r0.y, r1.y, r2.y, r3.y), out + stride)
      put(SIMD4(r0.z, r1.z, r2.z, r3.z), out + 2 &* stride)
      put(SIMD4(r0.w, r1.w, r2.w, r3.w), out + 3 &* stride)
      lane &+= 4
    }
    unit &+= 4
  }
  while unit < units {
    for lane in 0..<laneCount { rows[unit &* stride &+ lane] = sums[lane &* columns &+ unit] }
    unit &+= 1
  }
}

/// Rows `[unit][stride]` of sixteen images to `[16][columns]`.
@inline(__always)
func transposeFlows(
  _ rows: UnsafePointer<Float>, units: Int, stride: Int, _ columns: Int,
  into turned: UnsafeMutablePointer<Float>
) {
  var unit = 0
  while unit &+ 4 <= units {
    var lane = 0
    while lane < laneCount {
      let from = rows + (unit &* stride &+ lane)
      let r0 = quarter(from)
      let r1 = quarter(from + stride)
      let r2 = quarter(from + 2 &* stride)
      let r3 = quarter(from + 3 &* stride)
      let out = turned + (lane &* columns &+ unit)
      put(SIMD4(r0.x, r1.x, r2.x, r3.x), out)
      put(SIMD4(r0.y, r1.y, r2.y, r3.y), out + columns)
      put(SIMD4(r0.z, r1.z, r2.z, r3.z), out + 2 &* columns)
      put(SIMD4(r0.w, r1.w, r2.w, r3.w), out + 3 &* columns)
      lane &+= 4
    }
    unit &+= 4
  }
  while unit < units {
    for lane in 0..<laneCount { turned[lane &* columns &+ unit] = rows[unit &* stride &+ lane] }
    unit &+= 1
  }
}

@inline(__always)
private func quarter(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(place).load(as: SIMD4<Float>.self)
}

@inline(__always)
private func put(_ four: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: four, as: SIMD4<Float>.self)
}
