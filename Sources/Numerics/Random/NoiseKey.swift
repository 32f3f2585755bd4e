/// What noise is for: draws of different purposes never share numbers.
package enum NoisePurpose: UInt32, Sendable {
  case initialisation = 1
  case sampling = 2
  case binarisation = 3
  case training = 4
  case evaluation = 5
  case masking = 6
  case completion = 7
  case clustering = 8
  case structure = 9
}

/// Noise as a pure function of where it is used (manual: Mathematics, Noise): never a shared
/// generator, so that neither the number of workers nor an interruption can change a draw.
package struct NoiseKey: Sendable {
  package var seed: UInt64
  package var purpose: NoisePurpose
  package var epoch: UInt32 = 0
  package var image: UInt32 = 0
  package var leaf: UInt32 = 0
  package var sample: UInt32 = 0

  package init(
    seed: Int, purpose: NoisePurpose, epoch: Int = 0, image: Int = 0, leaf: Int = 0,
    sample: Int = 0
  ) {
    self.seed = UInt64(bitPattern: Int64(seed))
    self.purpose = purpose
    self.epoch = UInt32(truncatingIfNeeded: epoch)
    self.image = UInt32(truncatingIfNeeded: image)
    self.leaf = UInt32(truncatingIfNeeded: leaf)
    self.sample = UInt32(truncatingIfNeeded: sample)
  }

  /// Seed, purpose and epoch through one block of their own: seeds that differ in one bit, and
  /// purposes of one seed, get keys that have nothing in common.
  var mixedKey: SIMD4<UInt32> {
    philox(
      counter: SIMD4(UInt32(truncatingIfNeeded: seed >> 32), purpose.rawValue, epoch, 0),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), 0x7E55_E7A1))
  }

  /// Four random words.
  package var words: SIMD4<UInt32> {
    let mixed = mixedKey
    return philox(counter: SIMD4(image, leaf, sample, mixed[2]), key: SIMD2(mixed[0], mixed[1]))
  }

  /// Two uniforms in (0, 1), 53 bits each.
  package var uniforms: (Double, Double) {
    let w = words
    return (uniform(w[0], w[1]), uniform(w[2], w[3]))
  }

  /// A uniform in (0, 1).
  package var uniform: Double { uniforms.0 }

  /// Two standard normals.
  package var normals: (Double, Double) {
    let (u, v) = uniforms
    return boxMuller(u, v)
  }

  private func uniform(_ high: UInt32, _ low: UInt32) -> Double {
    let word = (UInt64(high) << 32 | UInt64(low)) >> 11
    return (Double(word) + 0.5) * 0x1p-53
  }
}
