import Circuits
import Configuration
import Storage

/// `/learner`: the learner's memory between epochs.
extension ModelFile {
  static func writeLearner(_ learner: LearnerSnapshot, to file: HDF5File) throws {
    try file.createGroup("/learner")
    try file.setAttribute("/learner", "kind", .string(learner.kind))
    try file.setAttribute("/learner", "step", .integer(learner.step))
    try file.setAttribute(
      "/learner", "arrays", .string(learner.arrays.map(\.name).joined(separator: " ")))
    for array in learner.arrays { try file.write("/learner/\(array.name)", array.values) }
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
