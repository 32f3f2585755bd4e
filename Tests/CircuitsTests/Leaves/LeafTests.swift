import Circuits
import Numerics
import TestSupport
import Testing

/// What every leaf family owes, whichever it is.
@Suite struct LeafTests {
  /// More families than units: refused, and nothing ends the process before that is said.
  @Test func aFamilyWithoutUnitsIsRefused() {
    let leaf = MixedLeaf([
      factorisedLeaf(LogisticEmission()), jointLeaf(LogisticEmission(), components: 2),
    ])
    let shape = LeafShape(units: 1, pixels: 2)
    #expect(leaf.complaint(shape) != nil)
    #expect(leaf.sizes(shape).parameters > 0 && leaf.sizes(shape).statistics > 0)
  }

  /// A grid of four billion cells over four pixels: refused, without a place for each cell.
  @Test func mismatchedGridIsRefusedWithoutAllocation() {
    let leaf = ProductLeaf(region: [65_536, 65_536], cell: [1, 1], inner: BernoulliLeaf())
    let shape = LeafShape(units: 2, pixels: 4)
    #expect(leaf.complaint(shape) != nil)
    #expect(leaf.sizes(shape).parameters == 0 && leaf.sizes(shape).largestTile > 0)
  }

  @Test func estimatorsReachNestedNetworks() throws {
    let values = factorisedLeaf(LogisticEmission())
    let networks = AutoencoderLeaf(hidden: 2).with(emission: LogisticEmission())
    let nested = MixedLeaf([values, ProductLeaf(.channels, of: networks)])
    #expect(MixedLeaf([values]).capabilities.estimators == nil)
    let estimators = try #require(nested.capabilities.estimators)
    let asked = try estimators.leaf(estimatedBy: .encoder(.importance(samples: 5)))
    #expect(asked?.configuration.canonicalText.contains("\"samples\":5") == true)
    // Levels have no quadrature, and so what is made of them has none.
    #expect(try estimators.leaf(estimatedBy: .quadrature(5)) == nil)
    let binary = MixedLeaf([BernoulliLeaf(), AutoencoderLeaf(hidden: 2)])
    let exact = try binary.capabilities.estimators?.leaf(estimatedBy: .quadrature(5))
    #expect(exact?.traits.isNoisy == false && exact?.hidesPixels == true)
  }

  @Test(arguments: LeafCase.all, [1, 17, 65])
  func kernelMeetsTheReference(leaf: LeafCase, count: Int) throws {
    let circuit = try leaf.circuit()
    let parameters = circuit.initialParameters(seed: 5)
    let images = leaf.images(count: count)
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 2))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in found.values.enumerated() {
      let expected = reference.logLikelihood(images[image], image: image)
      #expect(
        abs(value - expected) < 5 * Tolerance.kernel * max(1, abs(expected) / 10),
        "image \(image): \(value), \(expected)")
    }
  }

  /// The means that completions are made of, against those of many samples.
  @Test(arguments: LeafCase.all)
  func meansAreThoseOfSamples(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let parameters = circuit.initialParameters(seed: 9)
    let derived = circuit.derived(from: parameters)
    let own = parameters.values.pointer + circuit.layout.leafParameters[0]
    let shape = circuit.leafShapes[0]
    let region = LeafRegion(
      shape, parameters: own,
      derived: derived.values.pointer + circuit.layout.leafDerived[0])
    let draws = 4_000
    var sums = [Double](repeating: 0, count: shape.pixels)
    var drawn = [UInt8](repeating: 0, count: shape.pixels)
    for draw in 0..<draws {
      drawn.withUnsafeMutableBufferPointer {
        leaf.leaf.sample(
          region, unit: 0, key: NoiseKey(seed: 1, purpose: .sampling, image: draw), into: $0)
      }
      for (pixel, value) in drawn.enumerated() {
        sums[pixel] += leaf.leaf.traits.levels > 2 ? Double(value) / 255 : Double(value)
      }
    }
    let means = leaf.leaf.means(shape, unit: 0, parameters: own)
    for (pixel, sum) in sums.enumerated() {
      // Four standard errors of a fair coin; a Gaussian is cut off at 0 and 1.
      let slack = leaf.leaf.traits.isDensity ? 0.1 : 0
      #expect(abs(sum / Double(draws) - means[pixel]) < 0.032 + slack, "pixel \(pixel)")
    }
  }

  /// Where nothing is seen, completions are the units' own means.
  @Test(arguments: LeafCase.all.filter { $0.leaf.hidesPixels })
  func whatIsHiddenWholeHasTheUnitsMeans(own: LeafCase) throws {
    let tiny = TinyCircuit(
      rows: 1, columns: 1, units: own.tiny.units, cellPixels: own.tiny.cellPixels)
    let circuit = try tiny.circuit(leaf: own.leaf)
    let parameters = circuit.initialParameters(seed: 9)
    let pixels = tiny.pixelCount
    let hidden = MaskedSource(
      RowSource([Array(repeating: 0, count: pixels)]),
      hiding: .shared(Array(repeating: true, count: pixels)))
    let found = try circuit.posteriorMeans(
      hidden, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1))
    let units = (0..<tiny.units).map {
      own.leaf.means(
        circuit.leafShapes[0], unit: $0,
        parameters: parameters.values.pointer + circuit.layout.leafParameters[0])
    }
    for pixel in 0..<pixels {
      let expected = units.reduce(0) { $0 + $1[pixel] } / Double(tiny.units)
      #expect(abs(Double(found[pixel]) - expected) < 3 * Tolerance.kernel, "pixel \(pixel)")
    }
  }

  /// Mean and variance of each pixel of many samples against those of the samples' own model.
  @Test func samplesOfAGaussianHaveItsMoments() throws {
    let tiny = TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 2)
    let leaf = GaussianLeaf()
    let circuit = try tiny.circuit(leaf: leaf)
    let parameters = circuit.initialParameters(seed: 1)
    let wanted = [(mean: 0.4, sigma: 0.12), (mean: 0.6, sigma: 0.08)]
    for (pixel, gaussian) in wanted.enumerated() {
      let pair = leaf.parameters(mean: gaussian.mean, sigma: gaussian.sigma)
      parameters.values.pointer[2 * pixel] = pair.0
      parameters.values.pointer[2 * pixel + 1] = pair.1
    }
    let draws = 20_000
    let bytes = try circuit.samples(
      count: draws, seed: 2, derived: circuit.derived(from: parameters))
    for (pixel, gaussian) in wanted.enumerated() {
      let values = (0..<draws).map { Double(bytes[2 * $0 + pixel]) / 255 }
      let mean = values.reduce(0, +) / Double(draws)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws)
      let error = gaussian.sigma / Double(draws).squareRoot()
      #expect(abs(mean - gaussian.mean) < 4 * error)
      #expect(abs(variance.squareRoot() - gaussian.sigma) < 4 * error)
    }
  }

  /// The density integrates to 1 over its pixel: byte levels as a midpoint rule.
  @Test func aGaussianIsADensity() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 3, cellPixels: 1).circuit(
      leaf: GaussianLeaf())
    let parameters = circuit.initialParameters(seed: 3)
    for unit in 0..<3 {
      let pair = GaussianLeaf().parameters(mean: 0.4 + 0.1 * Double(unit), sigma: 0.07)
      parameters.values.pointer[2 * unit] = pair.0
      parameters.values.pointer[2 * unit + 1] = pair.1
    }
    let found = try circuit.logLikelihoods(
      RowSource((0...255).map { [UInt8($0)] }), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    let mass = found.values.reduce(0) { $0 + naturalExponential($1) / 255 }
    #expect(abs(mass - 1) < 1e-4)
  }

  /// A mixture of products is the log-sum-exp of its components, also where they lie so far apart
  /// that all but one vanish.
  @Test func productsFarApart() throws {
    let tiny = TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 12)
    let leaf = ProductLeaf(region: [3, 4], cell: [1, 4], inner: BernoulliLeaf())
    let circuit = try tiny.circuit(leaf: leaf)
    let parameters = circuit.initialParameters(seed: 1)
    for index in 0..<parameters.count {
      // Component 0 loves what component 1 hates, row by row in turn.
      let (row, unit) = (index / 8, index / 4 % 2)
      parameters.values.pointer[index] = (row + unit) % 2 == 0 ? 90 : -90
    }
    let images = (0..<64).map { binaryImage($0 * 61 % 4_096, pixels: 12) }
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in found.values.enumerated() {
      #expect(abs(value - reference.logLikelihood(images[image])) < 1e-3)
    }
  }

  /// A network's first wild steps give leaves of -10^13 nats: absurd, but finite, and so no -inf.
  @Test(arguments: [1e4, 1e7, 1e12])
  func finiteStaysFinite(logit: Float) throws {
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 2).circuit()
    let parameters = Parameters([logit, logit, logit, logit / 2])
    let found = try circuit.logLikelihoods(
      RowSource([[0, 0], [1, 1]]), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    #expect(found.values[0].isFinite && found.values[0] <= -1.5 * Double(min(logit, 1_000_000)))
    #expect(abs(found.values[1]) < Tolerance.kernel)
    // A circuit of one unit says it as it is.
    let single = try TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 2).circuit()
    let whole = try single.logLikelihoods(
      RowSource([[0, 0]]), derived: single.derived(from: Parameters([logit, logit])),
      workers: ForkJoin(workers: 1))
    #expect(whole.values == [-2 * Double(logit)])
  }

  @Test func aLeafSaysWhatItCannotDescribe() {
    let leaf = ProductLeaf(region: [3, 4], cell: [2, 2], inner: BernoulliLeaf())
    #expect(leaf.complaint(LeafShape(units: 2, pixels: 12)) == nil)
    #expect(leaf.complaint(LeafShape(units: 2, pixels: 16))?.contains("3 x 4") == true)
  }
}
