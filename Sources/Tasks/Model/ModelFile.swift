import Circuits
import Configuration
import Datasets
import Files
import Numerics
import Storage

/// The HDF5 file of a model; a checkpoint is one without `/learner`'s arrays.
///
/// Its datasets, and how a log-likelihood is computed from them, are on the manual's page *Model format*
/// (`Sources/tessera/tessera.docc`): everything that a reader in another language needs, and nothing that depends on
/// when, where or by how many workers the model was trained.
enum ModelFile {
  static let format = "tessera model"
  static let version = 1
  /// The dataset of sum weights' logarithms, or logits.
  static let sumLogits = "sumLogits"

  /// - Parameter hasContentDigest: false for a state of a training, which only that training reads.
  /// - Returns: the SHA-256 of the file.
  @discardableResult
  static func write(
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

  private static func writePreprocessing(_ model: Model, to file: HDF5File) throws {
    try file.createGroup("/preprocessing")
    try file.setAttribute("/preprocessing", "imageHeight", .integer(model.imageHeight))
    try file.setAttribute("/preprocessing", "imageWidth", .integer(model.imageWidth))
    // Files of grey images are as they always were.
    if model.imageChannels != 1 {
      try file.setAttribute("/preprocessing", "channels", .integer(model.imageChannels))
    }
    try file.setAttribute(
      "/preprocessing", "binarisation",
      .string(model.binarisation.configuration.canonicalText))
    try file.setAttribute(
      "/preprocessing", "binarisationName", .string(model.binarisation.name))
  }

  private static func writeStructure(_ model: Model, to file: HDF5File) throws {
    let circuit = model.circuit
    let group = "/structure"
    try file.createGroup(group)
    try file.setAttribute(group, "units", .integer(circuit.units))
    try file.setAttribute(group, "regions", .integer(circuit.graph.scopes.count))
    try file.setAttribute(group, "superpixel", .integers(model.superpixel))
    try file.setAttribute(group, "description", .string(model.structure))
    let leaf = circuit.leaf.configuration.mapping?["kind"]?.string
    try file.setAttribute(group, "leaf", .string(leaf ?? type(of: circuit.leaf).kind))
    try file.setAttribute(
      group, "leafConfiguration", .string(circuit.leaf.configuration.canonicalText))
    try file.setAttribute(group, "likelihood", .string(circuit.likelihood.rawValue))
    try file.setAttribute(group, "rootWeights", .string(model.rootWeights))
    if let priors = circuit.classPriors {
      try file.write("\(group)/classPriors", priors)
      try file.write("\(group)/classNames", strings: model.classNames)
    }
    let superpixels = Ragged(circuit.superpixels)
    try file.write("\(group)/superpixelOffsets", superpixels.offsets)
    try file.write("\(group)/superpixelPixels", superpixels.values)
    let leaves = Ragged(
      circuit.leafRegions.map { circuit.graph.scopes[$0].variables.map(Int32.init) })
    try file.write("\(group)/leafRegions", circuit.leafRegions.map(Int32.init))
    try file.write("\(group)/leafOffsets", leaves.offsets)
    try file.write("\(group)/leafSuperpixels", leaves.values)
    // Files of dense products are as they always were.
    if !(circuit.products is DenseProducts) {
      try file.setAttribute(group, "products", .string(type(of: circuit.products).kind))
    }
    // And so are those of free weights.
    if type(of: circuit.weights).kind != FreeWeights.kind {
      try file.setAttribute(
        group, "weights", .string(circuit.weights.configuration.canonicalText))
    }
    try writePartitions(circuit.graph, group, to: file)
    if circuit.graph.sharesParameters {
      try file.write("\(group)/parameterGroups", circuit.graph.groups.map(Int32.init))
    }
  }

  private static func writePartitions(
    _ graph: RegionGraph, _ group: String, to file: HDF5File
  ) throws {
    if graph.isOfPairs {
      let triples = graph.partitions.flatMap { partition in
        [Int32(partition.region)] + partition.children.map(Int32.init)
      }
      try file.write("\(group)/partitions", triples, shape: [triples.count / 3, 3])
      return
    }
    let children = Ragged(graph.partitions.map { $0.children.map(Int32.init) })
    try file.write(
      "\(group)/partitionRegions", graph.partitions.map { Int32($0.region) })
    try file.write("\(group)/partitionOffsets", children.offsets)
    try file.write("\(group)/partitionChildren", children.values)
  }

  private static func writeLearner(_ learner: LearnerSnapshot, to file: HDF5File) throws {
    try file.createGroup("/learner")
    try file.setAttribute("/learner", "kind", .string(learner.kind))
    try file.setAttribute("/learner", "step", .integer(learner.step))
    try file.setAttribute(
      "/learner", "arrays", .string(learner.arrays.map(\.name).joined(separator: " ")))
    for array in learner.arrays { try file.write("/learner/\(array.name)", array.values) }
  }
}

extension Circuit {
  /// Whether the logarithms of sum weights are no parameters, but stored for readers.
  var derivesLogits: Bool { !parameterSlices.contains { $0.name == ModelFile.sumLogits } }
}

extension ParameterSlice {
  func values(of parameters: Parameters) -> [Float] {
    Array(
      UnsafeBufferPointer(
        start: parameters.values.pointer + range.lowerBound, count: range.count))
  }
}

/// Lists of different lengths as one array and where each starts.
struct Ragged {
  let offsets: [Int32]
  let values: [Int32]

  init(_ lists: [[Int32]]) {
    offsets = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    values = Array(lists.joined())
  }

  /// The lists again; nil where the offsets do not fit the values.
  static func lists(offsets: [Int32], values: [Int32]) -> [[Int32]]? {
    guard offsets.first == 0, offsets.last.map(Int.init) == values.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=)
    else { return nil }
    return zip(offsets, offsets.dropFirst()).map { Array(values[Int($0)..<Int($1)]) }
  }
}
