import Configuration

extension Circuit {
  /// Marginals are log-likelihoods of a source with a mask: what it hides is summed out.
  ///
  /// Inside a leaf, families with exact marginals drop the hidden pixels; without them only whole leaf
  /// regions can be hidden.
  /// - Throws: `MarginalFault` where an image may hide a part of a leaf that cannot leave it out.
  package func require(_ mask: PixelMask) throws {
    guard !mask.hidesNothing, !hidesPixels else { return }
    if leafPixels.contains(where: mask.splits) {
      throw MarginalFault(leaf: leaf.name)
    }
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
