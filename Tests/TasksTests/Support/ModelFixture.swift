import Files
import Foundation
import Storage
import Tasks
import Testing

/// A model trained once, and kept as bytes.
enum ModelFixture {
  static let pipeline = Pipelines.training(
    epochs: 2, extra: "  metrics: {kind: evaluate, model: spn.model, data: shards, part: test}")

  private static let made = Result {
    let sandbox = try Sandbox()
    try sandbox.run(pipeline)
    return (
      model: try Data(contentsOf: URL(filePath: sandbox.path("Output/tiny/spn/model.h5"))),
      metrics: try Data(contentsOf: URL(filePath: sandbox.path("Output/tiny/metrics/metrics.h5")))
    )
  }

  /// A sandbox with the toy data, `model.h5`, and the metrics of its test images.
  static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try made.get().model.write(to: URL(filePath: sandbox.path("model.h5")))
    try made.get().metrics.write(to: URL(filePath: sandbox.path("metrics.h5")))
    return sandbox
  }

  static let testImages = "Data/toy/\(ToyData.testImages)"
  static let testLabels = "Data/toy/\(ToyData.testLabels)"
}
