import Circuits
import Numerics

/// Circuits small enough to enumerate.
package struct TinyCircuit: Sendable, CustomStringConvertible {
  package let rows: Int
  package let columns: Int
  package let units: Int
  package let structure: any RegionStructure
  package let products: any ProductLayer
  package let sharing: ParameterSharing
  package var weights: any SumWeights = FreeWeights()
  /// Whether sums stand above leaf regions.
  package var hasLeafSums = false
  /// Pixels of a lattice cell.
  package let cellPixels: Int
  /// Values of a pixel.
  package let channels: Int

  package init(
    rows: Int, columns: Int, units: Int, steps: [Int] = [1], cellPixels: Int = 1,
    channels: Int = 1, products: any ProductLayer = DenseProducts(),
    sharing: ParameterSharing = .none
  ) {
    self.rows = rows
    self.columns = columns
    self.units = units
    structure = PoonDomingos(steps: steps)
    self.products = products
    self.sharing = sharing
    self.cellPixels = cellPixels
    self.channels = channels
  }

  package init(
    rows: Int, columns: Int, units: Int, _ structure: any RegionStructure,
    products: any ProductLayer = DenseProducts(), sharing: ParameterSharing = .none
  ) {
    self.rows = rows
    self.columns = columns
    self.units = units
    self.structure = structure
    self.products = products
    self.sharing = sharing
    cellPixels = 1
    channels = 1
  }

  package var description: String {
    "\(rows)x\(columns) cells of \(cellPixels)\(channels == 1 ? "" : "x\(channels)"), K=\(units), "
      + "\(structure.description), \(type(of: products).kind)"
      + (sharing == .none ? "" : ", sharing \(sharing.rawValue)")
      + (hasLeafSums ? ", leaf sums" : "")
      + (weights is FreeWeights ? "" : ", weights \(weights.configuration.canonicalText)")
  }

  /// Values of an image.
  package var pixelCount: Int { rows * columns * cellPixels * channels }

  package func circuit(
    leaf: any Leaf = BernoulliLeaf(), classPriors: [Float]? = nil
  ) throws -> Circuit {
    let lattice = Lattice(rows: rows, columns: columns)
    let cut = try structure.regionGraph(of: lattice)
    let graph = try (hasLeafSums ? cut.withLeafSums() : cut).sharing(
      sharing,
      pixels: (0..<lattice.cellCount).map { [PixelPlace(row: $0 / columns, column: $0 % columns)] })
    // Cells take every n-th pixel: pixel order and superpixel order differ.
    let cells = (0..<lattice.cellCount).map { cell in
      (0..<cellPixels).flatMap { pixel in
        (0..<channels).map { Int32((pixel * lattice.cellCount + cell) * channels + $0) }
      }
    }
    // However small, what can be computed in segments is.
    return Circuit(
      graph: graph, units: units,
      sums: SumLayers(products: products, weights: weights, classPriors: classPriors), leaf: leaf,
      superpixels: Superpixels(cells, channels: channels), unsegmentedBytes: 0)
  }

  /// The shapes the specification names, with several K, plus coarser cells and two resolutions.
  package static let all: [TinyCircuit] =
    [(2, 2), (2, 3), (3, 3), (4, 3)].flatMap { rows, columns in
      [1, 2, 3].map { TinyCircuit(rows: rows, columns: columns, units: $0) }
    } + [
      TinyCircuit(rows: 2, columns: 2, units: 4),
      TinyCircuit(rows: 2, columns: 3, units: 8),
      TinyCircuit(rows: 2, columns: 2, units: 16),
      TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 5),
      TinyCircuit(rows: 2, columns: 2, units: 2, cellPixels: 3),
      TinyCircuit(rows: 4, columns: 3, units: 2, steps: [2, 1]),
      TinyCircuit(rows: 3, columns: 3, units: 2, steps: [2]),
      TinyCircuit(rows: 3, columns: 4, units: 3, Halving(cutsBothSides: false)),
      TinyCircuit(rows: 3, columns: 3, units: 2, Halving(cutsBothSides: true)),
      // Leaf regions of several cells that overlap.
      TinyCircuit(rows: 2, columns: 4, units: 2, OverlappingHalves()),
      TinyCircuit(rows: 2, columns: 3, units: 2, RandomTensorised(repetitions: 3, seed: 1)),
    ] + elementwise + shared

  /// Regions that share weights, leaves, or both.
  package static let shared: [TinyCircuit] =
    [ParameterSharing.leaves, .sums, .all].flatMap { sharing in
      [
        TinyCircuit(rows: 3, columns: 3, units: 2, sharing: sharing),
        TinyCircuit(rows: 2, columns: 3, units: 4, sharing: sharing),
        TinyCircuit(rows: 2, columns: 2, units: 3, cellPixels: 2, sharing: sharing),
        TinyCircuit(
          rows: 3, columns: 4, units: 3, QuadTree(), products: ElementwiseProducts(),
          sharing: sharing),
      ]
    }

  /// Weights of a small network: one and several partitions, shared regions, a node alone, several strips.
  package static let functional: [TinyCircuit] = [
    TinyCircuit(rows: 2, columns: 2, units: 1, products: ElementwiseProducts()),
    TinyCircuit(rows: 3, columns: 3, units: 2, products: ElementwiseProducts()),
    TinyCircuit(rows: 3, columns: 3, units: 5, products: ElementwiseProducts(), sharing: .sums),
    TinyCircuit(
      rows: 3, columns: 4, units: 3, Halving(cutsBothSides: true), products: ElementwiseProducts()),
    TinyCircuit(
      rows: 3, columns: 4, units: 4, QuadTree(), products: ElementwiseProducts(), sharing: .all),
    TinyCircuit(
      rows: 2, columns: 3, units: 40, Halving(cutsBothSides: false),
      products: ElementwiseProducts()),
  ].flatMap { tiny in
    FunctionalWeights.Sharing.allCases.map { shared in
      var own = tiny
      own.weights = FunctionalWeights(
        frequencies: 3, hidden: 5, shared: shared, scale: 0.5, seed: 2)
      return own
    }
  }

  /// Pairs under one and several partitions, single children, and four and eight at once; units that
  /// fill vectors and that do not.
  package static let elementwise: [TinyCircuit] =
    [1, 2, 3, 5, 8].flatMap { units in
      [
        TinyCircuit(rows: 3, columns: 3, units: units, products: ElementwiseProducts()),
        TinyCircuit(
          rows: 3, columns: 3, units: units, TreeOfCells([nil, 0, 1, 2, 3, 3, 3, 0, 0]),
          products: ElementwiseProducts()),
      ]
    } + [
      TinyCircuit(rows: 2, columns: 3, units: 16, products: ElementwiseProducts()),
      TinyCircuit(
        rows: 3, columns: 3, units: 4, Halving(cutsBothSides: true),
        products: ElementwiseProducts()),
      TinyCircuit(
        rows: 3, columns: 3, units: 5, RandomTensorised(repetitions: 2, seed: 2),
        products: ElementwiseProducts()),
      // A star: one partition of nine children.
      TinyCircuit(
        rows: 3, columns: 3, units: 3, TreeOfCells([nil] + Array(repeating: 0, count: 8)),
        products: ElementwiseProducts()),
      // A chain, whose segments end below the root.
      TinyCircuit(
        rows: 2, columns: 5, units: 20, TreeOfCells([1, 2, 3, 4, 5, 6, 7, 8, 9, nil]),
        products: ElementwiseProducts()),
    ] + withLeafSums

  private static let withLeafSums: [TinyCircuit] =
    [
      TinyCircuit(rows: 3, columns: 3, units: 3, QuadTree(), products: ElementwiseProducts()),
      TinyCircuit(
        rows: 2, columns: 3, units: 4, Halving(cutsBothSides: true),
        products: ElementwiseProducts(), sharing: .leaves),
      TinyCircuit(
        rows: 3, columns: 3, units: 2, TreeOfCells([nil, 0, 1, 2, 3, 3, 3, 0, 0]),
        products: ElementwiseProducts(), sharing: .all),
    ].map { tiny in
      var own = tiny
      own.hasLeafSums = true
      return own
    }
}

/// A tree of hidden variables of the cells, by their parents.
package struct TreeOfCells: RegionStructure {
  package static let kind = "tree-of-cells"
  package let parents: [Int?]

  package init(_ parents: [Int?]) { self.parents = parents }

  package let needsInformation = false
  package var description: String {
    "tree \(parents.map { $0.map(String.init) ?? "-" }.joined(separator: " "))"
  }

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    try HiddenTree.regionGraph(parents: parents)
  }
}

/// Two partitions of the whole into leaf regions: the first and the second half of the cells, and the even and
/// the odd ones.
package struct OverlappingHalves: RegionStructure {
  package static let kind = "overlapping-halves"

  package init() {}

  package var description: String { "overlapping halves" }
  package let needsInformation = false

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    let count = ground.lattice.cellCount
    let all = Array(0..<count)
    let halves = [
      all.filter { $0 < count / 2 }, all.filter { $0 >= count / 2 }, all.filter { $0 % 2 == 0 },
      all.filter { $0 % 2 == 1 },
    ]
    return try RegionGraph(
      variableCount: count, scopes: (halves + [all]).map { Scope(variableCount: count, $0) },
      partitions: [Partition(region: 4, [0, 1]), Partition(region: 4, [2, 3])])
  }
}

/// Binary images by number: bit d of the number is pixel d.
package func binaryImage(_ number: Int, pixels: Int) -> [UInt8] {
  (0..<pixels).map { UInt8(number >> $0 & 1) }
}

/// Images kept as rows.
package struct RowSource: SampleSource {
  package let rows: [[UInt8]]
  package let valueCount: Int

  package init(_ images: [[UInt8]], pixels: Int? = nil) {
    valueCount = pixels ?? images.first?.count ?? 0
    rows = images
  }

  package var sampleCount: Int { rows.count }

  package func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
  ) {
    for (place, sample) in samples.enumerated() {
      for (value, byte) in rows[Int(sample)].enumerated() {
        out[place * valueCount + value] = byte
      }
    }
  }
}

/// Pseudo-random binary images, the same everywhere.
package func noisyImages(count: Int, pixels: Int, seed: Int = 1) -> [[UInt8]] {
  (0..<count).map { image in
    (0..<pixels).map { pixel in
      NoiseKey(seed: seed, purpose: .binarisation, image: image, sample: pixel).uniform < 0.4
        ? 1 : 0
    }
  }
}

extension Parameters {
  package var doubles: [Double] { values.array.map(Double.init) }
}

extension LogDomainReference {
  /// Expected counts of all edges, `[weight]`, summed over images.
  package func edgeCounts(_ images: [[UInt8]]) -> [Double] {
    var counts = Array(repeating: 0.0, count: circuit.layout.sumWeightCount)
    for image in images {
      let own = values(leafValues(image))
      let flows = flows(own)
      for sum in circuit.sumRegions {
        for (edge, count) in edgeCounts(of: sum, values: own, flows: flows).enumerated() {
          counts[sum.weightOffset + edge] += count
        }
      }
    }
    return counts
  }
}
