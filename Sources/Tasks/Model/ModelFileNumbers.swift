import Circuits
import Configuration
import Storage

/// The floating-point numbers of a model file.
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
    if circuit.derivesLogits {
      let name = "/parameters/\(sumLogits)"
      let count = try finiteNumbers(name, of: file, path: path).count
      guard count == circuit.layout.sumWeightCount else {
        throw ModelFault(
          path: path,
          reason: "\(name): \(count) numbers, the structure needs \(circuit.layout.sumWeightCount)")
      }
    }
    if let wrong = circuit.boundWeights.mistake(
      in: Array(values[..<circuit.layout.sumParameterCount]))
    {
      throw ModelFault(
        path: path, reason: "/parameters/\(wrong.slice)[\(wrong.index)]: \(wrong.reason)")
    }
    return Parameters(values)
  }

  static func readLearner(
    _ file: HDF5File, path: String, circuit: Circuit
  ) throws -> LearnerSnapshot {
    let names = try file.string("/learner", "arrays").split(separator: " ")
    let arrays = try names.map { name in
      // Not finite where a training diverged, whose last parameters are all the same a model.
      (String(name), try file.read("/learner/\(name)", as: Float.self).values)
    }
    // One of each parameter, or of each sum weight.
    let counts = [circuit.layout.parameterCount, circuit.layout.sumWeightCount]
    for (name, values) in arrays where !counts.contains(values.count) {
      throw ModelFault(
        path: path,
        reason: "/learner/\(name): \(values.count) numbers, the structure needs \(counts[0])")
    }
    let step = try file.integer("/learner", "step")
    guard (0...Int(Int32.max)).contains(step) else {
      throw ModelFault(
        path: path, reason: "/learner: step: expected 0 to \(Int32.max), found \(step)")
    }
    return LearnerSnapshot(
      kind: try file.string("/learner", "kind"), step: step, arrays: arrays)
  }
}
