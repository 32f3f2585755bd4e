import Circuits
import Configuration

extension ModelFile {
  /// Sizes of sum logits, and their distances within a sum unit, that a model may have: 10^6 nats is more
  /// than any image's probabilities differ by.
  private static let largestLogit: Float = 1e30
  private static let largestSpread: Float = 1e6

  /// - Parameter logits: finite ones, as the circuit's parameters begin.
  /// - Throws: `ModelFault` (65) for the first logit that nobody can have meant.
  static func requireLogits(_ logits: [Float], of circuit: Circuit, path: String) throws {
    for sum in circuit.sumRegions {
      let count = sum.partitions.count * circuit.units * circuit.units
      for unit in 0..<sum.units {
        let own = logits[(sum.weightOffset + unit * count)...].prefix(count)
        let largest = own.max() ?? 0
        let wrong = own.indices.first {
          abs(own[$0]) > largestLogit || largest - own[$0] > largestSpread
        }
        guard let wrong else { continue }
        throw ModelFault(
          path: path,
          reason:
            "/parameters/sumLogits[\(wrong)]: expected a logit at most 1,000,000 below its sum "
            + "unit's largest, \(largest), found \(own[wrong]); the file is damaged, or its weights were "
            + "not stored as logits")
      }
    }
  }
}
