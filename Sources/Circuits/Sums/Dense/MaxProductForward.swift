import Numerics

/// Largest log-value of any one product of each sum unit of a region: the maximum takes the place of
/// the sum (Poon & Domingos 2011), in nats, -inf allowed.
///
/// - Parameters:
///   - partitions: `[partition]`, the children's regions.
///   - units: of the children.
///   - outputs: sum units of the region, `units` or, of a root, another number.
///   - logWeights: `[unit][partition][i][j]`.
///   - values: `[region][unit][tile]`; the children's are read, those of `region` written.
///   - images: lanes to compute, a multiple of 16.
package func maxProductForward(
  region: Int, partitions: UnsafeBufferPointer<ChildPair>, units: Int,
  outputs: Int, logWeights: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>, tile: Int,
  images: Int
) {
  precondition(images <= tile && images % laneCount == 0)
  let stride = units &* tile
  let unitWeights = partitions.count &* units &* units
  var image = 0
  while image < images {
    for unit in 0..<outputs {
      var best = Lanes(repeating: -.infinity)
      var w = logWeights + unit &* unitWeights
      for pair in partitions {
        let left = values + Int(pair.left) &* stride
        let right = values + Int(pair.right) &* stride
        for i in 0..<units {
          let a = load(left + i &* tile, image)
          for j in 0..<units {
            best = larger(best, a + load(right + j &* tile, image) + Lanes(repeating: w[j]))
          }
          w += units
        }
      }
      store(best, values + region &* stride + unit &* tile, image)
    }
    image &+= laneCount
  }
}
