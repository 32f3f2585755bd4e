/// One sum region of a schedule: its place among the regions, its partitions and its weights.
package struct SumRegion: BitwiseCopyable, Sendable {
  package var region: Int32
  package var firstPartition: Int32
  package var partitionCount: Int32
  /// Where the region's weights start: `[unit][partition][i][j]`, K * partitions * K * K of them.
  package var weightOffset: Int32

  package init(region: Int, firstPartition: Int, partitionCount: Int, weightOffset: Int) {
    self.region = Int32(region)
    self.firstPartition = Int32(firstPartition)
    self.partitionCount = Int32(partitionCount)
    self.weightOffset = Int32(weightOffset)
  }
}

/// The two children of a partition, as region indices.
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
/// Sum regions stand in topological order, children first. Every region has K units; product unit
/// (i, j) of a partition is child i of the left times child j of the right.
package final class SumProductSchedule: Sendable {
  package let units: Int
  package let regionCount: Int
  package let root: Int
  package let weightCount: Int
  let sums: AlignedBuffer<SumRegion>
  let children: AlignedBuffer<ChildPair>

  package init(
    units: Int, regionCount: Int, root: Int, sums: [SumRegion], children: [ChildPair]
  ) {
    precondition(units >= 1 && root < regionCount)
    for sum in sums {
      let end = Int(sum.firstPartition + sum.partitionCount)
      precondition(sum.partitionCount > 0 && end <= children.count)
      for pair in children[Int(sum.firstPartition)..<end] {
        precondition(pair.left >= 0 && pair.right >= 0 && Int(sum.region) < regionCount)
        precondition(pair.left < sum.region && pair.right < sum.region, "children come first")
      }
    }
    self.units = units
    self.regionCount = regionCount
    self.root = root
    self.sums = AlignedBuffer(sums)
    self.children = AlignedBuffer(children)
    weightCount = children.count * units * units * units
  }

  /// Weights of one sum unit of `sum`: those of all its partitions.
  @inline(__always)
  func weightsAUnit(_ sum: SumRegion) -> Int { Int(sum.partitionCount) &* units &* units }
}

/// Scratch of one worker for one tile: values and gradients of every region.
///
/// `values` is `[region][K + 1][tile]`: K mantissas, then the exponent they share, as Int32. The
/// number is mantissa * 2^exponent; the largest mantissa lies in [1, 2) unless all are zero.
/// `gradients` is `[region][K][tile]`: d log S / d value, times 2^exponent, so that a mantissa
/// times its gradient is the unit's flow.
package final class TileMemory: Sendable {
  package let tile: Int
  package let units: Int
  package let values: AlignedBuffer<Float>
  package let gradients: AlignedBuffer<Float>

  package init(schedule: SumProductSchedule, tile: Int, withGradients: Bool) {
    precondition(tile > 0 && tile % laneCount == 0)
    self.tile = tile
    units = schedule.units
    values = AlignedBuffer(count: schedule.regionCount * (units + 1) * tile)
    gradients = AlignedBuffer(count: withGradients ? schedule.regionCount * units * tile : 0)
  }

  /// Rows of a region: K mantissas of `tile` images each, then the exponents.
  @inline(__always)
  package func values(of region: Int) -> UnsafeMutablePointer<Float> {
    values.pointer + region &* (units &+ 1) &* tile
  }

  @inline(__always)
  package func gradients(of region: Int) -> UnsafeMutablePointer<Float> {
    gradients.pointer + region &* units &* tile
  }
}

// Rows are read and written a `Lanes` at a time; all of them are aligned to 64 bytes.
@inline(__always)
func load(_ row: UnsafePointer<Float>, _ image: Int) -> Lanes {
  UnsafeRawPointer(row + image).load(as: Lanes.self)
}

@inline(__always)
func load(_ row: UnsafeMutablePointer<Float>, _ image: Int) -> Lanes {
  UnsafeRawPointer(row + image).load(as: Lanes.self)
}

@inline(__always)
func loadExponent(_ row: UnsafeMutablePointer<Float>, _ image: Int) -> IntegerLanes {
  UnsafeRawPointer(row + image).load(as: IntegerLanes.self)
}

@inline(__always)
func store(_ lanes: Lanes, _ row: UnsafeMutablePointer<Float>, _ image: Int) {
  UnsafeMutableRawPointer(row + image).storeBytes(of: lanes, as: Lanes.self)
}

@inline(__always)
func storeExponent(_ exponent: IntegerLanes, _ row: UnsafeMutablePointer<Float>, _ image: Int) {
  UnsafeMutableRawPointer(row + image).storeBytes(of: exponent, as: IntegerLanes.self)
}
