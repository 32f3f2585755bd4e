/// A circuit cut into pieces that can be worked on one after the other in little memory.
///
/// A *segment* is a run of regions that nothing outside uses except its last, such as the inner
/// circuit of one 4x4 block. Its inner values are wanted twice, on the way up and on the way down;
/// computing them again is cheaper than fetching them from beyond the cache. So all segments share
/// one set of scratch slots, and only their last regions, and the regions in no segment, have slots
/// of their own.
package struct Segmentation: Sendable {
  /// Ranges of regions, ascending and disjoint.
  package let segments: [Range<Int>]
  /// Where each region's rows lie.
  package let slots: [Int]
  package let slotCount: Int
  /// The shared slots, after those of regions of their own; the root's slot follows.
  package let scratch: Range<Int>

  /// Smaller ones would not repay a second pass; larger ones would leave the cache.
  static let sizes = 4...256

  /// - Parameter isWanted: false where all values stay in the cache without it.
  package init(_ graph: RegionGraph, isWanted: Bool = true) {
    segments = isWanted ? Segmentation.segments(of: graph) : []
    var slots = Array(repeating: -1, count: graph.scopes.count)
    for segment in segments {
      for (place, region) in segment.dropLast().enumerated() { slots[region] = -2 - place }
    }
    var own = 0
    for region in slots.indices where slots[region] == -1 && region != graph.root {
      slots[region] = own
      own += 1
    }
    let shared = segments.map { $0.count - 1 }.max() ?? 0
    // Last of all, because it may have more rows than the others.
    slots[graph.root] = own + shared
    self.slots = slots.map { $0 < 0 ? own - 2 - $0 : $0 }
    slotCount = own + shared + 1
    scratch = own..<own + shared
  }

  /// The longest runs of at most `sizes` regions that end below the root, use nothing before them,
  /// and are used by nobody after them but for their last.
  private static func segments(of graph: RegionGraph) -> [Range<Int>] {
    var lastUse = Array(repeating: 0, count: graph.scopes.count)
    var firstChild = Array(0..<graph.scopes.count)
    for partition in graph.partitions {
      for child in partition.children { lastUse[child] = max(lastUse[child], partition.region) }
      firstChild[partition.region] = min(
        firstChild[partition.region], partition.children.first ?? partition.region)
    }
    var found: [Range<Int>] = []
    var end = graph.root
    while end > 0 {
      let last = end - 1
      guard let first = start(endingAt: last, lastUse: lastUse, firstChild: firstChild) else {
        end = last
        continue
      }
      found.append(first..<end)
      end = first
    }
    return found.reversed()
  }

  /// The farthest start of a segment that ends with region `last`.
  private static func start(endingAt last: Int, lastUse: [Int], firstChild: [Int]) -> Int? {
    var best: Int?
    var reach = firstChild[last]
    var first = last
    while first > 0, lastUse[first - 1] <= last, last - first + 1 < sizes.upperBound {
      first -= 1
      reach = min(reach, firstChild[first])
      if reach >= first { best = first }
    }
    guard let best, last - best + 1 >= sizes.lowerBound else { return nil }
    return best
  }
}
