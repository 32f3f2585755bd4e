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
      if slice.name == "sumLogits" { try requireLogits(own, of: circuit, path: path) }
      values += own
    }
    return Parameters(values)
  }
}

extension ParameterSlice {
  func values(of parameters: Parameters) -> [Float] {
    Array(
      UnsafeBufferPointer(
        start: parameters.values.pointer + range.lowerBound, count: range.count))
  }
}
