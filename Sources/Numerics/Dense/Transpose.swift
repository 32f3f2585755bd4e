/// `[row][stride]` to `[column][turnedStride]`, four rows by four columns at a time.
///
/// - Precondition: starts and strides are multiples of 16 bytes.
@inlinable
@inline(__always)
package func transpose(
  _ from: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int,
  into turned: UnsafeMutablePointer<Float>, stride turnedStride: Int
) {
  let wholeColumns = columns & ~3
  var row = 0
  while row &+ 4 <= rows {
    let four = from + row &* stride
    var column = 0
    while column < wholeColumns {
      transposeFour(
        four + column, stride: stride, into: turned + (column &* turnedStride &+ row),
        stride: turnedStride)
      column &+= 4
    }
    while column < columns {
      for place in row..<row &+ 4 {
        turned[column &* turnedStride &+ place] = from[place &* stride &+ column]
      }
      column &+= 1
    }
    row &+= 4
  }
  while row < rows {
    for column in 0..<columns {
      turned[column &* turnedStride &+ row] = from[row &* stride &+ column]
    }
    row &+= 1
  }
}

@inlinable
@inline(__always)
package func transposeFour(
  _ from: UnsafePointer<Float>, stride: Int, into turned: UnsafeMutablePointer<Float>,
  stride turnedStride: Int
) {
  let r0 = loadFour(from)
  let r1 = loadFour(from + stride)
  let r2 = loadFour(from + 2 &* stride)
  let r3 = loadFour(from + 3 &* stride)
  storeFour(SIMD4(r0.x, r1.x, r2.x, r3.x), turned)
  storeFour(SIMD4(r0.y, r1.y, r2.y, r3.y), turned + turnedStride)
  storeFour(SIMD4(r0.z, r1.z, r2.z, r3.z), turned + 2 &* turnedStride)
  storeFour(SIMD4(r0.w, r1.w, r2.w, r3.w), turned + 3 &* turnedStride)
}

@inlinable
@inline(__always)
package func loadFour(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(place).load(as: SIMD4<Float>.self)
}

@inlinable
@inline(__always)
package func storeFour(_ four: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: four, as: SIMD4<Float>.self)
}
