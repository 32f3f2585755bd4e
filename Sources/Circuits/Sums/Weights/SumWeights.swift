import Configuration

/// Where the weights of sum units come from, as a pipeline chooses it; one conforming type a folder.
package protocol SumWeights: Sendable {
  /// The word in a pipeline's `weights:`.
  static var kind: String { get }

  /// What its initialiser reads, as it was read: `kind` and every field.
  var configuration: ResolvedValue { get }

  /// Why it cannot weigh the products of regions of K units; nil if it can.
  func complaint(about graph: RegionGraph, products: any ProductLayer, units: Int) -> String?

  /// Whether its `BoundWeights` have a `reestimation`.
  var hasReestimate: Bool { get }

  /// The weights of one circuit.
  func bound(to sums: WeightedSums) -> any BoundWeights
}

/// The sums of a circuit that have weights of their own.
package struct WeightedSums: Sendable {
  package let graph: RegionGraph
  /// Units of a region: K.
  package let units: Int
  /// The first sum region of each parameter group, ascending: every weight once.
  package let groups: [SumRegion]
  package let weightCount: Int
  /// Whether each unit of the root is a class.
  package let rootIsOfClasses: Bool
}

/// The weights of a circuit's sums: what is learned, and how weights follow from it.
///
/// Three arrays, which need not be of equal length: *parameters* are what is learned, *weights*, `[weight]` as
/// `SumRegion.weightOffset` says, are derived from them once a batch, and *statistics*, `[weight]` as well, are
/// d log S / d weight, summed over a batch. All pointers are to the first element of sums.
package protocol BoundWeights: Sendable {
  var parameterCount: Int { get }

  /// Names of the parameters' parts in a model file, in order; together all parameters.
  var slices: [ParameterSlice] { get }

  /// Shares that are learned by themselves; together all parameters.
  var pieces: [WeightPiece] { get }

  /// How weights and gradients are computed.
  var computation: WeightComputation { get }

  /// A step of expectation-maximisation; nil for weights that have none in closed form.
  var reestimation: (any ReestimatesWeights)? { get }

  /// First parameters: a pure function of `seed`.
  ///
  /// - Parameter spread: how far they are from giving equal weights.
  func initialise(seed: Int, spread: Double, into parameters: UnsafeMutablePointer<Float>)

  /// How many weights lie more than 41 nats below their unit's largest, but for rounding.
  func belowFloor(parameters: UnsafePointer<Float>) -> Int

  /// The plain definition in Double: log-weights, `[weight]`.
  func referenceLogWeights(_ parameters: [Double]) -> [Double]

  /// What a parameter is, for messages: `a weight of the sums of region 3`.
  func description(ofParameter index: Int) -> String

  /// The first of finite parameters that nobody can have meant, as a model file may hold it; nil if there is none.
  func mistake(in parameters: [Float]) -> WeightMistake?
}

/// A share of the sums' parameters that can be learned by itself.
package struct WeightPiece: Sendable {
  /// Which of `WeightedSums.groups` have their weights from it.
  package let groups: Range<Int>
  package let parameters: Range<Int>
  /// Where the statistics that it learns from lie.
  package let statistics: Range<Int>
}

/// How the weights of a circuit follow from their parameters.
package enum WeightComputation: Sendable {
  /// Those of each piece from the piece's own parameters.
  case piecewise(any PiecewiseWeights)
  /// Each from parameters of many pieces.
  case jointly(any JointWeights)
}

/// Weights of which each piece has its own.
package protocol PiecewiseWeights: Sendable {
  /// Moves the parameters of a piece to where the linear domain is right for its weights, see
  /// `smallestLogitBelowLargest`. Whoever changes parameters calls this next.
  func raiseToFloor(piece: Int, parameters: UnsafeMutablePointer<Float>)

  /// Renews the weights of a piece. Those of a sum unit are not negative and sum to one.
  func derive(
    piece: Int, parameters: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>)

  /// `scale` times the gradient by a piece's parameters.
  func gradient(
    piece: Int, weights: UnsafePointer<Float>, statistics: UnsafePointer<Float>, scale: Float,
    into gradient: UnsafeMutablePointer<Float>)
}

/// Weights that depend on all parameters together, as the values of one network: computed slot by slot, so that
/// workers can share the work.
package protocol JointWeights: Sendable {
  /// Shares of the weights, fixed by the circuit alone.
  var slotCount: Int { get }
  /// Floats of scratch that a worker needs.
  var scratchCount: Int { get }
  /// Floats that are kept of what never changes.
  var tableCount: Int { get }

  /// Where the weights of a slot, and their statistics, lie.
  func statistics(ofSlot slot: Int) -> [Range<Int>]

  /// Renews the weights of a slot. Those of a sum unit are not negative and sum to one.
  func derive(
    slot: Int, parameters: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    into weights: UnsafeMutablePointer<Float>)

  /// The gradient by all parameters that comes from the weights of a slot; overwrites `gradient`.
  func gradient(
    slot: Int, parameters: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    statistics: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>)
}

/// A parameter that cannot be meant: its place in its slice, and what was expected and found.
package struct WeightMistake: Sendable {
  package let slice: String
  package let index: Int
  package let reason: String
}

/// Weights whose step of expectation-maximisation has a closed form.
package protocol ReestimatesWeights: Sendable {
  /// Moves the weights of a piece to (1 - eta) w + eta n / sum n. Units of total count 0 keep theirs.
  ///
  /// - Parameters:
  ///   - weights: the present ones.
  ///   - statistics: overwritten.
  func reestimate(
    piece: Int, weights: UnsafePointer<Float>, statistics: UnsafeMutablePointer<Float>,
    step: MaximisationStep, into parameters: UnsafeMutablePointer<Float>)

  /// Sets the parameters of a piece to those of given weights, positive and not normalised.
  func adopt(
    piece: Int, weights: UnsafePointer<Float>, into parameters: UnsafeMutablePointer<Float>)
}
