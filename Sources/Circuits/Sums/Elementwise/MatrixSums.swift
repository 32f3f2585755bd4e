import Numerics

/// Rows that `MatrixSums` computes next, of so many that are left: 6, 4 or 1.
///
/// Sums of six rows of sixteen lanes fill twelve registers of eight floats: enough that multiply-adds follow each
/// other without waiting. Eight rows are twice four, not six and twice one.
@inline(__always)
func rowsOfNextSums(_ left: Int) -> Int { left >= 6 && left != 8 ? 6 : left >= 4 ? 4 : 1 }

/// The factors of `MatrixSums`' rows: factor k of row r lies at `start[r * row + k * step]`.
struct RowFactors {
  let start: UnsafePointer<Float>
  let row: Int
  let step: Int
}

/// A product of matrices for sixteen columns: `sum over k of factor(r, k) * columns[k * stride]` of six, four or
/// one rows r, whose sums stay in registers.
struct MatrixSums {
  let columns: UnsafePointer<Float>
  let stride: Int
  let count: Int

  @inline(__always)
  func six(_ factors: RowFactors) -> (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) {
    var (s0, s1, s2) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var (s3, s4, s5) = (Lanes.zero, Lanes.zero, Lanes.zero)
    let row = factors.row
    // Two bases: one address can reach three rows.
    var low = factors.start
    var high = factors.start + 3 &* row
    var place = columns
    for _ in 0..<count {
      let own = load(place, 0)
      s0.addProduct(own, Lanes(repeating: low[0]))
      s1.addProduct(own, Lanes(repeating: low[row]))
      s2.addProduct(own, Lanes(repeating: low[2 &* row]))
      s3.addProduct(own, Lanes(repeating: high[0]))
      s4.addProduct(own, Lanes(repeating: high[row]))
      s5.addProduct(own, Lanes(repeating: high[2 &* row]))
      low += factors.step
      high += factors.step
      place += stride
    }
    return (s0, s1, s2, s3, s4, s5)
  }

  @inline(__always)
  func four(_ factors: RowFactors) -> (Lanes, Lanes, Lanes, Lanes) {
    var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    let row = factors.row
    var low = factors.start
    var high = factors.start + 2 &* row
    var place = columns
    for _ in 0..<count {
      let own = load(place, 0)
      s0.addProduct(own, Lanes(repeating: low[0]))
      s1.addProduct(own, Lanes(repeating: low[row]))
      s2.addProduct(own, Lanes(repeating: high[0]))
      s3.addProduct(own, Lanes(repeating: high[row]))
      low += factors.step
      high += factors.step
      place += stride
    }
    return (s0, s1, s2, s3)
  }

  @inline(__always)
  func one(_ factors: RowFactors) -> Lanes {
    var total = Lanes.zero
    for k in 0..<count {
      total.addProduct(
        load(columns, k &* stride), Lanes(repeating: factors.start[k &* factors.step]))
    }
    return total
  }

  /// Each row's sums go to `out`, so many rows from `factors` on.
  @inline(__always)
  func store(_ rows: Int, _ factors: RowFactors, into out: UnsafeMutablePointer<Float>, stride: Int)
  {
    switch rows {
    case 6:
      let sums = six(factors)
      Numerics.store(sums.0, out, 0)
      Numerics.store(sums.1, out, stride)
      Numerics.store(sums.2, out, 2 &* stride)
      Numerics.store(sums.3, out, 3 &* stride)
      Numerics.store(sums.4, out, 4 &* stride)
      Numerics.store(sums.5, out, 5 &* stride)
    case 4:
      let sums = four(factors)
      Numerics.store(sums.0, out, 0)
      Numerics.store(sums.1, out, stride)
      Numerics.store(sums.2, out, 2 &* stride)
      Numerics.store(sums.3, out, 3 &* stride)
    default: Numerics.store(one(factors), out, 0)
    }
  }
}
