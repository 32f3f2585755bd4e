import Numerics

/// The distributions of a leaf region's values by an emission, one a value and unit: their table of
/// log-masses, `[value][level][columns]`, from numbers `[value][number][unit]`, and what they learn from
/// counts in the table's shape.
package struct RegionEmissions<Family: Emission> {
  let emission: Family
  let values: Int
  let units: Int
  /// Of the table.
  let columns: Int

  /// - Parameter units: or other distributions of each value.
  package init(_ emission: Family, values: Int, units: Int) {
    self.emission = emission
    self.values = values
    self.units = units
    columns = tableColumns(units)
  }

  /// The log-masses of every value of a region, `[value][level][columns]`, from numbers
  /// `[value][number][unit]`.
  package func derive(
    numbers: UnsafePointer<Float>, into table: UnsafeMutablePointer<Float>
  ) {
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
  package func gradient(
    numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    scale: Float, into gradient: UnsafeMutablePointer<Float>
  ) {
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

  /// One step of expectation-maximisation of every distribution of a region, by counts and the present
  /// log-masses `[value][level][columns]`: moves numbers `[value][number][unit]`.
  package func reestimate(
    table: UnsafePointer<Float>, counts: UnsafePointer<Float>, step: MaximisationStep,
    into numbers: UnsafeMutablePointer<Float>
  ) {
    let stride = wholeLanes(units)
    let size = emission.numbers
    withAlignedRows((size &+ 2 &* byteLevels) &* stride) { own in
      let masses = own + size &* stride
      let shown = masses + byteLevels &* stride
      clear(own, count: (size &+ 2 &* byteLevels) &* stride)
      for value in 0..<values {
        let place = numbers + value &* size &* units
        let entry = value &* byteLevels &* columns
        copyRows(place, rows: size, from: units, to: stride, into: own)
        copyRows(table + entry, rows: byteLevels, from: columns, to: stride, into: masses)
        copyRows(counts + entry, rows: byteLevels, from: columns, to: stride, into: shown)
        emission.reestimate(
          counts: shown, table: masses, stride: stride, step: step, into: own)
        copyRows(own, rows: size, from: stride, to: units, into: place)
      }
    }
  }
}

/// Rows of `from` floats as rows of `to`; where those are longer, what lies past stays.
private func copyRows(
  _ rows: UnsafePointer<Float>, rows count: Int, from: Int, to: Int,
  into out: UnsafeMutablePointer<Float>
) {
  guard from != to else { return out.update(from: rows, count: count &* to) }
  for row in 0..<count {
    (out + row &* to).update(from: rows + row &* from, count: min(from, to))
  }
}
