import Configuration
import Numerics

/// Completions by max-product, and the value of each.
package struct MaxProductCompletions: Sendable {
  /// `[image][pixel]` row-major, as bytes of the model's own coding; observed pixels as they are.
  package let pixels: [UInt8]
  /// In nats, a lower bound of log S of the completion: that of its best single tree.
  package let values: [Double]
}

extension Circuit {
  /// The hidden pixels of the single most probable tree (a product of each sum, a node of each leaf)
  /// with the observed ones.
  ///
  /// This is the most probable explanation where the circuit is deterministic (Poon & Domingos 2011;
  /// Peharz et al. 2016); elsewhere value <= log S(completion) <= the true maximum. Ties go to the
  /// lowest index. The same bits for any number of workers.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `NoModeFault` for leaves without modes.
  package func maxProductCompletions(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> MaxProductCompletions {
    guard let modes = leaf.capabilities.modes else { throw NoModeFault(leaf: leaf.name) }
    let pixels = AlignedBuffer<UInt8>(count: source.sampleCount * pixelCount)
    let values = AlignedBuffer<Double>(count: source.sampleCount)
    let pass = MaxProductPass(self, modes, derived: derived)
    let isMasked = !source.mask.hidesNothing
    let memories = (0..<workers.workers).map { _ in
      (
        values: AlignedBuffer<Float>(
          count: (graph.scopes.count * units + max(rootUnits - units, 0)) * largestTile),
        products: AlignedBuffer<Float>(count: schedule.mostProducts * laneCount)
      )
    }
    try forEachTile(
      source, workers: workers, noise: .evaluation, keeping: .values, progress: progress
    ) { tile in
      let start = pixels.pointer + tile.images.lowerBound * pixelCount
      copyObserved(tile, draws: 1, isMasked: isMasked, into: start)
      MaxProductTile(
        pass: pass, images: tile.images.count,
        observed: isMasked ? tile.workspace.observed : nil,
        memory: MaxProductMemory(
          values: memories[tile.worker].values.pointer,
          products: memories[tile.worker].products.pointer, units: units, tile: largestTile),
        pixels: start
      ).complete(values: values.pointer + tile.images.lowerBound)
    }
    return MaxProductCompletions(pixels: pixels.array, values: values.array)
  }
}

private struct MaxProductPass: Sendable {
  let circuit: Circuit
  let modes: any HasModes
  let topDown: TopDown
  let derived: DerivedParameters
  let logWeights: AlignedBuffer<Float>
  /// Children by region, `[partition]`.
  let children: FlatChildren

  init(_ circuit: Circuit, _ modes: any HasModes, derived: DerivedParameters) {
    self.circuit = circuit
    self.modes = modes
    self.derived = derived
    topDown = TopDown(circuit)
    logWeights = AlignedBuffer(
      (0..<circuit.layout.sumWeightCount).map {
        Float(
          derived.doubleWeights?.logs.pointer[$0]
            ?? naturalLogarithm(Double(derived.values.pointer[$0])))
      })
    children = FlatChildren(circuit.graph.partitions.lazy.map(\.children))
  }

}

/// The completions of one tile.
private struct MaxProductTile {
  let pass: MaxProductPass
  let images: Int
  /// Nil where nothing is hidden.
  let observed: PixelTile?
  let memory: MaxProductMemory
  /// `[image][pixel]`: what is seen, and then what was found.
  let pixels: UnsafeMutablePointer<UInt8>

  private var circuit: Circuit { pass.circuit }
  private var tileSize: Int { circuit.largestTile }

  /// - Parameter values: gets that of each image's best tree.
  func complete(values: UnsafeMutablePointer<Double>) {
    for (index, region) in circuit.leafRegions.enumerated() {
      for unit in 0..<circuit.units {
        let row = memory.values + (region * circuit.units + unit) * tileSize
        for image in 0..<images {
          row[image] = Float(maximise(index, unit: unit, image: image, keeps: false))
        }
      }
    }
    let lanes = wholeLanes(images)
    for sum in circuit.sumRegions {
      maxProductForward(
        MaxProductRegion(
          region: sum.region, partitions: sum.partitions, outputs: sum.units,
          logWeights: pass.logWeights.pointer + sum.weightOffset, productCount: sum.productCount),
        children: pass.children, layer: circuit.products, memory: memory, images: lanes)
    }
    for image in 0..<images { values[image] = bestTree(image) }
  }

  /// Leaves its pixels; returns its value.
  private func bestTree(_ image: Int) -> Double {
    func value(_ region: Int, _ unit: Int) -> Float {
      memory.values[(region * circuit.units + unit) * tileSize + image]
    }
    let root = circuit.graph.root
    let rootValues = (0..<circuit.rootWeights.count).map { unit in
      naturalLogarithm(Double(circuit.rootWeights.pointer[unit])) + Double(value(root, unit))
    }
    let best = indexOfLargest(rootValues.count) { Float(rootValues[$0]) }
    pass.topDown.walk(
      from: UnitOfRegion(region: root, unit: best), enters: { _ in true },
      choose: { sum, unit in
        let weights = pass.logWeights.pointer + sum.weightOffset + unit * sum.productCount
        var products: [Float] = []
        products.reserveCapacity(sum.productCount)
        circuit.forEachProduct(of: sum) { _, children, product in
          var total: Float = 0
          for (place, child) in children.enumerated() {
            total += value(
              child,
              circuit.products.unit(ofChild: place, product: product, units: circuit.units))
          }
          products.append(total + weights[products.count])
        }
        return indexOfLargest(products.count) { products[$0] }
      },
      leaf: { index, unit in _ = maximise(index, unit: unit, image: image, keeps: true) })
    return rootValues[best]
  }

  private func indexOfLargest(_ count: Int, _ value: (Int) -> Float) -> Int {
    var best = 0
    var largest = value(0)
    for index in 1..<max(count, 1) {
      let own = value(index)
      if own > largest { (best, largest) = (index, own) }
    }
    return best
  }

  /// - Parameter keeps: whether the image gets the pixels that were found.
  private func maximise(_ index: Int, unit: Int, image: Int, keeps: Bool) -> Double {
    let row = self.pixels + image * circuit.pixelCount
    let pixels = circuit.leafPixels[index]
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pixels.count) { found in
      withUnsafeTemporaryAllocation(of: Bool.self, capacity: pixels.count) { observed in
        for (place, pixel) in pixels.enumerated() {
          found[place] = row[Int(pixel)]
          observed[place] = self.observed.map { $0.row(Int(pixel))[image] != 0 } ?? true
        }
        let value = pass.modes.maximise(
          circuit.leafRegion(index, pass.derived), unit: unit,
          observed: UnsafeBufferPointer(observed), into: found)
        if keeps { for (place, pixel) in pixels.enumerated() { row[Int(pixel)] = found[place] } }
        return value
      }
    }
  }
}

/// Most probable pixels asked of leaves that have none to give (exit code 78).
package struct NoModeFault: Fault, Equatable {
  package let leaf: String

  package init(leaf: String) { self.leaf = leaf }

  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "\(leaf) leaves have no max-product completion; ask for the posterior mean or for samples, or "
      + "convert the model to mixture leaves"
  }
}
