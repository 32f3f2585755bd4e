import Kernels

/// A rule that turns gradients into new parameters; one conforming type a file.
package protocol Learner: Sendable {
  /// The word in a pipeline's `learner:`.
  static var kind: String { get }

  func initialState(parameterCount: Int) -> LearnerState

  /// One step on a range of the parameters; ranges of one step never overlap, and `state.step` is
  /// how many steps were done before.
  func update(
    _ range: Range<Int>, parameters: UnsafeMutablePointer<Float>,
    gradient: UnsafePointer<Float>, state: LearnerState)
}

/// What a learner remembers between steps: arrays as long as the parameters, by name.
package final class LearnerState: @unchecked Sendable {
  // Written between fork-joins only, by the thread that runs the loop.
  package internal(set) var step: Int
  package let arrays: [(name: String, values: AlignedBuffer<Float>)]

  package init(step: Int, moments: [String], parameterCount: Int) {
    self.step = step
    arrays = moments.map { ($0, AlignedBuffer(count: parameterCount)) }
  }

  package init(step: Int, arrays: [(name: String, values: [Float])]) {
    self.step = step
    self.arrays = arrays.map { ($0.name, AlignedBuffer($0.values)) }
  }
}
