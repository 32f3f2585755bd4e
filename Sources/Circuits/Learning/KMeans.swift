import Numerics

/// What `kMeans` works in: one a worker.
package final class KMeansMemory: Sendable {
  /// `[cluster][pixel]`.
  package let centres: AlignedBuffer<Float>
  /// `[point]`: the cluster of each.
  package let nearest: AlignedBuffer<Int32>
  /// `[cluster]`: how many points it has.
  package let counts: AlignedBuffer<Int32>
  fileprivate let distances: AlignedBuffer<Float>
  fileprivate let sums: AlignedBuffer<Double>

  /// - Parameters:
  ///   - stride: room for points, a multiple of 16.
  package init(clusters: Int, pixels: Int, stride: Int) {
    precondition(stride % laneCount == 0)
    centres = AlignedBuffer(count: clusters * pixels)
    nearest = AlignedBuffer(count: stride)
    counts = AlignedBuffer(count: clusters)
    distances = AlignedBuffer(count: stride)
    sums = AlignedBuffer(count: clusters)
  }
}

/// Clusters points by their squared distances (Lloyd 1982), from centres drawn as k-means++ draws them
/// (Arthur & Vassilvitskii 2007): each among the points, with a probability in proportion to the
/// squared distance to those before.
///
/// A pure function of its arguments; ties go to the lowest cluster. Where there are fewer different
/// points than clusters the rest stay empty. Afterwards `memory` holds centres and clusters.
/// - Parameters:
///   - set: at least one point.
///   - iterations: most of them; it ends where no point changes its cluster.
///   - key: of the draws; its sample counts them.
package func kMeans(
  _ set: PointSet, clusters: Int, iterations: Int, key: NoiseKey, memory: KMeansMemory
) {
  precondition(set.points >= 1 && set.points <= set.stride && clusters >= 1)
  drawCentres(set, clusters: clusters, key: key, memory)
  // No cluster yet, whatever the memory was used for before.
  memory.nearest.pointer.update(repeating: -1, count: set.stride)
  var changed = assign(set, clusters: clusters, memory)
  var iteration = 0
  while changed && iteration < iterations {
    moveCentres(set, clusters: clusters, memory)
    changed = assign(set, clusters: clusters, memory)
    iteration += 1
  }
  for cluster in 0..<clusters { memory.counts.pointer[cluster] = 0 }
  for point in 0..<set.points { memory.counts.pointer[Int(memory.nearest.pointer[point])] += 1 }
}

/// Points to cluster.
package struct PointSet {
  /// `[pixel][stride]`; lanes past the last point hold 0.
  let values: UnsafePointer<Float>
  let pixels: Int
  let points: Int
  /// Floats from one pixel's row to the next, a multiple of 16.
  let stride: Int

  package init(_ values: UnsafePointer<Float>, pixels: Int, points: Int, stride: Int) {
    self.values = values
    self.pixels = pixels
    self.points = points
    self.stride = stride
  }

  /// Squared distances of 16 points to a centre.
  @inline(__always)
  fileprivate func distances(_ centre: UnsafePointer<Float>, _ point: Int) -> Lanes {
    var total = Lanes.zero
    for pixel in 0..<pixels {
      let difference = load(values + pixel &* stride, point) - Lanes(repeating: centre[pixel])
      total = total.addingProduct(difference, difference)
    }
    return total
  }

  fileprivate func copy(_ point: Int, to centre: UnsafeMutablePointer<Float>) {
    for pixel in 0..<pixels { centre[pixel] = values[pixel &* stride &+ point] }
  }
}

private func drawCentres(_ set: PointSet, clusters: Int, key: NoiseKey, _ memory: KMeansMemory) {
  let distances = memory.distances.pointer
  distances.update(repeating: 1, count: set.points)
  for cluster in 0..<clusters {
    let centre = memory.centres.pointer + cluster &* set.pixels
    var total = 0.0
    for point in 0..<set.points { total += Double(distances[point]) }
    var own = key
    own.sample = UInt32(truncatingIfNeeded: cluster)
    set.copy(place(own.uniform * total, distances, set.points), to: centre)
    for point in Swift.stride(from: 0, to: set.points, by: laneCount) {
      let found = set.distances(centre, point)
      let nearest = cluster == 0 ? found : load(distances, point)
      store(nearest.replacing(with: found, where: found .< nearest), distances, point)
    }
  }
}

/// The point where the running sum of weights passes `target`, 0 where all weights are; a point of
/// weight 0 only if all are.
private func place(_ target: Double, _ weights: UnsafePointer<Float>, _ points: Int) -> Int {
  var (sum, last) = (0.0, 0)
  for point in 0..<points where weights[point] > 0 {
    sum += Double(weights[point])
    last = point
    if sum > target { break }
  }
  return last
}

/// - Returns: whether some point's cluster is another than before.
private func assign(_ set: PointSet, clusters: Int, _ memory: KMeansMemory) -> Bool {
  var changes = IntegerLanes.zero
  for point in Swift.stride(from: 0, to: set.points, by: laneCount) {
    var least = Lanes(repeating: .infinity)
    var nearest = IntegerLanes.zero
    for cluster in 0..<clusters {
      let found = set.distances(memory.centres.pointer + cluster &* set.pixels, point)
      nearest.replace(with: Int32(cluster), where: found .< least)
      least = least.replacing(with: found, where: found .< least)
    }
    let place = UnsafeMutableRawPointer(memory.nearest.pointer + point)
    changes |= nearest ^ place.load(as: IntegerLanes.self)
    place.storeBytes(of: nearest, as: IntegerLanes.self)
  }
  return changes != .zero
}

/// Each centre to the mean of its points; one without points stays where it is. Afterwards `counts` holds each
/// cluster's points.
func moveCentres(_ set: PointSet, clusters: Int, _ memory: KMeansMemory) {
  let (sums, counts) = (memory.sums.pointer, memory.counts.pointer)
  let nearest = memory.nearest.pointer
  for cluster in 0..<clusters { counts[cluster] = 0 }
  for point in 0..<set.points { counts[Int(nearest[point])] += 1 }
  for pixel in 0..<set.pixels {
    let row = set.values + pixel &* set.stride
    for cluster in 0..<clusters { sums[cluster] = 0 }
    for point in 0..<set.points { sums[Int(nearest[point])] += Double(row[point]) }
    for cluster in 0..<clusters where counts[cluster] > 0 {
      memory.centres.pointer[cluster &* set.pixels &+ pixel] =
        Float(sums[cluster] / Double(counts[cluster]))
    }
  }
}
