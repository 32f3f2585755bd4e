import Circuits
import Configuration

extension ModelFile {
  /// How far a sum logit may lie below its unit's largest: 10^6 nats is more than any image's
  /// probabilities differ by.
  private static let largestSpread: Float = 1e6

  /// - Parameter logits: finite ones, as the circuit's parameters begin.
  /// - Throws: `ModelFault` (65) for the first logit that nobody can have meant.
  static func requireLogits(_ logits: [Float], of circuit: Circuit, path: String) throws {
    for sum in circuit.weightGroups {
      let count = sum.productCount
      for unit in 0..<sum.units {
        let own = logits[(sum.weightOffset + unit * count)...].prefix(count)
        let largest = own.max() ?? 0
        guard let wrong = own.indices.first(where: { largest - own[$0] > largestSpread }) else {
          continue
        }
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
