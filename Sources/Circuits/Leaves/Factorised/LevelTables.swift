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
  withUnsafeTemporaryAllocation(
    byteCount: columns * MemoryLayout<Float>.stride, alignment: MemoryLayout<Lanes>.alignment
  ) { memory in
    guard let raw = memory.baseAddress else { return }
    let own = raw.assumingMemoryBound(to: Float.self)
    let stride = values.tile.tile
    for image in 0..<values.images {
      sumLevels(values, image: image, table: table, columns: columns, into: own)
      for unit in 0..<units { rows[unit &* stride &+ image] = own[unit] }
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
  withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { own in
    guard let own = own.baseAddress else { return }
    clear(own, count: columns)
    for image in 0..<values.images {
      for unit in 0..<units { own[unit] = flows[unit &* tile.tile &+ image] }
      for value in 0..<pixels.count {
        let pixel = Int(pixels[value])
        if let observed, observed.row(pixel)[image] == 0 { continue }
        let entry = (value &* byteLevels &+ Int(tile.row(pixel)[image])) &* columns
        addRow(own, to: counts + entry, count: columns)
      }
    }
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
