import Numerics

// What families of different kinds answer together: what each of them can, each of its own units.

struct MixedMarginals: Marginalises {
  let mixed: MixedLeaf
  let families: [any Marginalises]

  func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    mixed.forEachPart(tile) { part, own in
      families[part.family].addMeans(
        own, flows: flows + part.firstUnit * tile.stride, into: means)
    }
  }

  func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let part = mixed.part(of: unit, region.shape)
    families[part.family].sampleHidden(
      part.region(of: region), unit: unit - part.firstUnit, key: key, observed: observed,
      into: pixels)
  }
}

struct MixedModes: HasModes {
  let mixed: MixedLeaf
  let families: [any HasModes]

  func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let part = mixed.part(of: unit, region.shape)
    return families[part.family].maximise(
      part.region(of: region), unit: unit - part.firstUnit, observed: observed, into: pixels)
  }
}

struct MixedReestimation: Reestimates {
  let mixed: MixedLeaf
  let families: [any Reestimates]

  /// The other families take no notice of it.
  var smoothsLevels: Bool { families.contains { $0.smoothsLevels } }

  func reestimate(
    _ shape: LeafShape, statistics: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>
  ) {
    for part in mixed.parts(shape) {
      families[part.family].reestimate(
        part.shape, statistics: statistics + part.statistics, derived: derived + part.derived,
        step: step, into: parameters + part.parameters)
    }
  }
}

struct MixedCentres: BeginsAtCentres {
  let mixed: MixedLeaf
  let families: [any BeginsAtCentres]

  func begin(
    _ shape: LeafShape, at centres: UnsafePointer<Float>,
    into parameters: UnsafeMutablePointer<Float>
  ) {
    for part in mixed.parts(shape) {
      families[part.family].begin(
        part.shape, at: centres + part.firstUnit * shape.pixels,
        into: parameters + part.parameters)
    }
  }
}

extension MixedLeaf {
  /// Families without latents stay as they are.
  package func leaf(estimatedBy estimator: LatentEstimator) throws -> (any Leaf)? {
    var asked: [any Leaf] = []
    for family in families {
      guard let own = family.capabilities.estimators else {
        asked.append(family)
        continue
      }
      guard let estimated = try own.leaf(estimatedBy: estimator) else { return nil }
      asked.append(estimated)
    }
    return MixedLeaf(asked, shares: shares)
  }
}
