import Circuits
import Configuration
import Storage

/// The reader of a model file's `/structure`: everything is checked before it is used.
struct ModelStructure {
  let file: HDF5File
  let path: String

  /// - Throws: `ModelFault` at the first thing that is not as it must be.
  func circuit(pixelCount: Int, channels: Int) throws -> Circuit {
    let configuration = try file.string("/structure", "leafConfiguration")
    guard let leaf = Catalogues.leaf(configuration: configuration) else {
      throw fault("leaf \(configuration.quoted) is unknown to this version")
    }
    let units = try file.integer("/structure", "units")
    let regions = try file.integer("/structure", "regions")
    guard (1...1_024).contains(units), (1...100_000_000).contains(regions) else {
      throw fault("\(units) units, \(regions) regions")
    }
    let superpixels = try readSuperpixels(pixelCount: pixelCount, channels: channels)
    let graph = try readGraph(superpixels, regions: regions)
    let priors = try readClassPriors(graph)
    let products = try readProducts(graph)
    let weights = try readWeights(graph, products, units: units)
    do {
      try requireCountable(
        graph, units: units, rootUnits: priors?.count ?? units, products: products)
    } catch { throw fault("\(error)") }
    let circuit = Circuit(
      graph: graph, units: units,
      sums: SumLayers(products: products, weights: weights, classPriors: priors), leaf: leaf,
      superpixels: Superpixels(superpixels, channels: channels))
    if let complaint = circuit.complaint { throw fault(complaint) }
    return circuit
  }

  private func integers(_ name: String) throws -> [Int32] {
    try file.read("/structure/\(name)", as: Int32.self).values
  }

  private func has(_ name: String) throws -> Bool {
    try file.names(in: "/structure").contains(name)
  }

  private func fault(_ what: String) -> ModelFault {
    ModelFault(path: path, reason: "/structure: \(what)")
  }

  private func readSuperpixels(pixelCount: Int, channels: Int) throws -> [[Int32]] {
    guard
      let superpixels = Ragged.lists(
        offsets: try integers("superpixelOffsets"), values: try integers("superpixelPixels")),
      Set(superpixels.joined()) == Set(0..<Int32(pixelCount)),
      superpixels.reduce(0, { $0 + $1.count }) == pixelCount,
      superpixels.allSatisfy({ !$0.isEmpty && hasWholePixels($0, channels: channels) })
    else { throw fault("the superpixels do not hold each of \(pixelCount) pixels once") }
    return superpixels
  }

  private func readGraph(_ superpixels: [[Int32]], regions: Int) throws -> RegionGraph {
    let leafRegions = try integers("leafRegions").map(Int.init)
    let partitions = try readPartitions()
    // A region is a leaf's, or has a partition: before anything is made of each of them.
    guard regions <= leafRegions.count + partitions.count,
      regions.multipliedReportingOverflow(by: superpixels.count).overflow == false,
      regions * superpixels.count <= RegionGraph.mostScopeBits
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
    var scopes = Array(repeating: Scope(variableCount: superpixels.count), count: regions)
    for (region, own) in zip(leafRegions, leaves) {
      scopes[region] = Scope(variableCount: superpixels.count, own.map(Int.init))
    }
    let graph = try makeGraph(scopes, partitions)
    guard areAlike(graph, superpixels) else {
      throw fault("leaf regions of different sizes cannot share parameters")
    }
    return graph
  }

  /// Whether leaf regions that share parameters have as many values.
  private func areAlike(_ graph: RegionGraph, _ superpixels: [[Int32]]) -> Bool {
    func size(_ region: Int) -> Int {
      graph.scopes[region].variables.reduce(0) { $0 + superpixels[$1].count }
    }
    return graph.leafRegions.allSatisfy {
      graph.groups[$0] == $0 || size($0) == size(graph.groups[$0])
    }
  }

  /// Whether the channels of each pixel stand side by side, in order.
  private func hasWholePixels(_ values: [Int32], channels: Int) -> Bool {
    values.count % channels == 0
      && values.indices.allSatisfy { place in
        let channel = place % channels
        return Int(values[place]) % channels == channel
          && values[place] - Int32(channel) == values[place - channel]
      }
  }

  /// Nil for models without classes, which files of older programs all are.
  private func readClassPriors(_ graph: RegionGraph) throws -> [Float]? {
    guard try has("classPriors") else { return nil }
    let priors = try ModelFile.finiteNumbers("/structure/classPriors", of: file, path: path)
    guard (1...1_024).contains(priors.count), priors.allSatisfy({ $0 >= 0 && $0 <= 1 }),
      abs(priors.reduce(0) { $0 + Double($1) } - 1) < 1e-4
    else { throw fault("class priors that are no probabilities summing to 1") }
    guard !graph.partitions.isEmpty else { throw fault("classes of a single leaf") }
    return priors
  }

  /// Dense where the file says nothing, which files of older programs do.
  private func readProducts(_ graph: RegionGraph) throws -> any ProductLayer {
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

  /// Free where the file says nothing.
  private func readWeights(
    _ graph: RegionGraph, _ products: any ProductLayer, units: Int
  ) throws -> any SumWeights {
    guard try file.hasAttribute("/structure", "weights") else { return FreeWeights() }
    let configuration = try file.string("/structure", "weights")
    guard let weights = Catalogues.weights(configuration: configuration) else {
      throw fault("weights \(configuration.quoted) are unknown to this version")
    }
    if let complaint = weights.complaint(about: graph, products: products, units: units) {
      throw fault(complaint)
    }
    return weights
  }

  /// Triples of a region and its two children, or lists of any number of children.
  private func readPartitions() throws -> [Partition] {
    if try has("partitions") {
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
  private func makeGraph(
    _ ofLeaves: [Scope], _ partitions: [Partition]
  ) throws -> RegionGraph {
    var scopes = ofLeaves
    let variables = scopes[0].variableCount
    for partition in partitions {
      guard scopes.indices.contains(partition.region),
        partition.children.allSatisfy({ (0..<partition.region).contains($0) })
      else { throw fault("partition of region \(partition.region) is out of order") }
      if scopes[partition.region].isEmpty {
        scopes[partition.region] = partition.children.reduce(Scope(variableCount: variables)) {
          $0.union(scopes[$1])
        }
      }
    }
    let groups = try has("parameterGroups") ? try integers("parameterGroups").map(Int.init) : nil
    do {
      return try RegionGraph(
        variableCount: variables, scopes: scopes, partitions: partitions, groups: groups)
    } catch { throw fault("\(error)") }
  }
}
