import Circuits
import Configuration
import Storage

/// `/parameters`: a dataset for each slice of the flat array.
extension ModelFile {
  /// A parameter is no larger than this: sums of a few larger ones are infinite in single precision.
  private static let largestNumber: Float = 1e38

  /// A dataset of finite numbers, none beyond `largestNumber`.
  ///
  /// - Throws: `ModelFault` that names the first number that is not; `StorageFault`.
  static func finiteNumbers(_ dataset: String, of file: HDF5File, path: String) throws -> [Float] {
    let values = try file.read(dataset, as: Float.self).values
    // NaN is beyond any bound.
    if let index = values.firstIndex(where: { !(abs($0) <= largestNumber) }) {
      let expected = values[index].isFinite ? "a number from -1e38 to 1e38" : "a finite number"
      throw ModelFault(
        path: path,
        reason: "\(dataset)[\(index)]: expected \(expected), found \(values[index]); "
          + "take an earlier checkpoint, or train the model again")
    }
    return values
  }

  static func readParameters(
    _ file: HDF5File, path: String, circuit: Circuit
  ) throws -> Parameters {
    var values: [Float] = []
    for slice in circuit.parameterSlices {
      let own = try finiteNumbers("/parameters/\(slice.name)", of: file, path: path)
      guard own.count == slice.range.count else {
        throw ModelFault(
          path: path,
          reason: "/parameters/\(slice.name): \(own.count) numbers, "
            + "the structure needs \(slice.range.count)")
      }
      values += own
    }
    if let wrong = circuit.boundWeights.mistake(
      in: Array(values[..<circuit.layout.sumParameterCount]))
    {
      throw ModelFault(
        path: path, reason: "/parameters/\(wrong.slice)[\(wrong.index)]: \(wrong.reason)")
    }
    let parameters = Parameters(values)
    if circuit.derivesLogits {
      try requireLogits(of: parameters, circuit, in: file, path: path)
    }
    return parameters
  }

  /// The logarithms that are stored for readers have to be those of the parameters.
  private static func requireLogits(
    of parameters: Parameters, _ circuit: Circuit, in file: HDF5File, path: String
  ) throws {
    let name = "/parameters/\(sumLogits)"
    let stored = try finiteNumbers(name, of: file, path: path)
    let own = circuit.sumLogits(parameters)
    guard stored.count == own.count else {
      throw ModelFault(
        path: path,
        reason: "\(name): \(stored.count) numbers, the structure needs \(own.count)")
    }
    // Processors differ in the last digits.
    if let wrong = own.indices.first(where: {
      !(abs(stored[$0] - own[$0]) <= 1e-3 * max(1, abs(own[$0])))
    }) {
      throw ModelFault(
        path: path,
        reason:
          "\(name)[\(wrong)]: expected \(own[wrong]), the logarithm of the weight that the network gives, "
          + "found \(stored[wrong]); the file was edited or damaged")
    }
  }
}

extension Circuit {
  /// Whether the logarithms of sum weights are no parameters, but stored for readers.
  package var derivesLogits: Bool { !parameterSlices.contains { $0.name == ModelFile.sumLogits } }
}

extension ParameterSlice {
  func values(of parameters: Parameters) -> [Float] {
    Array(
      UnsafeBufferPointer(
        start: parameters.values.pointer + range.lowerBound, count: range.count))
  }
}
