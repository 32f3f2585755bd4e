import Circuits
import Numerics

/// One leaf region with memory of exactly the sizes that its family names, through everything that a
/// family can be asked.
package struct LeafTrial {
  package let leaf: any Leaf
  package let shape: LeafShape
  package let tile: Int
  /// A multiple of 16.
  package let images: Int
  package let isTraining: Bool
  package let isMasked: Bool

  package init(
    _ leaf: any Leaf, shape: LeafShape, tile: Int, images: Int, isTraining: Bool, isMasked: Bool
  ) {
    self.leaf = leaf
    self.shape = shape
    self.tile = tile
    self.images = images
    self.isTraining = isTraining
    self.isMasked = isMasked
  }

  /// What was written outside, or is not finite, and after which question.
  package func faults() -> [String] {
    let sizes = leaf.sizes(shape)
    let capabilities = leaf.capabilities
    let parameters = GuardedMemory<Float>(count: sizes.parameters)
    // Between the tables of families that are mixed there may be room that nobody writes.
    let derived = GuardedMemory<Float>(count: sizes.derived, isZero: true)
    let scratch = GuardedMemory<Float>(
      count: sizes.scratch.count(tile: tile, isTraining: isTraining))
    let rows = GuardedMemory<Float>(count: shape.units * tile)
    let statistics = GuardedMemory<Float>(count: sizes.statistics, isZero: true)
    let notes = GuardedMemory<UInt8>(count: isTraining ? images * sizes.noteBytes : 0)
    let results = GuardedMemory<Float>(
      count: isTraining ? sizes.parameters : shape.pixels * tile, isZero: !isTraining)
    let memory = [parameters, derived, scratch, rows, statistics, results]
    var found: [String] = []
    func check(_ question: String, _ isFinite: Bool) {
      if !memory.allSatisfy(\.isIntact) || !notes.isIntact {
        found.append("\(question) writes outside its memory")
      }
      if !isFinite { found.append("\(question) gives what is not finite") }
    }

    leaf.initialise(shape, seed: 3, leaf: 0, into: parameters.pointer)
    check("initialise", parameters.isFinite)
    if let family = capabilities.centres {
      let centres = AlignedBuffer((0..<shape.units * shape.pixels).map { Float($0 % 3) / 2 })
      family.begin(shape, at: centres.pointer, into: parameters.pointer)
      check("begin", parameters.isFinite)
    }
    leaf.derive(shape, parameters: parameters.pointer, into: derived.pointer)
    check("derive", derived.isFinite)
    let flows = flows
    let region = LeafRegion(shape, parameters: parameters.pointer, derived: derived.pointer)
    withTile(
      of: region, scratch: scratch.pointer,
      notes: notes.count == 0
        ? nil
        : LeafNotes(
          start: UnsafeMutableRawPointer(notes.pointer), stride: sizes.noteBytes,
          images: images)
    ) { own in
      leaf.logLikelihoods(own, into: rows.pointer)
      check(
        "logLikelihoods",
        areFinite(rows.pointer, rows: shape.units, images: images, stride: tile))
      guard isTraining else {
        guard let marginals = capabilities.marginals else { return }
        marginals.addMeans(own, flows: flows.pointer, into: results.pointer)
        return check("addMeans", results.isFinite)
      }
      leaf.accumulate(own, flows: flows.pointer, into: statistics.pointer)
      check("accumulate", statistics.isFinite)
      leaf.gradient(
        region, statistics: statistics.pointer, notes: own.notes, scale: 0.5,
        into: results.pointer)
      check("gradient", results.isFinite)
      guard let family = capabilities.reestimation else { return }
      family.reestimate(
        shape, statistics: statistics.pointer, derived: derived.pointer,
        step: MaximisationStep(size: 0.5, pseudoCount: 1), into: parameters.pointer)
      check("reestimate", parameters.isFinite)
    }
    withExtendedLifetime(flows) {}
    found += faultsOfDraws(region)
    return found
  }

  private func faultsOfDraws(_ region: LeafRegion) -> [String] {
    let pixels = GuardedMemory<UInt8>(count: shape.pixels, isZero: true)
    let buffer = UnsafeMutableBufferPointer(start: pixels.pointer, count: shape.pixels)
    let key = NoiseKey(seed: 5, purpose: .sampling)
    let observed = (0..<shape.pixels).map { isMasked && $0 % 2 == 0 }
    observed.withUnsafeBufferPointer { observed in
      for unit in [0, shape.units - 1] {
        leaf.sample(region, unit: unit, key: key, into: buffer)
        leaf.capabilities.marginals?.sampleHidden(
          region, unit: unit, key: key, observed: observed, into: buffer)
        _ = leaf.capabilities.modes?.maximise(
          region, unit: unit, observed: observed, into: buffer)
      }
    }
    return pixels.isIntact ? [] : ["draws write outside their pixels"]
  }

  /// 0 past the last image.
  private var flows: AlignedBuffer<Float> {
    let flows = AlignedBuffer<Float>(count: shape.units * tile)
    for unit in 0..<shape.units {
      for image in 0..<images - 3 { flows.pointer[unit * tile + image] = 0.25 }
    }
    return flows
  }

  private func withTile(
    of region: LeafRegion, scratch: UnsafeMutablePointer<Float>, notes: LeafNotes?,
    _ body: (LeafTile) -> Void
  ) {
    let levels = PixelTile(pixelCount: shape.pixels, tile: tile)
    let observed = PixelTile(pixelCount: shape.pixels, tile: tile)
    for pixel in 0..<shape.pixels {
      for image in 0..<images {
        let level = (pixel * 37 + image * 91) % 256
        levels.row(pixel)[image] = UInt8(leaf.traits.levels > 2 ? level : level / 128)
        // Few patterns: quadrature asks once for each.
        observed.row(pixel)[image] = (pixel + image % 2) % 3 == 0 ? 0 : 1
      }
    }
    let numbers = AlignedBuffer((0..<Int32(tile)).map { $0 })
    let pixels = (0..<Int32(shape.pixels)).reversed().map { $0 }
    pixels.withUnsafeBufferPointer { pixels in
      body(
        LeafTile(
          region: region, leaf: 1,
          values: RegionValues(
            levels, pixels: pixels, observed: isMasked && leaf.hidesPixels ? observed : nil,
            images: images),
          noise: TileNoise(seed: 1, purpose: .training, epoch: 1, images: numbers.pointer),
          scratch: scratch, notes: notes, isTraining: isTraining))
    }
    withExtendedLifetime(numbers) {}
  }
}
