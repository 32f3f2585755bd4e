import Circuits
import Configuration
import Datasets
import Files
import Storage

/// What makes a file no usable model.
package struct ModelFault: Fault {
  let path: String
  let reason: String
  package var exitCode: ExitCode { .badData }
  package var description: String { "\(path.printable): \(reason)" }
}

extension ModelFile {
  /// A model file that a user names, which a child process alone opens. Throws as `read`, where a file that ends
  /// the process that reads it is bad data as well.
  static func readForeign(_ path: String) throws -> Model {
    try read(ForeignFile(path).content(), path)
  }

  /// - Throws: `ModelFault`, `StorageFault`, `FileFault`; everything in the file is checked before
  ///   it is used.
  static func read(_ path: String) throws -> Model {
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
    let height = try file.integer("/preprocessing", "imageHeight")
    let width = try file.integer("/preprocessing", "imageWidth")
    let superpixel = try file.integers("/structure", "superpixel")
    let channels =
      try file.hasAttribute("/preprocessing", "channels")
      ? try file.integer("/preprocessing", "channels") : 1
    guard (1...65_536).contains(height), (1...65_536).contains(width), superpixel.count == 2,
      superpixel.allSatisfy((1...65_536).contains), channels == 1 || channels == 3,
      height * width * channels <= Int(Int32.max)
    else {
      throw ModelFault(
        path: path,
        reason: "images of \(height) x \(width)"
          + (channels == 1 ? "" : " with \(channels) channels") + ", superpixels of \(superpixel)")
    }
    let circuit = try readCircuit(
      file, path: path, pixelCount: height * width * channels, channels: channels)
    let learner = try readLearner(file, path: path, circuit: circuit)
    let model = Model(
      imageHeight: height, imageWidth: width,
      superpixel: superpixel,
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

  /// Bits of all regions' scopes: 2 GiB of memory.
  private static let mostScopeBits = 1 << 34

  private static func readCircuit(
    _ file: HDF5File, path: String, pixelCount: Int, channels: Int
  ) throws -> Circuit {
    func integers(_ name: String) throws -> [Int32] {
      try file.read("/structure/\(name)", as: Int32.self).values
    }
    func fault(_ what: String) -> ModelFault {
      ModelFault(path: path, reason: "/structure: \(what)")
    }
    let configuration = try file.string("/structure", "leafConfiguration")
    guard let leaf = Catalogues.leaf(configuration: configuration) else {
      throw fault("leaf \(configuration.quoted) is unknown to this version")
    }
    let units = try file.integer("/structure", "units")
    let regions = try file.integer("/structure", "regions")
    guard (1...1_024).contains(units), (1...100_000_000).contains(regions) else {
      throw fault("\(units) units, \(regions) regions")
    }
    guard
      let superpixels = Ragged.lists(
        offsets: try integers("superpixelOffsets"), values: try integers("superpixelPixels")),
      Set(superpixels.joined()) == Set(0..<Int32(pixelCount)),
      superpixels.reduce(0, { $0 + $1.count }) == pixelCount,
      superpixels.allSatisfy({ !$0.isEmpty && hasWholePixels($0, channels: channels) })
    else { throw fault("the superpixels do not hold each of \(pixelCount) pixels once") }
    let leafRegions = try integers("leafRegions").map(Int.init)
    let partitions = try readPartitions(file, integers: integers, fault: fault)
    // A region is a leaf's, or has a partition: before anything is made of each of them.
    guard regions <= leafRegions.count + partitions.count,
      regions.multipliedReportingOverflow(by: superpixels.count).overflow == false,
      regions * superpixels.count <= mostScopeBits
    else {
      throw fault(
        "\(regions) regions of \(superpixels.count) superpixels, with \(leafRegions.count) leaf regions and "
          + "\(partitions.count) partitions")
    }
    guard
      let leaves = Ragged.lists(
        offsets: try integers("leafOffsets"), values: try integers("leafSuperpixels")),
      leaves.count == leafRegions.count,
      leaves.joined().allSatisfy({ superpixels.indices.contains(Int($0)) }),
      leafRegions.allSatisfy({ (0..<regions).contains($0) }),
      // Parameters are stored in this order.
      zip(leafRegions, leafRegions.dropFirst()).allSatisfy(<)
    else { throw fault("leaf regions and their superpixels do not fit") }
    let groups =
      try file.names(in: "/structure").contains("parameterGroups")
      ? try integers("parameterGroups").map(Int.init) : nil
    let graph = try readGraph(
      variables: superpixels.count, regions: regions,
      leaves: Dictionary(zip(leafRegions, leaves), uniquingKeysWith: { first, _ in first }),
      partitions: partitions, groups: groups, fault: fault)
    guard areAlike(graph, superpixels) else {
      throw fault("leaf regions of different sizes cannot share parameters")
    }
    let priors = try readClassPriors(file, path: path, graph: graph, fault: fault)
    let products = try readProducts(file, graph: graph, fault: fault)
    do {
      try requireCountable(
        graph, units: units, rootUnits: priors?.count ?? units, products: products)
    } catch { throw fault("\(error)") }
    let circuit = Circuit(
      graph: graph, units: units, classPriors: priors, products: products, leaf: leaf,
      superpixels: superpixels, channels: channels)
    if let complaint = circuit.complaint {
      throw fault(complaint)
    }
    return circuit
  }

  /// Whether leaf regions that share parameters have as many values.
  private static func areAlike(_ graph: RegionGraph, _ superpixels: [[Int32]]) -> Bool {
    func size(_ region: Int) -> Int {
      graph.scopes[region].variables.reduce(0) { $0 + superpixels[$1].count }
    }
    return graph.leafRegions.allSatisfy {
      graph.groups[$0] == $0 || size($0) == size(graph.groups[$0])
    }
  }

  /// Whether the channels of each pixel stand side by side, in order.
  private static func hasWholePixels(_ values: [Int32], channels: Int) -> Bool {
    values.count % channels == 0
      && values.indices.allSatisfy { place in
        let channel = place % channels
        return Int(values[place]) % channels == channel
          && values[place] - Int32(channel) == values[place - channel]
      }
  }

  /// Nil for models without classes, which files of older programs all are.
  private static func readClassPriors(
    _ file: HDF5File, path: String, graph: RegionGraph, fault: (String) -> ModelFault
  ) throws -> [Float]? {
    guard try file.names(in: "/structure").contains("classPriors") else { return nil }
    let priors = try finiteNumbers("/structure/classPriors", of: file, path: path)
    guard (1...1_024).contains(priors.count), priors.allSatisfy({ $0 >= 0 && $0 <= 1 }),
      abs(priors.reduce(0) { $0 + Double($1) } - 1) < 1e-4
    else { throw fault("class priors that are no probabilities summing to 1") }
    guard !graph.partitions.isEmpty else { throw fault("classes of a single leaf") }
    return priors
  }

  private static func readClassNames(
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

  /// Dense where the file says nothing, which files of older programs do.
  private static func readProducts(
    _ file: HDF5File, graph: RegionGraph, fault: (String) -> ModelFault
  ) throws -> any ProductLayer {
    var products: any ProductLayer = DenseProducts()
    if try file.hasAttribute("/structure", "products") {
      let kind = try file.string("/structure", "products")
      guard let known = Catalogues.productLayer(kind) else {
        throw fault("products \(kind.quoted) are unknown to this version")
      }
      products = known
    }
    if let complaint = products.complaint(about: graph) { throw fault(complaint) }
    return products
  }

  /// Triples of a region and its two children, or lists of any number of children.
  private static func readPartitions(
    _ file: HDF5File, integers: (String) throws -> [Int32], fault: (String) -> ModelFault
  ) throws -> [Partition] {
    if try file.names(in: "/structure").contains("partitions") {
      let flat = try integers("partitions").map(Int.init)
      guard flat.count % 3 == 0 else { throw fault("partitions are not lists of three numbers") }
      return stride(from: 0, to: flat.count, by: 3).map {
        Partition(region: flat[$0], [flat[$0 + 1], flat[$0 + 2]])
      }
    }
    let parents = try integers("partitionRegions")
    guard
      let children = Ragged.lists(
        offsets: try integers("partitionOffsets"), values: try integers("partitionChildren")),
      children.count == parents.count, children.allSatisfy({ !$0.isEmpty })
    else { throw fault("partitions and their children do not fit") }
    return zip(parents, children).map { Partition(region: Int($0), $1.map(Int.init)) }
  }

  /// Scopes follow from the leaves', because children come before parents.
  private static func readGraph(
    variables: Int, regions: Int, leaves: [Int: [Int32]], partitions: [Partition],
    groups: [Int]?, fault: (String) -> ModelFault
  ) throws -> RegionGraph {
    var scopes = (0..<regions).map { region in
      Scope(variableCount: variables, leaves[region, default: []].map(Int.init))
    }
    for partition in partitions {
      guard (0..<regions).contains(partition.region),
        partition.children.allSatisfy({ (0..<partition.region).contains($0) })
      else { throw fault("partition of region \(partition.region) is out of order") }
      if scopes[partition.region].isEmpty {
        scopes[partition.region] = partition.children.reduce(Scope(variableCount: variables)) {
          $0.union(scopes[$1])
        }
      }
    }
    do {
      return try RegionGraph(
        variableCount: variables, scopes: scopes, partitions: partitions, groups: groups)
    } catch { throw fault("\(error)") }
  }

  private static func readConfiguration(_ file: HDF5File, path: String) throws -> ResolvedValue {
    do {
      return try ResolvedValue(json: try file.string("/", "configuration"))
    } catch let error as JSONFault {
      throw ModelFault(path: path, reason: "configuration: \(error)")
    }
  }

  private static func readBinarisation(
    _ file: HDF5File, path: String, leaf: any Leaf
  ) throws -> BinarisationView {
    let text = try file.string("/preprocessing", "binarisation")
    guard let value = try? ResolvedValue(json: text),
      let view = BinarisationView(configuration: value)
    else { throw ModelFault(path: path, reason: "binarisation \(text.quoted) is unknown") }
    if let complaint = view.complaint(about: leaf) {
      throw ModelFault(path: path, reason: complaint)
    }
    return view
  }
}
