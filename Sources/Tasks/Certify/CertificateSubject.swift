import Circuits
import Numerics

/// One model with one estimator, and samples of its own.
struct CertificateSubject {
  /// How its leaves are asked: empty as the model was trained.
  let name: String
  let circuit: Circuit
  let parameters: Parameters
  let derived: DerivedParameters
  let seed: Int
  let workers: ForkJoin
  /// Drawn from the model.
  let samples: ImageRows

  var isExact: Bool { circuit.likelihood == .exact }
  var isDensity: Bool { circuit.leaf.traits.isDensity }
  var pixelCount: Int { circuit.pixelCount }
  var levels: Int { circuit.leaf.traits.levels }

  /// Values of 256 levels that have as many states as so many binary ones, at least one.
  func enumerable(_ binary: Int) -> Int { levels == 2 ? binary : max(binary / 8, 1) }

  /// What is demanded of exact numbers, and of others only told.
  func demanded(_ bound: CertificateCheck.Bound) -> CertificateCheck.Bound {
    isExact ? bound : .none
  }

  func titled(_ check: String) -> String { name.isEmpty ? check : "\(check), \(name)" }

  func uniform(_ number: Int, of purpose: Int) -> Double {
    NoiseKey(seed: seed, purpose: .masking, image: purpose, sample: number).uniform
  }

  /// `count` of `items`, drawn by the seed, in their order.
  func drawn<Item>(_ count: Int, of items: [Item], purpose: Int) -> [Item] {
    let order = items.indices.sorted {
      (uniform($0, of: purpose), $0) < (uniform($1, of: purpose), $1)
    }
    return order.prefix(count).sorted().map { items[$0] }
  }

  func logLikelihoods(
    _ source: some SampleSource, workers: ForkJoin? = nil
  ) throws -> [Double] {
    try circuit.logLikelihoods(source, derived: derived, workers: workers ?? self.workers).values
  }

  /// The lower half of the image, in whole leaf regions where the leaves want it; nil where that is
  /// everything or nothing.
  var lowerHalf: [Int32]? {
    let middle = Int32(pixelCount / 2)
    let hidden =
      circuit.leaf.hidesPixels
      ? (middle..<Int32(pixelCount)).map { $0 }
      : circuit.leafPixels.filter { ($0.min() ?? 0) >= middle }.flatMap { $0 }
    return hidden.isEmpty || hidden.count == pixelCount ? nil : hidden
  }
}

extension CertificateSubject {
  /// |a - b|, nats where they are small, else relative: 0 for equals, infinite ones too.
  ///
  /// Log-probabilities are sums of terms of one sign, and as large as what rounds. Terms of a density are
  /// of either sign, about a nat a value, and where they cancel the sum says nothing of their rounding:
  /// there the number of values is the scale.
  func discrepancy(_ a: Double, _ b: Double) -> Double {
    a == b ? 0 : abs(a - b) / max(1, abs(b), isDensity ? Double(pixelCount) : 0)
  }
}

/// The largest of some numbers, NaN if one of them is NaN; 0 for none.
func worst(_ values: some Sequence<Double>) -> Double {
  values.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
}
