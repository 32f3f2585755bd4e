import Circuits
import Numerics
import Reports

/// The smallest circuits that show what sums and products are for: Gaussians over one and two
/// variables, evaluated like any other circuit on pixels of 256 grey levels.
struct BuildingBlockCircuits {
  struct Gaussian {
    let mean: Double
    let sigma: Double
  }

  static let first = [
    Gaussian(mean: 0.22, sigma: 0.06), Gaussian(mean: 0.5, sigma: 0.09),
    Gaussian(mean: 0.78, sigma: 0.055),
  ]
  static let second = [
    Gaussian(mean: 0.25, sigma: 0.07), Gaussian(mean: 0.55, sigma: 0.1),
    Gaussian(mean: 0.8, sigma: 0.06),
  ]
  /// What the composition's root gives the product of Gaussian i of the first variable and j of the
  /// second.
  static let weights = [[0.04, 0.2, 0.02], [0.16, 0.02, 0.2], [0.02, 0.18, 0.16]]

  /// Grey levels shown, as numbers in [0, 1].
  static func axis(every step: Int) -> [Double] {
    stride(from: 0, through: 255, by: step).map { Double($0) / 255 }
  }

  private let leaf = GaussianLeaf(smallest: 0.01)

  private func circuit(variables: Int, units: Int) throws -> Circuit {
    let graph = try PoonDomingos(steps: [1]).regionGraph(
      of: Lattice(rows: 1, columns: variables))
    return Circuit(
      graph: graph, units: units, leaf: leaf,
      superpixels: Superpixels((0..<Int32(variables)).map { [$0] }))
  }

  private func setLeaves(
    _ gaussians: [[Gaussian]], of circuit: Circuit, _ parameters: Parameters
  ) {
    for (variable, units) in gaussians.enumerated() {
      let start = parameters.values.pointer + circuit.layout.leafParameters[variable]
      for (unit, gaussian) in units.enumerated() {
        (start[2 * unit], start[2 * unit + 1]) = leaf.parameters(
          mean: gaussian.mean, sigma: gaussian.sigma)
      }
    }
  }

  private func densities(
    _ circuit: Circuit, _ parameters: Parameters, _ source: GreyLevels
  ) throws -> [Double] {
    try circuit.logLikelihoods(
      source, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1)
    ).values.map(naturalExponential)
  }

  /// A mixture over one variable: a circuit of one region, its units mixed by 1/K.
  func mixture(_ gaussians: [Gaussian]) throws -> [Double] {
    let circuit = try circuit(variables: 1, units: gaussians.count)
    let parameters = circuit.initialParameters(seed: 0)
    setLeaves([gaussians], of: circuit, parameters)
    return try densities(circuit, parameters, GreyLevels(variables: 1, step: 1))
  }

  /// A product of two Gaussians, `[second][first]`: a partition with one unit a side.
  func product(_ a: Gaussian, _ b: Gaussian, step: Int) throws -> [[Double]] {
    let circuit = try circuit(variables: 2, units: 1)
    let parameters = circuit.initialParameters(seed: 0)
    setLeaves([[a], [b]], of: circuit, parameters)
    return rows(
      try densities(circuit, parameters, GreyLevels(variables: 2, step: step)), step: step)
  }

  /// Sums over products of all pairs, `[second][first]`: a whole circuit.
  func composition(step: Int) throws -> [[Double]] {
    let units = Self.first.count
    let circuit = try circuit(variables: 2, units: units)
    let parameters = circuit.initialParameters(seed: 0)
    setLeaves([Self.first, Self.second], of: circuit, parameters)
    // Weights are a softmax of logits; all root units get the same, so their mean is it too.
    for unit in 0..<units {
      for (index, weight) in Self.weights.joined().enumerated() {
        parameters.values.pointer[unit * units * units + index] = Float(
          naturalLogarithm(weight))
      }
    }
    return rows(
      try densities(circuit, parameters, GreyLevels(variables: 2, step: step)), step: step)
  }

  /// The composition's nodes: its root units are alike, so one stands for them.
  var network: NetworkDiagram {
    let (left, right) = (Self.first.indices, Self.second.indices)
    let pairs = left.flatMap { i in right.map { (i, $0) } }
    let firstLeaf = 1 + pairs.count
    let edges = pairs.enumerated().flatMap { index, pair in
      [
        NetworkDiagram.Edge(0, 1 + index), NetworkDiagram.Edge(1 + index, firstLeaf + pair.0),
        NetworkDiagram.Edge(1 + index, firstLeaf + left.count + pair.1),
      ]
    }
    return NetworkDiagram(
      layers: [
        [.sum], pairs.map { _ in .product },
        left.map { _ in .leaf("x\u{2081}") } + right.map { _ in .leaf("x\u{2082}") },
      ], edges: edges)
  }

  private func rows(_ values: [Double], step: Int) -> [[Double]] {
    let side = Self.axis(every: step).count
    return (0..<side).map { Array(values[$0 * side..<($0 + 1) * side]) }
  }
}

/// Every combination of grey levels of one or two pixels, the second pixel's changing slowest.
private struct GreyLevels: SampleSource {
  let levels: [UInt8]
  let variables: Int

  init(variables: Int, step: Int) {
    self.variables = variables
    levels = stride(from: 0, through: 255, by: step).map { UInt8($0) }
  }

  var sampleCount: Int { variables == 1 ? levels.count : levels.count * levels.count }
  var valueCount: Int { variables }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    for (place, sample) in samples.enumerated() {
      rows[place * variables] = levels[Int(sample) % levels.count]
      if variables == 2 { rows[place * 2 + 1] = levels[Int(sample) / levels.count] }
    }
  }
}
