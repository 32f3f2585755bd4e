import Circuits
import Numerics
import TestSupport
import Testing

/// Elementwise products whose factors are hundreds of nats apart in opposite directions, at several
/// levels: shared exponents cannot carry them, and every number is right all the same.
@Suite struct ElementwiseTests {
  struct Case: Sendable, CustomStringConvertible {
    let tiny: TinyCircuit
    /// Of leaf logits, in opposite directions from unit to unit and from leaf to leaf.
    let nats: Float
    /// Of the logits of the sum weights: at 40 nearly one product a unit counts.
    let weights: Double

    var description: String { "\(tiny), leaves \(nats) nats, weights \(weights)" }

    // Sums of six, four and one rows at a time, strips of sixteen products, and their rests.
    static let all = [1, 2, 4, 5, 8, 11, 17].flatMap { units in
      [
        TinyCircuit(rows: 3, columns: 3, units: units, products: ElementwiseProducts()),
        TinyCircuit(
          rows: 3, columns: 4, units: units, Halving(cutsBothSides: true),
          products: ElementwiseProducts()),
        TinyCircuit(
          rows: 3, columns: 3, units: units, TreeOfCells([nil, 0, 1, 2, 3, 3, 3, 0, 0]),
          products: ElementwiseProducts()),
        // Partitions of six children, of which the products are normalised in between, of four and of three.
        TinyCircuit(
          rows: 3, columns: 3, units: units, TreeOfCells([nil, 0, 0, 0, 0, 0, 1, 1, 1]),
          products: ElementwiseProducts()),
      ].flatMap { tiny in
        [(0.5, 0.1), (0.5, 40), (400, 0.1), (60, 40), (400, 40)].map {
          Case(tiny: tiny, nats: $0.0, weights: $0.1)
        }
      }
    }

    func parameters(_ circuit: Circuit) -> Parameters {
      let parameters = circuit.initialParameters(seed: 4, weightSpread: weights)
      let first = circuit.layout.sumWeightCount
      for index in first..<parameters.count {
        let (leaf, unit) = ((index - first) / tiny.units, (index - first) % tiny.units)
        parameters.values.pointer[index] = (leaf + unit) % 2 == 0 ? nats : -nats
      }
      return parameters
    }
  }

  private let workers = ForkJoin(workers: 2)

  /// Values of the kernels alone, and which images they mark.
  private func marks(_ circuit: Circuit, _ derived: DerivedParameters, _ images: [[UInt8]])
    -> [Bool]
  {
    let memory = TileMemory(schedule: circuit.schedule, tile: 16, withGradients: false)
    let reference = LogDomainReference(
      circuit: circuit, parameters: derived.parameters.doubles)
    let slots = Segmentation(circuit.graph).slots
    return images.map { image in
      for lane in 0..<16 { memory.outside.pointer[lane] = 0 }
      let leaves = reference.leafValues(image)
      for (region, values) in zip(circuit.leafRegions, leaves) {
        let rows = memory.values(of: slots[region])
        for (unit, value) in values.enumerated() {
          for lane in 0..<16 { rows[unit * 16 + lane] = Float(value) }
        }
        enterLinearDomain(
          rows: rows, units: circuit.units, tile: 16, images: 16,
          leaves: circuit.leafRegions.count, outside: memory.outside.pointer)
      }
      circuit.products.forward(
        circuit.schedule, sums: 0..<circuit.schedule.sumCount, weights: derived.values.pointer,
        memory: memory, images: 16)
      return memory.outside.pointer[0] != 0
    }
  }

  @Test(arguments: Case.all, [0, 1, 17, 64, 65])
  func likelihoodsAreTheDefinitions(_ own: Case, count: Int) throws {
    let circuit = try own.tiny.circuit()
    let parameters = own.parameters(circuit)
    let derived = circuit.derived(from: parameters)
    #expect(derived.isLinear, "the weights are as they should be")
    let images = noisyImages(count: count, pixels: own.tiny.pixelCount)
    let found = try circuit.logLikelihoods(
      RowSource(images, pixels: own.tiny.pixelCount), derived: derived, workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    #expect(found.values.count == count)
    for (image, value) in zip(images, found.values) {
      let expected = reference.logLikelihood(image)
      #expect(abs(value - expected) <= Tolerance.kernel * max(1, abs(expected)))
    }
  }

  /// Or the tests above would show nothing.
  @Test(arguments: Case.all)
  func imagesAreMarkedWhereTheyMustBe(_ own: Case) throws {
    let circuit = try own.tiny.circuit()
    let derived = circuit.derived(from: own.parameters(circuit))
    let images = noisyImages(count: 20, pixels: own.tiny.pixelCount)
    let marked = marks(circuit, derived, images)
    // In a tree each partition has one leaf: opposite directions need sums of nearly one product.
    let isOpposed = own.tiny.structure is TreeOfCells ? own.weights > 1 : own.weights < 1
    if own.nats > 100 && own.tiny.units > 1 && isOpposed { #expect(marked.contains(true)) }
    if own.nats < 1 && own.weights < 1 { #expect(!marked.contains(true)) }
  }

  @Test(arguments: Case.all)
  func anomaliesAreConditionals(_ own: Case) throws {
    let circuit = try own.tiny.circuit()
    let parameters = own.parameters(circuit)
    let derived = circuit.derived(from: parameters)
    let images = noisyImages(count: 20, pixels: own.tiny.pixelCount)
    let maps = try circuit.anomalies(RowSource(images), derived: derived, workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (number, image) in images.enumerated() {
      for (index, pixels) in circuit.leafPixels.enumerated() {
        var other = image
        other[Int(pixels[0])] ^= 1
        let own = reference.logLikelihood(image)
        let expected = logSumExp([own, reference.logLikelihood(other)]) - own
        let found = maps[number * circuit.leafPixels.count + index]
        #expect(
          abs(found - expected) <= Tolerance.kernel * max(1, abs(expected)),
          "image \(number), region \(index)")
      }
    }
  }

  /// Statistics of images inside and outside the linear domain together.
  @Test(arguments: Case.all, [1, 17, 64])
  func statisticsAreTheDefinitions(_ own: Case, count: Int) throws {
    let circuit = try own.tiny.circuit()
    let parameters = own.parameters(circuit)
    let derived = circuit.derived(from: parameters)
    let pixels = own.tiny.pixelCount
    let images = noisyImages(count: count, pixels: pixels)
    let statistics = AlignedBuffer<Float>(count: circuit.layout.statisticCount)
    let values = AlignedBuffer<Double>(count: 64)
    let workspace = Workspace(
      circuit: circuit, tile: 64, withGradients: true, keepsExponents: false)
    let order = AlignedBuffer((0..<Int32(count)).map { $0 })
    circuit.load(
      RowSource(images), UnsafeBufferPointer(start: order.pointer, count: count),
      noise: .evaluation, workspace: workspace)
    circuit.addStatistics(
      images: count, derived: derived, noise: .evaluation, workspace: workspace,
      to: TileStatistics(logLikelihoods: values.pointer, statistics: statistics.pointer))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (index, expected) in reference.edgeCounts(images).enumerated() {
      let found = Double(statistics.pointer[index]) * Double(derived.values.pointer[index])
      #expect(
        abs(found - expected) < 2 * Tolerance.kernel * Double(count),
        "weight \(index): \(found), \(expected)")
    }
  }

  @Test func partitionsOfOtherNumbersAreNotDense() throws {
    let graph = try TreeOfCells([nil, 0, 0]).regionGraph(of: Lattice(rows: 1, columns: 3))
    #expect(DenseProducts().complaint(about: graph)?.contains("elementwise") == true)
    #expect(ElementwiseProducts().complaint(about: graph) == nil)
  }
}
