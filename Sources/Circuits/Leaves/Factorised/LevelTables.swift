import Numerics

/// Kernels of leaves whose values are looked up, level by level: `table` is `[value][level][columns]`,
/// a column a unit (or a node), their number padded to a multiple of four.

/// Columns of a table for so many units.
package func tableColumns(_ units: Int) -> Int { (units + 3) / 4 * 4 }

/// Sums of log-masses over the values of a region: rows `[unit][tile]` in nats.
///
/// - Parameter values: hidden ones count for nothing.
package func levelTableForward(
  _ values: RegionValues, units: Int, table: UnsafePointer<Float>,
  into rows: UnsafeMutablePointer<Float>
) {
  let columns = tableColumns(units)
  withAlignedRows(laneCount &* columns) { sums in
    var image = 0
    while image < values.images {
      for lane in 0..<laneCount {
        sumLevels(
          values, image: image &+ lane, table: table, columns: columns,
          into: sums + lane &* columns)
      }
      transposeLanes(
        sums, columns: columns, units: units, into: rows + image, stride: values.tile.tile)
      image &+= laneCount
    }
  }
}

/// `[16][columns]` to rows `[unit][stride]` of sixteen images.
@inline(__always)
private func transposeLanes(
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

@inline(__always)
private func quarter(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(place).load(as: SIMD4<Float>.self)
}

@inline(__always)
private func put(_ four: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: four, as: SIMD4<Float>.self)
}

/// One image's sums: `[columns]`.
@inline(__always)
private func sumLevels(
  _ values: RegionValues, image: Int, table: UnsafePointer<Float>, columns: Int,
  into sums: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  if pixels.count == 1, observed == nil {
    let entry = Int(tile.row(Int(pixels[0]))[image]) &* columns
    return copyRow(table + entry, into: sums, count: columns)
  }
  var column = 0
  while column &+ laneCount <= columns {
    let total = longSum(pixels.count) { range in
      var sum = Lanes.zero
      for value in range {
        let pixel = Int(pixels[value])
        if let observed, observed.row(pixel)[image] == 0 { continue }
        let entry = (value &* byteLevels &+ Int(tile.row(pixel)[image])) &* columns
        sum += loadUnaligned(table + entry, column)
      }
      return sum
    }
    UnsafeMutableRawPointer(sums + column).storeBytes(of: total, as: Lanes.self)
    column &+= laneCount
  }
  while column < columns {
    let total = longSumOfFours(pixels.count) { range in
      var sum = SIMD4<Float>.zero
      for value in range {
        let pixel = Int(pixels[value])
        if let observed, observed.row(pixel)[image] == 0 { continue }
        let entry = (value &* byteLevels &+ Int(tile.row(pixel)[image])) &* columns
        sum += UnsafeRawPointer(table + entry + column).loadUnaligned(as: SIMD4<Float>.self)
      }
      return sum
    }
    UnsafeMutableRawPointer(sums + column).storeBytes(of: total, as: SIMD4<Float>.self)
    column &+= 4
  }
}

/// Adds each image's flows to the counts of the levels it shows: `[value][level][columns]`.
///
/// - Parameter flows: `[unit][tile]`, 0 past the last image.
package func levelTableAccumulate(
  _ values: RegionValues, units: Int, flows: UnsafePointer<Float>,
  into counts: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let columns = tableColumns(units)
  withAlignedRows(laneCount &* columns) { turned in
    clear(turned, count: laneCount &* columns)
    var first = 0
    while first < values.images {
      transposeFlows(flows + first, units: units, stride: tile.tile, columns, into: turned)
      for value in 0..<pixels.count {
        let pixel = Int(pixels[value])
        let levels = tile.row(pixel) + first
        for lane in 0..<laneCount {
          if let observed, observed.row(pixel)[first &+ lane] == 0 { continue }
          let entry = (value &* byteLevels &+ Int(levels[lane])) &* columns
          addRow(turned + lane &* columns, to: counts + entry, count: columns)
        }
      }
      first &+= laneCount
    }
  }
}

/// Rows `[unit][stride]` of sixteen images to `[16][columns]`.
@inline(__always)
private func transposeFlows(
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

/// row = source, `count` a multiple of four.
@inline(__always)
private func copyRow(
  _ source: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>, count: Int
) {
  var column = 0
  while column &+ laneCount <= count {
    UnsafeMutableRawPointer(row + column).storeBytes(
      of: loadUnaligned(source, column), as: Lanes.self)
    column &+= laneCount
  }
  while column < count {
    put(
      UnsafeRawPointer(source + column).loadUnaligned(as: SIMD4<Float>.self), row + column)
    column &+= 4
  }
}

/// row += addend, `count` a multiple of four.
@inline(__always)
func addRow(
  _ addend: UnsafePointer<Float>, to row: UnsafeMutablePointer<Float>, count: Int
) {
  var column = 0
  while column &+ laneCount <= count {
    let sum = loadUnaligned(row, column) + loadUnaligned(addend, column)
    UnsafeMutableRawPointer(row + column).storeBytes(of: sum, as: Lanes.self)
    column &+= laneCount
  }
  while column < count {
    let place = UnsafeMutableRawPointer(row + column)
    let sum =
      UnsafeRawPointer(row + column).loadUnaligned(as: SIMD4<Float>.self)
      + UnsafeRawPointer(addend + column).loadUnaligned(as: SIMD4<Float>.self)
    place.storeBytes(of: sum, as: SIMD4<Float>.self)
    column &+= 4
  }
}
