import Configuration
import Kernels

extension Circuit {
  /// What the circuit computes with when some pixels are not looked at: every pass over it, forward
  /// or backward, is then of the marginal distribution of the others.
  ///
  /// A leaf region wholly hidden has the value 1. Inside a leaf, families with exact marginals drop
  /// the pixels; a VAE leaf has none.
  /// - Parameter hidden: `[pixel]`, row-major.
  /// - Throws: `MarginalFault` where a part of a leaf is hidden that cannot leave it out.
  package func derived(
    from parameters: Parameters, hiding hidden: [Bool]
  ) throws -> DerivedParameters {
    precondition(hidden.count == pixelCount)
    let places = leafPixels.map { pixels in
      pixels.indices.filter { hidden[Int(pixels[$0])] }
    }
    let isHidden = zip(places, leafPixels).map { $0.count == $1.count }
    let derived = DerivedParameters(circuit: self, from: parameters, isHidden: isHidden)
    for piece in pieces { derive(piece, into: derived) }
    for (index, shape) in leafShapes.enumerated() where !places[index].isEmpty && !isHidden[index] {
      guard
        leaf.hide(
          places[index], of: shape, in: derived.values.pointer + layout.leafDerived[index])
      else { throw MarginalFault(leaf: type(of: leaf).kind) }
    }
    return derived
  }
}

/// A marginal that a leaf family does not have (exit code 78).
package struct MarginalFault: Fault, Equatable {
  package let leaf: String

  package init(leaf: String) { self.leaf = leaf }

  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "\(leaf) leaves have no marginal over a part of their pixels: hide whole superpixels"
  }
}
