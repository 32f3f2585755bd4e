import Circuits
import Configuration
import Datasets
import Files
import Storage

/// What makes a file no usable model.
package struct ModelFault: Fault {
  let path: String
  let reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  package var exitCode: ExitCode { .badData }
  package var description: String { "\(path.printable): \(reason)" }
}

/// The HDF5 file of a model; a checkpoint is one without `/learner`'s arrays.
///
/// Its datasets, and how a log-likelihood is computed from them, are on the manual's page *Model format*
/// (`Sources/tessera/tessera.docc`): everything that a reader in another language needs, and nothing that depends on
/// when, where or by how many workers the model was trained. Each group of it has a Swift file of its own: `/preprocessing`
/// `ModelPreprocessing.swift`, `/structure` `ModelStructureWriting.swift` and `ModelStructure.swift`, `/parameters`
/// `ModelParameters.swift`, `/learner` `ModelLearner.swift`, `/curve` `CurveTable.swift`.
package enum ModelFile {
  package static let format = "tessera model"
  static let version = 1
  /// The dataset of sum weights' logarithms, or logits.
  static let sumLogits = "sumLogits"

  /// - Parameter hasContentDigest: false for a state of a training, which only that training reads.
  /// - Returns: the SHA-256 of the file.
  @discardableResult
  package static func write(
    _ model: Model, to path: String, hasContentDigest: Bool = true
  ) throws -> String {
    try HDF5File.writeAtomically(to: path, hasContentDigest: hasContentDigest) { file in
      try file.setAttribute("/", "format", .string(format))
      try file.setAttribute("/", "version", .integer(version))
      try file.setAttribute("/", "fingerprint", .string(model.fingerprint))
      try file.setAttribute("/", "configuration", .string(model.configuration.canonicalText))
      try writePreprocessing(model, to: file)
      try writeStructure(model, to: file)
      for slice in model.circuit.parameterSlices {
        try file.write("/parameters/\(slice.name)", slice.values(of: model.parameters))
      }
      // Readers need no more than the weights.
      if model.circuit.derivesLogits {
        try file.write("/parameters/\(sumLogits)", model.circuit.sumLogits(model.parameters))
      }
      try writeLearner(model.learner, to: file)
      try file.write("/curve", table: CurveTable.table(of: model.curve, model.circuit.likelihood))
    }
  }

  /// A model file that a user names, which a child process alone opens. Throws as `read`, where a file that ends
  /// the process that reads it is bad data as well.
  package static func readForeign(_ path: String) throws -> Model {
    try read(ForeignFile(path).content(), path)
  }

  /// - Throws: `ModelFault`, `StorageFault`, `FileFault`; everything in the file is checked before
  ///   it is used.
  package static func read(_ path: String) throws -> Model {
    let file = try HDF5File.open(path)
    try file.requireOwnData()
    return try read(file, path)
  }

  private static func read(_ file: HDF5File, _ path: String) throws -> Model {
    guard try file.format() == format else {
      throw ModelFault(path: path, reason: "not a model file of tessera")
    }
    let found = try file.integer("/", "version")
    guard found == version else {
      throw ModelFault(
        path: path,
        reason: "model format \(found), expected \(version): written by another tessera version")
    }
    let images = try readPreprocessing(file, path: path)
    let circuit = try ModelStructure(file: file, path: path).circuit(
      pixelCount: images.height * images.width * images.channels, channels: images.channels)
    let learner = try readLearner(file, path: path, circuit: circuit)
    let model = Model(
      imageHeight: images.height, imageWidth: images.width, superpixel: images.superpixel,
      structure: try file.string("/structure", "description"),
      binarisation: try readBinarisation(file, path: path, leaf: circuit.leaf),
      classNames: try readClassNames(file, path: path, classes: circuit.classPriors?.count ?? 0),
      circuit: circuit,
      parameters: try readParameters(file, path: path, circuit: circuit), learner: learner,
      curve: try CurveTable.records(of: file.table("/curve"), path: path),
      configuration: try readConfiguration(file, path: path),
      fingerprint: try file.string("/", "fingerprint"))
    try file.close()
    return model
  }

  private static func readConfiguration(_ file: HDF5File, path: String) throws -> ResolvedValue {
    do {
      return try ResolvedValue(json: try file.string("/", "configuration"))
    } catch let error as JSONFault {
      throw ModelFault(path: path, reason: "configuration: \(error)")
    }
  }
}
