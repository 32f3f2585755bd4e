import Numerics

/// Kernels of leaves whose values are looked up, level by level: `table` is `[value][level][columns]`,
/// a column a unit (or a node), their number padded to a multiple of four.

/// Columns of a table for so many units.
package func tableColumns(_ units: Int) -> Int { (units + 3) / 4 * 4 }

/// Sums of log-masses over the values of a region: rows `[unit][tile]` in nats.
///
/// - Parameters:
///   - pixels: the region's values, rows of `tile`.
///   - observed: rows as `tile`'s, 0 where a value is hidden and counts for nothing.
///   - images: lanes to compute.
package func levelTableForward(
  _ tile: PixelTile, pixels: UnsafeBufferPointer<Int32>, observed: PixelTile?, units: Int,
  table: UnsafePointer<Float>, images: Int, into rows: UnsafeMutablePointer<Float>
) {
  let columns = tableColumns(units)
  withUnsafeTemporaryAllocation(
    byteCount: columns * MemoryLayout<Float>.stride, alignment: MemoryLayout<Lanes>.alignment
  ) { memory in
    guard let raw = memory.baseAddress else { return }
    let own = raw.assumingMemoryBound(to: Float.self)
    for image in 0..<images {
      sumLevels(
        tile, pixels, observed, image: image, table: table, columns: columns, into: own)
      for unit in 0..<units { rows[unit &* tile.tile &+ image] = own[unit] }
    }
  }
}

/// One image's sums: `[columns]`.
@inline(__always)
func sumLevels(
  _ tile: PixelTile, _ pixels: UnsafeBufferPointer<Int32>, _ observed: PixelTile?, image: Int,
  table: UnsafePointer<Float>, columns: Int, into sums: UnsafeMutablePointer<Float>
) {
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
  _ tile: PixelTile, pixels: UnsafeBufferPointer<Int32>, observed: PixelTile?, units: Int,
  flows: UnsafePointer<Float>, images: Int, into counts: UnsafeMutablePointer<Float>
) {
  let columns = tableColumns(units)
  withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { own in
    guard let own = own.baseAddress else { return }
    clear(own, count: columns)
    for image in 0..<images {
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

/// The log-masses of every value of a region, `[value][level][columns]`, from numbers
/// `[value][number][unit]`.
package func levelTables(
  _ emission: some Emission, values: Int, units: Int, numbers: UnsafePointer<Float>,
  into table: UnsafeMutablePointer<Float>
) {
  let columns = tableColumns(units)
  let stride = wholeLanes(units)
  withAlignedRows((emission.numbers &+ byteLevels) &* stride) { own in
    let masses = own + emission.numbers &* stride
    clear(own, count: emission.numbers &* stride)
    for value in 0..<values {
      copyRows(
        numbers + value &* emission.numbers &* units, rows: emission.numbers, from: units,
        to: stride, into: own)
      let place = table + value &* byteLevels &* columns
      emission.logMasses(own, stride: stride, into: masses)
      copyRows(masses, rows: byteLevels, from: stride, to: columns, into: place)
    }
  }
}

/// `scale` times the gradient by numbers `[value][number][unit]`, from counts of levels.
package func levelTableGradient(
  _ emission: some Emission, values: Int, units: Int, numbers: UnsafePointer<Float>,
  table: UnsafePointer<Float>, counts: UnsafePointer<Float>, scale: Float,
  into gradient: UnsafeMutablePointer<Float>
) {
  let columns = tableColumns(units)
  let stride = wholeLanes(units)
  let size = emission.numbers
  withAlignedRows((2 &* size &+ 2 &* byteLevels) &* stride) { own in
    let found = own + size &* stride
    let masses = found + size &* stride
    let shown = masses + byteLevels &* stride
    clear(own, count: (2 &* size &+ 2 &* byteLevels) &* stride)
    for value in 0..<values {
      let place = value &* size &* units
      let entry = value &* byteLevels &* columns
      copyRows(numbers + place, rows: size, from: units, to: stride, into: own)
      copyRows(table + entry, rows: byteLevels, from: columns, to: stride, into: masses)
      copyRows(counts + entry, rows: byteLevels, from: columns, to: stride, into: shown)
      emission.gradient(own, table: masses, counts: shown, stride: stride, into: found)
      for number in 0..<size {
        for unit in 0..<units {
          gradient[place &+ number &* units &+ unit] =
            scale * found[number &* stride &+ unit]
        }
      }
    }
  }
}

/// Rows of `from` floats as rows of `to`; where those are longer, what lies past stays.
private func copyRows(
  _ rows: UnsafePointer<Float>, rows count: Int, from: Int, to: Int,
  into out: UnsafeMutablePointer<Float>
) {
  for row in 0..<count {
    (out + row &* to).update(from: rows + row &* from, count: min(from, to))
  }
}
