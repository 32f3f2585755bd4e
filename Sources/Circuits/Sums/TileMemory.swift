import Numerics

/// Scratch of one worker for one tile: values and gradients of every slot.
///
/// `values` is `[slot][K + 1][tile]`: K mantissas, then the exponent they share, as Int32. The
/// number is mantissa * 2^exponent; the largest mantissa lies in [1, 2) unless all are zero.
/// The root's slot has as many rows as it has units. `gradients` is `[slot][K][tile]`:
/// d log S / d value, times 2^exponent, so that a mantissa times its gradient is the unit's flow.
package final class TileMemory: Sendable {
  package let tile: Int
  package let units: Int
  package let values: AlignedBuffer<Float>
  package let gradients: AlignedBuffer<Float>
  /// What the product layer's passes need besides.
  package let scratch: AlignedBuffer<Float>
  /// Other than 0 for images that the linear domain cannot carry, `[tile]`.
  package let outside: AlignedBuffer<Float>

  package init(schedule: SumProductSchedule, tile: Int, withGradients: Bool) {
    precondition(tile > 0 && tile % laneCount == 0)
    self.tile = tile
    units = schedule.units
    let rows = TileMemory.rowCounts(schedule)
    values = AlignedBuffer(count: rows.values * tile)
    gradients = AlignedBuffer(count: withGradients ? rows.gradients * tile : 0)
    scratch = AlignedBuffer(
      count: schedule.products.scratchCount(schedule, tile: tile, withGradients: withGradients))
    outside = AlignedBuffer(count: tile)
  }

  private static func rowCounts(
    _ schedule: SumProductSchedule
  ) -> (values: Int, gradients: Int) {
    let extra = max(schedule.rootUnits - schedule.units, 0)
    let rows = schedule.slotCount * schedule.units + extra
    return (rows + schedule.slotCount, rows)
  }

  /// The bytes of one.
  package static func byteCount(
    schedule: SumProductSchedule, tile: Int, withGradients: Bool
  ) -> Int {
    let rows = rowCounts(schedule)
    let scratch = schedule.products.scratchCount(
      schedule, tile: tile, withGradients: withGradients)
    return ((rows.values + (withGradients ? rows.gradients : 0) + 1) * tile + scratch)
      * MemoryLayout<Float>.stride
  }

  /// Rows of a slot: K mantissas of `tile` images each, then the exponents.
  @inline(__always)
  package func values(of slot: Int) -> UnsafeMutablePointer<Float> {
    values.pointer + slot &* (units &+ 1) &* tile
  }

  @inline(__always)
  package func gradients(of slot: Int) -> UnsafeMutablePointer<Float> {
    gradients.pointer + slot &* units &* tile
  }
}
