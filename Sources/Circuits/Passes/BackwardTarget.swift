import Numerics

/// Where a backward pass puts the gradients of one tile.
enum BackwardTarget {
  /// Adds the statistics of sums and leaves, which lie as the circuit's layout says.
  case statistics(UnsafeMutablePointer<Float>)
  /// Keeps what reaches the leaves, of which no statistics are made.
  case leaves(LeafGradients)

  /// Where statistics of sums go, from which a gradient could be made or not.
  var sums: UnsafeMutablePointer<Float> {
    switch self {
    case .statistics(let start): start
    case .leaves(let record): record.sums
    }
  }
}

/// Memory for what reaches each leaf region in one tile from above: flows `[unit][tile]`, gradients
/// `[unit][tile]` by mantissas, and a row of the exponents that the mantissas share, as Int32.
///
/// Each pass overwrites them. Hidden leaf regions have flows as well: the posterior of their units given
/// the observed regions.
struct LeafGradients {
  private let units: Int
  private let tile: Int
  private let flows: UnsafeMutablePointer<Float>
  /// Statistics of sums, which the kernels add up and nobody reads.
  let sums: UnsafeMutablePointer<Float>

  /// - Parameter memory: `LeafGradients.count(circuit)` floats.
  init(_ circuit: Circuit, memory: UnsafeMutablePointer<Float>) {
    units = circuit.units
    tile = circuit.largestTile
    sums = memory
    flows = memory + wholeLanes(circuit.layout.sumWeightCount)
  }

  static func count(_ circuit: Circuit) -> Int {
    wholeLanes(circuit.layout.sumWeightCount)
      + circuit.leafShapes.count * (2 * circuit.units + 1) * circuit.largestTile
  }

  func flows(ofLeaf index: Int) -> UnsafeMutablePointer<Float> {
    flows + index * (2 * units + 1) * tile
  }

  func gradients(ofLeaf index: Int) -> UnsafeMutablePointer<Float> {
    flows(ofLeaf: index) + units * tile
  }

  func exponents(ofLeaf index: Int) -> UnsafePointer<Int32> {
    UnsafeRawPointer(gradients(ofLeaf: index) + units * tile).assumingMemoryBound(to: Int32.self)
  }

  /// Copies what the backward pass left in the workspace.
  func keep(leaf index: Int, _ circuit: Circuit, _ workspace: Workspace) {
    let memory = workspace.memory
    let count = units * tile
    let values = memory.values(of: circuit.leafSlots[index])
    let place = flows(ofLeaf: index)
    place.update(from: memory.gradients(of: circuit.leafSlots[index]), count: count)
    (place + count).update(from: place, count: count)
    multiply(place, by: values, count: count)
    (place + 2 * count).update(from: values + count, count: tile)
    workspace.copyFlowsOutside(leaf: index, into: place)
  }
}
