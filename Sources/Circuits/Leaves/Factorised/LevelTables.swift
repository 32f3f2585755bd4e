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
      transpose(
        sums, stride: columns, rows: laneCount, columns: units, into: rows + image,
        stride: values.tile.tile)
      image &+= laneCount
    }
  }
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
      transpose(
        flows + first, stride: tile.tile, rows: units, columns: laneCount, into: turned,
        stride: columns)
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
    UnsafeMutableRawPointer(row + column).storeBytes(
      of: UnsafeRawPointer(source + column).loadUnaligned(as: SIMD4<Float>.self),
      as: SIMD4<Float>.self)
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
