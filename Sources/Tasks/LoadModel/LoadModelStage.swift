import Files
import Models
import Workflow

/// Takes a model file from outside into a pipeline: somebody else's, or that of another pipeline.
///
/// It is known by its content alone: where the file lies, what it is called and when it was written
/// change nothing.
struct LoadModelStage: ForeseenStage {
  static let kind = "load-model"
  static let version = 2
  static let summary = "a model file from outside, checked; known by its content (file: PATH)"
  static let example = "given: {kind: load-model, file: Models/given.h5}"
  static let outputs = [OutputPort("model", .model, path: "model.h5")]
  static let isPublished = false

  let file: RawFile

  init(fields: StageFields) throws {
    let path = fields.location("file", meaning: "path of the model file")
    // A missing or empty one was reported by whoever read it.
    guard !path.isEmpty else { throw IncompleteFields() }
    file = fields.rawFile(path, named: "model")
  }

  /// - Throws: as `run`.
  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    let model = try ModelFile.readForeign(file.path)
    return ModelOutlook(circuit: model.circuit, shape: model.imageShape)
  }

  /// - Throws: `ModelFault`, `StorageFault` (65) for what is no usable model; `FileFault`.
  func run(_ context: StageContext) throws {
    // Read where it lies, so that what is wrong with it is told of the user's own file; written anew, so that
    // libhdf5 sees no byte of it in the stages that follow.
    let model = try ModelFile.readForeign(file.path)
    try ModelFile.write(model, to: context.outputPath("model"))
    context.note(
      "a model of images of \(model.imageHeight) x \(model.imageWidth), \(model.structure), "
        + "\(model.circuit.leaf.name) leaves (\(model.circuit.likelihood.rawValue)), "
        + "binarisation \(model.binarisation.name), epoch \(model.epoch)")
  }
}
