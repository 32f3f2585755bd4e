import Numerics

/// Hidden pixels of autoencoders that are estimated by quadrature. Log-likelihoods are marginals; means
/// and draws of a region that is seen in part are those of its units, whatever is seen of it.
struct AutoencoderMarginals: Marginalises {
  let networks: AutoencoderLeaf

  func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    networks.addMeansOfUnits(tile, flows: flows, into: means)
  }

  func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    networks.sampleAndKeepHidden(
      region, unit: unit, key: key, observed: observed, into: pixels)
  }
}
