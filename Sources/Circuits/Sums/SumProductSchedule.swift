import Numerics

/// One sum region of a schedule: where its values lie, its partitions and its weights.
package struct SumStep: BitwiseCopyable, Sendable {
  /// The slot of its rows in a `TileMemory`.
  package var slot: Int32
  package var firstPartition: Int32
  package var partitionCount: Int32
  /// Where the region's weights start, `[unit][product]`.
  package var weightOffset: Int32
  /// Products of all its partitions: the weights of one sum unit.
  package var productCount: Int32
  /// Sum units: K, or the root's own number.
  package var units: Int32

  package init(
    slot: Int, partitions: Range<Int>, weightOffset: Int, productCount: Int, units: Int
  ) {
    self.slot = Int32(slot)
    firstPartition = Int32(partitions.lowerBound)
    partitionCount = Int32(partitions.count)
    self.weightOffset = Int32(weightOffset)
    self.productCount = Int32(productCount)
    self.units = Int32(units)
  }
}

/// The two children of a partition, by their slots.
package struct ChildPair: BitwiseCopyable, Sendable {
  package var left: Int32
  package var right: Int32
}

/// The children of all partitions as one flat array, by slot or by region.
package final class FlatChildren: Sendable {
  private let starts: AlignedBuffer<Int32>
  private let places: AlignedBuffer<Int32>
  /// The most children of one partition.
  package let most: Int

  package init(_ partitions: some Sequence<[Int]>) {
    var starts: [Int32] = [0]
    var places: [Int32] = []
    var most = 0
    for children in partitions {
      places += children.lazy.map(Int32.init)
      starts.append(Int32(places.count))
      most = max(most, children.count)
    }
    self.starts = AlignedBuffer(starts)
    self.places = AlignedBuffer(places)
    self.most = most
  }

  /// Partitions.
  package var count: Int { starts.count - 1 }

  @inline(__always)
  package subscript(partition: Int) -> UnsafeBufferPointer<Int32> {
    let start = Int(starts.pointer[partition])
    return UnsafeBufferPointer(
      start: places.pointer + start, count: Int(starts.pointer[partition &+ 1]) &- start)
  }
}

/// Sum regions in an order in which children come first, and the children of their partitions, by slot.
package struct SumSteps: Sendable {
  let sums: [SumStep]
  let children: FlatChildren

  package init(_ sums: [SumStep], children: FlatChildren) {
    self.sums = sums
    self.children = children
  }
}

/// The order in which kernels walk a circuit: immutable, shared by all workers.
///
/// Sum regions stand in an order in which children come first. Every region has K units, but the
/// root may have another number of sum units: one a class. A slot may serve several regions, one after
/// the other: who calls the kernels keeps them apart.
package final class SumProductSchedule: Sendable {
  package let units: Int
  /// Units of the root region.
  package let rootUnits: Int
  package let slotCount: Int
  /// The slot of the root; where it has more units than the others, the last one.
  package let root: Int
  package let weightCount: Int
  package let products: any ProductLayer
  /// The most products of one sum region, and the most partitions.
  package let mostProducts: Int
  package let mostPartitions: Int
  let sums: AlignedBuffer<SumStep>
  /// By slot.
  let children: FlatChildren
  /// The same where every partition has two, for kernels of pairs; else empty.
  let pairs: AlignedBuffer<ChildPair>

  /// - Parameter rootUnits: K if nil; of another number the root must be the last of `steps`.
  package init(
    units: Int, rootUnits: Int? = nil, slotCount: Int, root: Int, steps: SumSteps,
    products: any ProductLayer = DenseProducts()
  ) {
    let (sums, children) = (steps.sums, steps.children)
    precondition(units >= 1 && root < slotCount)
    self.rootUnits = rootUnits ?? units
    precondition(self.rootUnits >= 1)
    precondition(
      self.rootUnits == units || (root == slotCount - 1 && sums.last.map { Int($0.slot) } == root),
      "a root of its own size is a sum region, the last in order and in memory")
    for sum in sums {
      let end = Int(sum.firstPartition + sum.partitionCount)
      precondition(sum.partitionCount > 0 && end <= children.count && sum.slot < slotCount)
      for partition in Int(sum.firstPartition)..<end {
        for child in children[partition] {
          precondition(child >= 0 && child < slotCount && child != sum.slot)
        }
      }
    }
    self.units = units
    self.slotCount = slotCount
    self.root = root
    self.products = products
    self.sums = AlignedBuffer(sums)
    self.children = children
    let isOfPairs = (0..<children.count).allSatisfy { children[$0].count == 2 }
    pairs = AlignedBuffer(
      isOfPairs
        ? (0..<children.count).map {
          ChildPair(left: children[$0][0], right: children[$0][1])
        } : [])
    weightCount =
      sums.map { Int($0.weightOffset) + Int($0.units) * Int($0.productCount) }.max() ?? 0
    mostProducts = sums.map { Int($0.productCount) }.max() ?? 0
    mostPartitions = sums.map { Int($0.partitionCount) }.max() ?? 0
  }

  package var sumCount: Int { sums.count }

  /// Of some sums those with K units, and whether a root of another number is among them.
  func split(_ range: Range<Int>) -> (alike: Range<Int>, hasOwnRoot: Bool) {
    guard rootUnits != units, range.upperBound == sums.count, !range.isEmpty else {
      return (range, false)
    }
    return (range.lowerBound..<range.upperBound - 1, true)
  }
}
