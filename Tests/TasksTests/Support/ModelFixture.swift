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

/// The content of a model file, to be written again with something changed.
struct ModelContent {
  var attributes: [String: [(name: String, value: HDF5Attribute)]] = [:]
  var integers: [String: (values: [Int32], shape: [Int])] = [:]
  var reals: [String: [Float]] = [:]
  private let curve: Table

  private static let names = [
    "/": ["format", "version", "fingerprint", "configuration"],
    "/preprocessing": ["imageHeight", "imageWidth", "binarisation", "binarisationName"],
    "/structure": [
      "units", "regions", "superpixel", "description", "leaf", "leafConfiguration",
      "likelihood", "rootWeights",
    ],
    "/learner": ["kind", "step", "arrays"],
  ]
  private static let structure = [
    "superpixelOffsets", "superpixelPixels", "leafRegions", "leafOffsets", "leafSuperpixels",
    "partitions",
  ].map { "/structure/\($0)" }

  init(path: String) throws {
    let file = try HDF5File.open(path)
    for (group, names) in Self.names {
      attributes[group] = try names.map { ($0, try file.attribute(group, $0)) }
    }
    for name in Self.structure { integers[name] = try file.read(name, as: Int32.self) }
    let parameters = try file.names(in: "/learner").map { "/learner/\($0)" }
    let priors = try file.names(in: "/structure").filter { $0 == "classPriors" }
      .map { "/structure/\($0)" }
    let all = try file.names(in: "/parameters").map { "/parameters/\($0)" }
    for name in all + parameters + priors {
      reals[name] = try file.read(name, as: Float.self).values
    }
    curve = try file.table("/curve")
    try file.close()
  }

  mutating func set(_ group: String, _ name: String, _ value: HDF5Attribute) {
    attributes[group]?.removeAll { $0.name == name }
    attributes[group]?.append((name, value))
  }

  func write(to path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      for (group, values) in attributes.sorted(by: { $0.key < $1.key }) {
        if group != "/" { try file.createGroup(group) }
        for (name, value) in values { try file.setAttribute(group, name, value) }
      }
      for (name, content) in integers {
        try file.write(name, content.values, shape: content.shape)
      }
      for (name, values) in reals { try file.write(name, values) }
      try file.write("/curve", table: curve)
    }
  }
}
