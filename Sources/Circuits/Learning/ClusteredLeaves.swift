import Configuration
import Numerics

/// First leaf parameters from clusters: the patches that images have in a leaf region, in as many clusters
/// as the region has units, each unit fitted to its own, or begun at its mean.
package struct ClusteredLeaves: Sendable, Equatable {
  package static let kind = "k-means"
  /// Of k-means, at most.
  package let iterations: Int
  /// Images that are looked at, at most.
  package let images: Int
  /// Observations added to each distribution, spread evenly over its values: no cluster is sure.
  package let pseudoCount: Double

  package init(iterations: Int = 10, images: Int = 5_000, pseudoCount: Double = 1) {
    self.iterations = iterations
    self.images = images
    self.pseudoCount = pseudoCount
  }

  package init(fields: Fields) {
    self.init(
      iterations: fields.int(
        "iterations", default: 10, in: 0...10_000, meaning: "rounds of k-means"),
      images: fields.int(
        "images", default: 5_000, in: 1...10_000_000,
        meaning: "most training images whose patches are clustered"),
      pseudoCount: fields.double(
        "pseudoCount", default: 1, in: 0...1e9,
        meaning: "observations added to each cluster, spread evenly over the values"))
  }

  /// Why a family's units cannot begin at clusters; nil if they can.
  package func complaint(about leaf: any Leaf) -> String? {
    leaf.hasReestimate || leaf.capabilities.centres != nil
      ? nil
      : "k-means needs leaves that are all of exponential families, or all mixture leaves of "
        + "binary pixels; found \(leaf.name): expected random"
  }

  /// Memory of `Circuit.clusterLeaves`, in bytes: the images twice, and what each worker works in.
  package func bytes(_ circuit: Circuit, images: Int, workers: Int) -> Int {
    let count = wholeLanes(min(images, self.images))
    let largest = circuit.leafShapes.map(\.pixels).max() ?? 0
    // To fit: a row of flows a unit, and what the family works in. To begin: a mean a unit, and at most the tables that
    // the family derives.
    let work =
      circuit.leaf.hasReestimate
      ? circuit.units * count
        + (circuit.leafSizes.map {
          $0.scratch.count(tile: count, isTraining: true) + $0.statistics
        }.max() ?? 0)
      : circuit.units * largest + (circuit.leafSizes.map(\.derived).max() ?? 0)
    let floats = (largest + 2) * count + circuit.units * largest + work
    return 2 * count * circuit.pixelCount + workers * floats * MemoryLayout<Float>.stride
  }
}

extension Circuit {
  /// Fits the units of every leaf region to the clusters of the patches that some images have there: a
  /// cluster's patches, each counted as one, give its unit's statistics, and a step of
  /// expectation-maximisation of size 1 its parameters; a unit without such a step begins at the mean of
  /// its cluster. Where a cluster has no patches, all patches take their place.
  ///
  /// A pure function of images, seed and settings, whatever the workers.
  /// - Parameter images: which of `source`'s, in the order they are read; nothing of them is hidden.
  /// - Throws: what `source` throws, and `Stopping.check`, between groups of regions.
  /// - Precondition: the leaves have `reestimation` or `centres`, and the source's mask hides nothing.
  package func clusterLeaves(
    _ settings: ClusteredLeaves, images: [Int32], of source: some SampleSource, seed: Int,
    workers: ForkJoin, into parameters: Parameters
  ) throws {
    guard let start = clusterStart(from: parameters), source.mask.hidesNothing else {
      preconditionFailure("only whole images are clustered, for leaves that can begin so")
    }
    guard !images.isEmpty else { return }
    let stride = wholeLanes(images.count)
    let patches = PixelTile(pixelCount: pixelCount, tile: stride)
    try load(images, of: source, into: patches)
    let fit = ClusterFit(
      circuit: self, start: start, settings: settings, patches: patches,
      images: AlignedBuffer(images), parameters: parameters, seed: seed)
    let spaces = (0..<workers.workers).map { _ in ClusterSpace(circuit: self, stride: stride) }
    let group = 4 * workers.workers
    let check = Stopping.check
    for first in Swift.stride(from: 0, to: leafShapes.count, by: group) {
      try check()
      workers.run(pieces: min(group, leafShapes.count - first)) { place, worker in
        fit.run(leaf: first + place, spaces[worker])
      }
    }
  }

  /// nil for leaves that cannot begin at clusters.
  private func clusterStart(from parameters: Parameters) -> ClusterStart? {
    let capabilities = leaf.capabilities
    if let family = capabilities.reestimation {
      return .fit(family, derived(from: parameters))
    }
    return capabilities.centres.map { .begin($0) }
  }

  private func load(
    _ images: [Int32], of source: some SampleSource, into patches: PixelTile
  ) throws {
    let rows = AlignedBuffer<UInt8>(count: images.count * pixelCount, padding: 64)
    try images.withUnsafeBufferPointer { images in
      // Some at a time, as batches are read.
      for first in Swift.stride(from: 0, to: images.count, by: 1_024) {
        let some = UnsafeBufferPointer(
          rebasing: images[first..<min(first + 1_024, images.count)])
        try source.prepare(some)
        source.copy(some, epoch: 1, into: rows.pointer + first * pixelCount)
      }
    }
    patches.load(samples: rows.pointer, images: images.count)
  }
}

/// How the units of a region get their parameters from its clusters.
private enum ClusterStart: Sendable {
  /// By a step of expectation-maximisation from what is derived of the drawn parameters.
  case fit(any Reestimates, DerivedParameters)
  case begin(any BeginsAtCentres)
}

/// Memory of one worker.
private struct ClusterSpace: Sendable {
  /// `[pixel][stride]` of one region.
  let values: AlignedBuffer<Float>
  /// To fit: `[unit][stride]`, 1 for the patches of a unit's cluster, and what the family works in.
  let flows, statistics, scratch: AlignedBuffer<Float>
  /// To begin: `[unit][pixel]`.
  let centres: AlignedBuffer<Float>
  let memory: KMeansMemory

  init(circuit: Circuit, stride: Int) {
    let pixels = circuit.leafShapes.map(\.pixels).max() ?? 0
    values = AlignedBuffer(count: pixels * stride)
    let sizes = circuit.leaf.hasReestimate ? circuit.leafSizes : []
    flows = AlignedBuffer(count: sizes.isEmpty ? 0 : circuit.units * stride)
    statistics = AlignedBuffer(count: sizes.map(\.statistics).max() ?? 0)
    scratch = AlignedBuffer(
      count: sizes.map { $0.scratch.count(tile: stride, isTraining: true) }.max() ?? 0)
    centres = AlignedBuffer(count: sizes.isEmpty ? circuit.units * pixels : 0)
    memory = KMeansMemory(clusters: circuit.units, pixels: pixels, stride: stride)
  }
}

/// All that the regions' fits share.
private struct ClusterFit: Sendable {
  let circuit: Circuit
  let start: ClusterStart
  let settings: ClusteredLeaves
  let patches: PixelTile
  let images: AlignedBuffer<Int32>
  let parameters: Parameters
  let seed: Int

  func run(leaf index: Int, _ space: ClusterSpace) {
    let shape = circuit.leafShapes[index]
    let stride = patches.tile
    for (place, pixel) in circuit.leafPixels[index].enumerated() {
      let (row, out) = (patches.row(Int(pixel)), space.values.pointer + place * stride)
      for image in 0..<stride { out[image] = Float(row[image]) }
    }
    let set = PointSet(
      space.values.pointer, pixels: shape.pixels, points: images.count, stride: stride)
    kMeans(
      set, clusters: shape.units, iterations: settings.iterations,
      key: NoiseKey(seed: seed, purpose: .clustering, leaf: index), memory: space.memory)
    switch start {
    case .fit(let family, let derived): fit(family, derived, leaf: index, space)
    case .begin(let family): begin(family, leaf: index, set, space)
    }
  }

  /// Each unit at the mean of its cluster's patches and the observations added to it.
  private func begin(
    _ family: any BeginsAtCentres, leaf index: Int, _ set: PointSet, _ space: ClusterSpace
  ) {
    precondition(circuit.leaf.traits.levels == 2, "means of clusters are probabilities of 1")
    let shape = circuit.leafShapes[index]
    moveCentres(set, clusters: shape.units, space.memory)
    let (means, counts) = (space.memory.centres.pointer, space.memory.counts.pointer)
    let count = Float(images.count)
    let added = Float(settings.pseudoCount)
    for pixel in 0..<shape.pixels {
      var ones: Float = 0
      for unit in 0..<shape.units where counts[unit] > 0 {
        ones += Float(counts[unit]) * means[unit * shape.pixels + pixel]
      }
      for unit in 0..<shape.units {
        let own = counts[unit] > 0
        let place = unit * shape.pixels + pixel
        let patches = own ? Float(counts[unit]) : count
        space.centres.pointer[place] =
          ((own ? patches * means[place] : ones) + added / 2) / (patches + added)
      }
    }
    family.begin(
      shape, at: space.centres.pointer,
      into: parameters.values.pointer + circuit.layout.leafParameters[index])
  }

  /// Each unit by a step from the statistics of its cluster's patches.
  private func fit(
    _ family: any Reestimates, _ derived: DerivedParameters, leaf index: Int,
    _ space: ClusterSpace
  ) {
    let shape = circuit.leafShapes[index]
    let (stride, count) = (patches.tile, images.count)
    let flows = space.flows.pointer
    clear(flows, count: shape.units * stride)
    for image in 0..<count {
      flows[Int(space.memory.nearest.pointer[image]) * stride + image] = 1
    }
    for unit in 0..<shape.units where space.memory.counts.pointer[unit] == 0 {
      (flows + unit * stride).update(repeating: 1, count: count)
    }
    clear(space.statistics.pointer, count: circuit.leafSizes[index].statistics)
    let region = circuit.leafRegion(index, derived)
    circuit.leafPixels[index].withUnsafeBufferPointer { pixels in
      let tile = LeafTile(
        region: region, leaf: index,
        values: RegionValues(patches, pixels: pixels, images: stride),
        noise: NoiseSource.evaluation.tile(images.pointer), scratch: space.scratch.pointer,
        notes: nil, isTraining: true)
      circuit.leaf.accumulate(tile, flows: flows, into: space.statistics.pointer)
    }
    family.reestimate(
      shape, statistics: space.statistics.pointer, derived: region.derived,
      step: MaximisationStep(pseudoCount: Float(settings.pseudoCount)),
      into: parameters.values.pointer + circuit.layout.leafParameters[index])
  }
}

extension ClusteredLeaves: CatalogueKind {
  package static let summary =
    "each leaf unit begins at a cluster of training patches"
  package static let example = "{kind: k-means, iterations: 10, images: 5000}"
}
