import Circuits
import Datasets

extension BinarisationView {
  /// Why leaves cannot describe what this view shows them; nil if they can: bytes as they are, or two
  /// outcomes.
  package func complaint(about leaf: any Leaf) -> String? {
    let levels = leaf.traits.levels
    guard (levels > 2) != (self == .none) else { return nil }
    let kind = leaf.name
    return levels > 2
      ? "leaf \(kind) describes \(levels) levels: expected binarisation none, found \(name)"
      : "leaf \(kind) is of pixels with two outcomes: expected threshold, stochastic or dynamic, found "
        + "\(name)"
  }
}
