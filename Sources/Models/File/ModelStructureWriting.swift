import Circuits
import Configuration
import Storage

/// `/structure`: region graph, superpixels, leaf and products, as `ModelStructure` reads them.
extension ModelFile {
  static func writeStructure(_ model: Model, to file: HDF5File) throws {
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

  static func readClassNames(
    _ file: HDF5File, path: String, classes: Int
  ) throws -> [String] {
    guard try file.names(in: "/structure").contains("classNames") else {
      return (0..<classes).map(String.init)
    }
    let names = try file.strings("/structure/classNames")
    guard names.count == classes, Set(names).count == classes else {
      throw ModelFault(
        path: path,
        reason: "/structure/classNames: expected \(classes) different names, found \(names.count)")
    }
    return names
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
