import Numerics

/// One sum region of a schedule: where its values lie, its partitions and its weights.
package struct SumStep: BitwiseCopyable, Sendable {
  /// The slot of its rows in a `TileMemory`.
  package var slot: Int32
  package var firstPartition: Int32
  package var partitionCount: Int32
  /// Where the region's weights start: `[unit][partition][i][j]`, K * partitions * K * K of them.
  package var weightOffset: Int32

  package init(slot: Int, firstPartition: Int, partitionCount: Int, weightOffset: Int) {
    self.slot = Int32(slot)
    self.firstPartition = Int32(firstPartition)
    self.partitionCount = Int32(partitionCount)
    self.weightOffset = Int32(weightOffset)
  }
}

/// The two children of a partition, by their slots.
package struct ChildPair: BitwiseCopyable, Sendable {
  package var left: Int32
  package var right: Int32

  package init(left: Int, right: Int) {
    self.left = Int32(left)
    self.right = Int32(right)
  }
}

/// The order in which kernels walk a circuit: immutable, shared by all workers.
///
/// Sum regions stand in an order in which children come first. Every region has K units, but the
/// root may have another number of sum units: one a class. Product
/// unit (i, j) of a partition is child i of the left times child j of the right. A slot may serve
/// several regions, one after the other: who calls the kernels keeps them apart.
package final class SumProductSchedule: Sendable {
  package let units: Int
  /// Units of the root region.
  package let rootUnits: Int
  package let slotCount: Int
  /// The slot of the root; where it has more units than the others, the last one.
  package let root: Int
  package let weightCount: Int
  let sums: AlignedBuffer<SumStep>
  let children: AlignedBuffer<ChildPair>

  /// - Parameter rootUnits: K if nil; of another number the root must be the last of `sums`.
  package init(
    units: Int, rootUnits: Int? = nil, slotCount: Int, root: Int, sums: [SumStep],
    children: [ChildPair]
  ) {
    precondition(units >= 1 && root < slotCount)
    self.rootUnits = rootUnits ?? units
    let extra = self.rootUnits - units
    precondition(self.rootUnits >= 1)
    precondition(
      extra == 0 || (root == slotCount - 1 && sums.last.map { Int($0.slot) } == root),
      "a root of its own size is a sum region, the last in order and in memory")
    for sum in sums {
      let end = Int(sum.firstPartition + sum.partitionCount)
      precondition(sum.partitionCount > 0 && end <= children.count && sum.slot < slotCount)
      for pair in children[Int(sum.firstPartition)..<end] {
        precondition(pair.left >= 0 && pair.left < slotCount && pair.left != sum.slot)
        precondition(pair.right >= 0 && pair.right < slotCount && pair.right != sum.slot)
      }
    }
    self.units = units
    self.slotCount = slotCount
    self.root = root
    self.sums = AlignedBuffer(sums)
    self.children = AlignedBuffer(children)
    let rootPartitions = extra == 0 ? 0 : Int(sums.last?.partitionCount ?? 0)
    weightCount = (children.count * units + rootPartitions * extra) * units * units
  }

  package var sumCount: Int { sums.count }

  /// Of some sums those with K units, and whether a root of another number is among them.
  func split(_ range: Range<Int>) -> (alike: Range<Int>, hasOwnRoot: Bool) {
    guard rootUnits != units, range.upperBound == sums.count, !range.isEmpty else {
      return (range, false)
    }
    return (range.lowerBound..<range.upperBound - 1, true)
  }

  /// Weights of one sum unit of `sum`: those of all its partitions.
  @inline(__always)
  func weightsAUnit(_ sum: SumStep) -> Int { Int(sum.partitionCount) &* units &* units }
}

/// Scratch of one worker for one tile: values and gradients of every slot.
///
/// `values` is `[slot][K + 1][tile]`: K mantissas, then the exponent they share, as Int32. The
/// number is mantissa * 2^exponent; the largest mantissa lies in [1, 2) unless all are zero.
/// The root's slot has as many rows
/// as it has units. `gradients` is `[slot][K][tile]`: d log S / d value, times 2^exponent, so that a mantissa
/// times its gradient is the unit's flow.
package final class TileMemory: Sendable {
  package let tile: Int
  package let units: Int
  package let values: AlignedBuffer<Float>
  package let gradients: AlignedBuffer<Float>
  /// What the backward pass of some K keeps of one partition.
  package let scratch: AlignedBuffer<Float>

  package init(schedule: SumProductSchedule, tile: Int, withGradients: Bool) {
    precondition(tile > 0 && tile % laneCount == 0)
    self.tile = tile
    units = schedule.units
    let extra = max(schedule.rootUnits - units, 0)
    values = AlignedBuffer(count: (schedule.slotCount * (units + 1) + extra) * tile)
    gradients = AlignedBuffer(
      count: withGradients ? (schedule.slotCount * units + extra) * tile : 0)
    scratch = AlignedBuffer(
      count: withGradients ? TileMemory.scratchCount(units: units, tile: tile) : 0)
  }

  /// The bytes of one.
  package static func byteCount(
    schedule: SumProductSchedule, tile: Int, withGradients: Bool
  ) -> Int {
    let units = schedule.units
    let extra = max(schedule.rootUnits - units, 0)
    var rows = schedule.slotCount * (units + 1) + extra
    if withGradients { rows += schedule.slotCount * units + extra }
    let scratch = withGradients ? scratchCount(units: units, tile: tile) : 0
    return (rows * tile + scratch) * MemoryLayout<Float>.stride
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
