import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct GradientTests {
  /// Gradient of the sum of log-likelihoods by every parameter, in Double, from flows.
  private func referenceGradient(
    _ reference: LogDomainReference, _ images: [[UInt8]]
  ) -> [Double] {
    let circuit = reference.circuit
    var gradient = Array(repeating: 0.0, count: reference.parameters.count)
    for image in images {
      let values = reference.values(reference.leafValues(image))
      let flows = reference.flows(values)
      for sum in circuit.sumRegions {
        let counts = reference.edgeCounts(of: sum, values: values, flows: flows)
        let size = counts.count / circuit.units
        for unit in 0..<circuit.units {
          let weights = reference.logWeights(of: sum, unit: unit).map(naturalExponential)
          let total = counts[unit * size..<(unit + 1) * size].reduce(0, +)
          for index in 0..<size {
            gradient[sum.weightOffset + unit * size + index] +=
              counts[unit * size + index] - weights[index] * total
          }
        }
      }
      addBernoulliGradient(reference, image, flows, into: &gradient)
    }
    return gradient
  }

  private func addBernoulliGradient(
    _ reference: LogDomainReference, _ image: [UInt8], _ flows: [[Double]],
    into gradient: inout [Double]
  ) {
    let circuit = reference.circuit
    for (index, region) in circuit.leafRegions.enumerated() {
      var at = circuit.layout.leafParameters[index]
      for unit in 0..<circuit.units {
        for pixel in circuit.leafPixels[index] {
          let p = logistic(reference.parameters[at])
          gradient[at] += flows[region][unit] * (Double(image[Int(pixel)]) - p)
          at += 1
        }
      }
    }
  }

  @Test(arguments: TinyCircuit.all)
  func analyticGradientMeetsCentralDifferences(tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    var reference = LogDomainReference(
      circuit: circuit, parameters: circuit.initialParameters(seed: 4).doubles)
    let images = noisyImages(count: 2, pixels: tiny.pixelCount)
    let gradient = referenceGradient(reference, images)
    // Every parameter of a small circuit, and a spread of those of a larger one.
    let spacing = max(reference.parameters.count / 60, 1)
    for index in stride(from: 0, to: reference.parameters.count, by: spacing) {
      let kept = reference.parameters[index]
      func objective(_ value: Double) -> Double {
        reference.parameters[index] = value
        return images.reduce(0.0) { $0 + reference.logLikelihood($1) }
      }
      let difference = (objective(kept + 1e-5) - objective(kept - 1e-5)) / 2e-5
      reference.parameters[index] = kept
      #expect(
        abs(gradient[index] - difference) < Tolerance.centralDifference, "parameter \(index)")
    }
  }

  @Test(arguments: TinyCircuit.all, [0, 1, 3, 17, 64, 65])
  func kernelGradientMeetsTheReference(tiny: TinyCircuit, count: Int) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 3)
    let images = noisyImages(count: count, pixels: tiny.pixelCount)
    let expected = referenceGradient(
      LogDomainReference(circuit: circuit, parameters: parameters.doubles), images)
    let found = kernelGradient(
      of: circuit, parameters, RowSource(images, pixels: circuit.pixelCount))
    for (index, (a, b)) in zip(found, expected).enumerated() {
      #expect(
        abs(a - b) < Tolerance.kernel * Double(max(count, 1)), "parameter \(index): \(a), \(b)")
    }
  }

  /// Each kind of tensor, through the whole circuit.
  @Test(arguments: LeafCase.all, [1, 17])
  func leafGradientMeetsCentralDifferences(leaf: LeafCase, count: Int) throws {
    let circuit = try leaf.circuit()
    let parameters = circuit.initialParameters(seed: 7)
    // Biases start at 0, where a wrong sign could hide and relu has its kink.
    for index in 0..<parameters.count {
      parameters.values.pointer[index] += (Float(index % 5) - 1.7) * 0.05
    }
    let images = leaf.images(count: count)
    let found = kernelGradient(
      of: circuit, parameters, RowSource(images, pixels: circuit.pixelCount))
    var reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    // One image tries every parameter of a small circuit; seventeen are for the kernels' last lanes.
    let all = 0..<reference.parameters.count
    for index in count == 1 ? sampledParameters(all) : spreadParameters(all) {
      let kept = reference.parameters[index]
      func objective(_ value: Double) -> Double {
        reference.parameters[index] = value
        return images.enumerated().reduce(0.0) {
          $0 + reference.logLikelihood($1.element, image: $1.offset)
        }
      }
      let difference = (objective(kept + 1e-5) - objective(kept - 1e-5)) / 2e-5
      reference.parameters[index] = kept
      #expect(
        abs(found[index] - difference)
          < 2 * Tolerance.kernel * (Double(count + 1) + abs(difference))
          + 4 * (leaf.largestTerm - 1) * 0x1p-24 * Double(count + 1),
        "parameter \(index): \(found[index]), \(difference)")
    }
  }
}
