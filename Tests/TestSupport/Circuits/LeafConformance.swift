import Circuits
import Numerics

/// What every leaf family owes, whichever it is, checked in a circuit small enough to enumerate.
///
///     let faults = try LeafConformance(BernoulliLeaf()).faults()   // none
///
/// Checked are the plain reference, the gradient by central differences, total mass 1 of exact families,
/// marginals of those that have them, draws against means, modes, and the memory that it names.
package struct LeafConformance {
  private let own: LeafCase
  private let circuit: Circuit
  private let parameters: Parameters
  private let derived: DerivedParameters

  private static let circuits = [
    TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 2),
    TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 6),
    TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 1, channels: 2),
  ]

  /// Nil for a leaf that fits none of the circuits that are tried.
  ///
  /// - Parameter ofColour: whether pixels have two channels.
  package init?(_ leaf: any Leaf, ofColour: Bool = false) throws {
    let fitting = try Self.circuits.first {
      try ($0.channels == 2) == ofColour && $0.circuit(leaf: leaf).complaint == nil
    }
    guard let fitting else { return nil }
    own = LeafCase(leaf, fitting)
    circuit = try own.circuit()
    parameters = circuit.initialParameters(seed: 7)
    // Biases start at 0, where a wrong sign could hide and relu has its kink.
    for index in 0..<parameters.count {
      parameters.values.pointer[index] += (Float(index % 5) - 1.7) * 0.05
    }
    derived = circuit.derived(from: parameters)
  }

  private var leaf: any Leaf { own.leaf }

  /// What it does not keep to, in words.
  package func faults() throws -> [String] {
    try referenceFaults() + gradientFaults() + massFaults() + marginalFaults()
      + drawFaults() + modeFaults() + memoryFaults()
  }

  private func values(_ source: some SampleSource) throws -> [Double] {
    try circuit.logLikelihoods(source, derived: derived, workers: ForkJoin(workers: 1)).values
  }

  private func referenceFaults() throws -> [String] {
    let images = own.images(count: 17)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    return try values(RowSource(images)).enumerated().compactMap { image, value in
      let expected = reference.logLikelihood(images[image], image: image)
      return abs(value - expected) < 5 * Tolerance.kernel * max(1, abs(expected) / 10)
        ? nil : "image \(image): \(value), the reference says \(expected)"
    }
  }

  private func gradientFaults() throws -> [String] {
    let images = own.images(count: 2)
    let found = kernelGradient(of: circuit, parameters, RowSource(images))
    var reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    return spreadParameters(0..<parameters.count).compactMap { index in
      let kept = reference.parameters[index]
      func objective(_ value: Double) -> Double {
        reference.parameters[index] = value
        return images.enumerated().reduce(0.0) {
          $0 + reference.logLikelihood($1.element, image: $1.offset)
        }
      }
      let difference = (objective(kept + 1e-5) - objective(kept - 1e-5)) / 2e-5
      reference.parameters[index] = kept
      let slack =
        2 * Tolerance.kernel * (3 + abs(difference)) + 12 * (own.largestTerm - 1) * 0x1p-24
      return abs(found[index] - difference) < slack
        ? nil : "parameter \(index): gradient \(found[index]), by differences \(difference)"
    }
  }

  private var isDistribution: Bool {
    leaf.traits.likelihood == .exact && !leaf.traits.isDensity
  }

  /// All states of the last pixels of an image; of levels one pixel.
  private func completions(of image: [UInt8], hiding count: Int) -> [[UInt8]] {
    let states = leaf.traits.levels == 2 ? 2 : 256
    return (0..<count).reduce([image]) { images, place in
      images.flatMap { image in
        (0..<states).map { state in
          var own = image
          own[image.count - 1 - place] = UInt8(state)
          return own
        }
      }
    }
  }

  /// Of binary pixels all states; of levels those of one pixel's values, where that is an image.
  private func massFaults() throws -> [String] {
    let pixels = own.tiny.pixelCount
    guard isDistribution, leaf.traits.levels == 2 || pixels <= 2 else { return [] }
    let all = completions(of: Array(repeating: 0, count: pixels), hiding: pixels)
    let mass = naturalExponential(logSumExp(try values(RowSource(all))))
    return abs(mass - 1) < 5 * Tolerance.kernel ? [] : ["the total mass is \(mass)"]
  }

  private func marginalFaults() throws -> [String] {
    guard leaf.hidesPixels, !leaf.traits.isDensity, leaf.traits.likelihood == .exact else {
      return []
    }
    let pixels = own.tiny.pixelCount
    let hidden = (0..<pixels).map { $0 == pixels - 1 }
    return try own.images(count: 3).enumerated().compactMap { number, image in
      let seen = try values(MaskedSource(RowSource([image]), hiding: .shared(hidden)))[0]
      let all = logSumExp(try values(RowSource(completions(of: image, hiding: 1))))
      return abs(seen - all) < 5 * Tolerance.kernel * max(1, abs(all) / 10)
        ? nil : "image \(number): marginal \(seen), by enumeration \(all)"
    }
  }

  /// Draws of one unit against its means; hidden draws keep what is seen.
  private func drawFaults() throws -> [String] {
    let shape = circuit.leafShapes[0]
    let start = parameters.values.pointer + circuit.layout.leafParameters[0]
    let region = LeafRegion(
      shape, parameters: start, derived: derived.values.pointer + circuit.layout.leafDerived[0])
    let draws = 4_000
    var sums = [Double](repeating: 0, count: shape.pixels)
    var drawn = [UInt8](repeating: 0, count: shape.pixels)
    for draw in 0..<draws {
      let key = NoiseKey(seed: 1, purpose: .sampling, image: draw)
      drawn.withUnsafeMutableBufferPointer {
        leaf.sample(region, unit: 0, key: key, into: $0)
      }
      for (pixel, value) in drawn.enumerated() {
        sums[pixel] += leaf.traits.levels > 2 ? Double(value) / 255 : Double(value)
      }
    }
    var faults: [String] = []
    if let marginals = leaf.capabilities.marginals {
      let given = own.images(count: 1)[0].prefix(shape.pixels)
      var pixels = Array(given)
      let observed = given.indices.map { $0 % 2 == 0 }
      observed.withUnsafeBufferPointer { observed in
        pixels.withUnsafeMutableBufferPointer {
          marginals.sampleHidden(
            region, unit: 1, key: NoiseKey(seed: 2, purpose: .sampling), observed: observed,
            into: $0)
        }
      }
      if zip(given, pixels).enumerated().contains(where: { observed[$0] && $1.0 != $1.1 }) {
        faults.append("draws of hidden pixels write over what is seen")
      }
    }
    // Four standard errors of a fair coin; draws of a density are cut off at 0 and 1, and a mean beyond
    // them is none of the draws'.
    let slack = 0.032 + (leaf.traits.isDensity ? 0.1 : 0)
    let means = leaf.means(shape, unit: 0, parameters: start)
    return faults
      + means.indices.compactMap { pixel in
        !(0...1).contains(means[pixel])
          || abs(sums[pixel] / Double(draws) - means[pixel]) < slack
          ? nil : "pixel \(pixel): draws of \(sums[pixel] / Double(draws)), mean \(means[pixel])"
      }
  }

  private func modeFaults() throws -> [String] {
    guard leaf.hasModes else { return [] }
    let images = own.images(count: 5)
    let pixels = own.tiny.pixelCount
    let hidden = (0..<pixels).map { $0 % 2 == 0 }
    let found = try circuit.maxProductCompletions(
      MaskedSource(RowSource(images), hiding: .shared(hidden)), derived: derived,
      workers: ForkJoin(workers: 1))
    let rows = images.indices.map { image in
      Array(found.pixels[image * pixels..<(image + 1) * pixels])
    }
    return try values(RowSource(rows)).enumerated().compactMap { image, value in
      let keeps = hidden.indices.allSatisfy {
        hidden[$0] || rows[image][$0] == images[image][$0]
      }
      return keeps && found.values[image] <= value + 5 * Tolerance.kernel * max(1, abs(value))
        ? nil : "image \(image): a completion of \(found.values[image]) that is \(value)"
    }
  }

  private func memoryFaults() -> [String] {
    [true, false].flatMap { isTraining in
      LeafTrial(
        leaf, shape: circuit.leafShapes[0], tile: 32, images: 16, isTraining: isTraining,
        isMasked: true
      ).faults()
    }
  }
}
