import Numerics

/// Values of K = 2 sum regions that all share one exponent an image: the sum of their entries'.
///
/// *Entries* are what a stratum starts from, leaf regions and regions computed before, each with the
/// largest of its units in [1, 2) and an exponent of its own. However a region is cut, the entries
/// below it are the same, so every product of it carries the same power of two: it can be left out of
/// the sums, with its loads and its scaling. That holds as long as plain floats hold the rest: a value
/// is at most 2^entries, and `lowest` is the smallest that occurred. Below `lowestSharedValue` the tile
/// is for `sumProductForward`, whose exponents are each region's own.
package struct SharedExponent: Sendable {
  /// Slots of the entries: disjoint, together the scope of the last of `sums`.
  let entries: AlignedBuffer<Int32>
  package let sums: Range<Int>

  /// More entries could leave the range of a float at the top.
  package static let mostEntries = 64

  package init(entries: [Int], sums: Range<Int>) {
    precondition(!sums.isEmpty && (1...SharedExponent.mostEntries).contains(entries.count))
    self.entries = AlignedBuffer(entries.map { Int32($0) })
    self.sums = sums
  }

  /// The exponent that all regions share.
  @inline(__always)
  func exponent(_ memory: TileMemory, _ image: Int) -> IntegerLanes {
    var total = IntegerLanes.zero
    for index in 0..<entries.count {
      let rows = memory.values(of: Int(entries.pointer[index]))
      total = total &+ loadExponent(rows + 2 &* memory.tile, image)
    }
    return total
  }
}

/// Units a factor 2^-50 below are still exact, and what underflows beside them is below their last bit.
package let lowestSharedValue: Float = 0x1p-50

/// Values of a stratum; the last region gets its largest unit in [1, 2) and an exponent, and is an
/// entry for others.
///
/// - Parameter lowest: `[tile]`: lowered to the smallest of the regions' largest units.
package func sharedExponentForward(
  _ schedule: SumProductSchedule, _ shared: SharedExponent, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, lowest: UnsafeMutablePointer<Float>
) {
  precondition(schedule.units == 2)
  precondition(images <= memory.tile && images % laneCount == 0)
  let tile = memory.tile
  let slotSize = 3 &* tile
  let values = memory.values.pointer
  for s in shared.sums {
    let sum = schedule.sums.pointer[s]
    let pairs = schedule.pairs.pointer + Int(sum.firstPartition)
    let partitions = Int(sum.partitionCount)
    let out = values + Int(sum.slot) &* slotSize
    var image = 0
    while image < images {
      var sums = OfBoth(Lanes.zero, Lanes.zero)
      for p in 0..<partitions {
        let left = values + Int(pairs[p].left) &* slotSize
        let right = values + Int(pairs[p].right) &* slotSize
        addPairProducts(
          OfBoth(load(left, image), load(left + tile, image)),
          OfBoth(load(right, image), load(right + tile, image)),
          OfBoth(weights, sum, partition: p), to: &sums)
      }
      store(sums.first, out, image)
      store(sums.second, out + tile, image)
      let largest = larger(sums.first, sums.second)
      let low = load(lowest, image)
      store(low.replacing(with: largest, where: largest .< low), lowest, image)
      image &+= laneCount
    }
  }
  let last = values + Int(schedule.sums.pointer[shared.sums.upperBound &- 1].slot) &* slotSize
  for image in stride(from: 0, to: images, by: laneCount) {
    normalise(
      rows: last, units: 2, tile: tile, image: image,
      exponent: shared.exponent(memory, image))
  }
}
