import Storage

/// The content of a model file, to be written again with something changed.
package struct ModelContent: Sendable {
  package var attributes: [String: [(name: String, value: HDF5Attribute)]] = [:]
  package var integers: [String: (values: [Int32], shape: [Int])] = [:]
  package var reals: [String: [Float]] = [:]
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

  package init(path: String) throws {
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

  package mutating func set(_ group: String, _ name: String, _ value: HDF5Attribute) {
    attributes[group]?.removeAll { $0.name == name }
    attributes[group]?.append((name, value))
  }

  package func write(to path: String) throws {
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
