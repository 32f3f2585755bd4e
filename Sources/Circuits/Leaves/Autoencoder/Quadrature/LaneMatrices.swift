import Numerics

// Small matrices, one for each of sixteen images: entries are rows `[entry][tile]`. Symmetric and
// lower triangular ones are packed, entry (i, j) with j <= i at i (i + 1) / 2 + j; others are
// `[row][column]`.

@_transparent
func packed(_ i: Int, _ j: Int) -> Int { i &* (i &+ 1) / 2 &+ j }

/// Entries of a packed matrix.
func packedCount(_ size: Int) -> Int { size &* (size &+ 1) / 2 }

/// A = G G^T for positive definite A, G in place of A (Cholesky).
///
/// A pivot that rounding has taken below 1e-20 counts as that: the result stays finite.
@inline(__always)
func factorise(_ a: UnsafeMutablePointer<Float>, size: Int, tile: Int, _ image: Int) {
  let least = Lanes(repeating: 1e-20)
  for j in 0..<size {
    var pivot = load(a + packed(j, j) &* tile, image)
    for k in 0..<j {
      let g = load(a + packed(j, k) &* tile, image)
      pivot -= g * g
    }
    let root = larger(pivot, least).squareRoot()
    let inverse = Lanes(repeating: 1) / root
    store(root, a + packed(j, j) &* tile, image)
    var i = j &+ 1
    while i < size {
      var value = load(a + packed(i, j) &* tile, image)
      for k in 0..<j {
        value -= load(a + packed(i, k) &* tile, image) * load(a + packed(j, k) &* tile, image)
      }
      store(value * inverse, a + packed(i, j) &* tile, image)
      i &+= 1
    }
  }
}

/// x of G G^T x = b, in place of b.
@inline(__always)
func solve(
  factor g: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, size: Int, tile: Int,
  _ image: Int
) {
  for i in 0..<size {
    var value = load(b + i &* tile, image)
    for k in 0..<i {
      value -= load(g + packed(i, k) &* tile, image) * load(b + k &* tile, image)
    }
    store(value / load(g + packed(i, i) &* tile, image), b + i &* tile, image)
  }
  var i = size &- 1
  while i >= 0 {
    var value = load(b + i &* tile, image)
    var k = i &+ 1
    while k < size {
      value -= load(g + packed(k, i) &* tile, image) * load(b + k &* tile, image)
      k &+= 1
    }
    store(value / load(g + packed(i, i) &* tile, image), b + i &* tile, image)
    i &-= 1
  }
}

/// S = G^-T, `[row][column]`: S S^T is the inverse of G G^T.
@inline(__always)
func inverseTranspose(
  factor g: UnsafeMutablePointer<Float>, into s: UnsafeMutablePointer<Float>, size: Int,
  tile: Int, _ image: Int
) {
  // Column i of S is row i of G^-1.
  for i in 0..<size {
    let inverse = Lanes(repeating: 1) / load(g + packed(i, i) &* tile, image)
    for j in 0..<size {
      var value = i == j ? Lanes(repeating: 1) : Lanes.zero
      var k = j
      while k < i {
        value -=
          load(g + packed(i, k) &* tile, image) * load(s + (j &* size &+ k) &* tile, image)
        k &+= 1
      }
      store(value * inverse, s + (j &* size &+ i) &* tile, image)
    }
  }
}

/// S becomes S G, row by row in place: column j needs columns j and after only.
@inline(__always)
func multiply(
  _ s: UnsafeMutablePointer<Float>, byFactor g: UnsafeMutablePointer<Float>, size: Int,
  tile: Int, _ image: Int
) {
  for i in 0..<size {
    for j in 0..<size {
      var value = Lanes.zero
      var k = j
      while k < size {
        value.addProduct(
          load(s + (i &* size &+ k) &* tile, image), load(g + packed(k, j) &* tile, image))
        k &+= 1
      }
      store(value, s + (i &* size &+ j) &* tile, image)
    }
  }
}

/// log |G|, the sum of its diagonal's logarithms.
@inline(__always)
func logDeterminant(
  factor g: UnsafeMutablePointer<Float>, size: Int, tile: Int, _ image: Int
) -> Lanes {
  var total = Lanes.zero
  for i in 0..<size { total += logarithm(load(g + packed(i, i) &* tile, image)) }
  return total
}
