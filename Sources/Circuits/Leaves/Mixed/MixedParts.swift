import Numerics

/// One family's share of a region of a `MixedLeaf`.
struct MixedPart {
  let family: Int
  let leaf: any Leaf
  let shape: LeafShape
  let sizes: LeafSizes
  let firstUnit: Int
  /// Where its numbers start.
  let parameters, derived, statistics, notes: Int

  func region(of whole: LeafRegion) -> LeafRegion {
    whole.part(shape, parameters: parameters, derived: derived)
  }
}

extension MixedLeaf {
  func parts(_ shape: LeafShape) -> [MixedPart] {
    let count = families.count
    let own =
      shares ?? (0..<count).map { shape.units / count + ($0 < shape.units % count ? 1 : 0) }
    var (unit, parameters, derived, statistics, notes) = (0, 0, 0, 0, 0)
    return families.indices.map { family in
      let (leaf, units) = (families[family], own[family])
      let shape = LeafShape(units: units, pixels: shape.pixels, channels: shape.channels)
      let part = MixedPart(
        family: family, leaf: leaf, shape: shape, sizes: leaf.sizes(shape), firstUnit: unit,
        parameters: parameters, derived: derived, statistics: statistics, notes: notes)
      unit += units
      parameters += part.sizes.parameters
      derived += wholeLanes(part.sizes.derived)
      statistics += part.sizes.statistics
      notes += part.sizes.noteBytes
      return part
    }
  }

  /// The family that has a unit.
  func part(of unit: Int, _ shape: LeafShape) -> MixedPart {
    let all = parts(shape)
    return all.last { $0.firstUnit <= unit && $0.shape.units > 0 } ?? all[0]
  }

  func forEachPart(_ tile: LeafTile, _ body: (MixedPart, LeafTile) -> Void) {
    var scratch = tile.scratch
    for part in parts(tile.shape) {
      body(
        part,
        LeafTile(
          region: part.region(of: tile.region), leaf: tile.leaf, values: tile.values,
          noise: tile.noise, scratch: scratch, notes: tile.notes?.part(at: part.notes),
          isTraining: tile.isTraining))
      scratch += wholeLanes(
        part.sizes.scratch.count(tile: tile.stride, isTraining: tile.isTraining))
    }
  }
}
