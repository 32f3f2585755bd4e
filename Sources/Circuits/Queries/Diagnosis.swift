import Numerics

/// Where a log-likelihood that is not finite comes from.
package struct NonFiniteOrigin: Sendable, Equatable {
  /// The leaf region, numbered as the leaves are; nil if it is no leaf's doing.
  package let leaf: Int?
  package let description: String
}

extension Circuit {
  /// The first thing in a circuit that explains why an image has no finite log-likelihood: a
  /// parameter, else a leaf's value; the sums above, if every leaf is well.
  package func originOfNonFinite(
    _ source: some SampleSource, image: Int32, noise: NoiseSource, derived: DerivedParameters
  ) -> NonFiniteOrigin {
    parameterOrigin(derived.parameters)
      ?? leafOrigin(source, image: image, noise: noise, derived: derived)
      ?? NonFiniteOrigin(leaf: nil, description: "the sums over the leaves have no finite value")
  }

  /// The first parameter that is not finite; nil if all are.
  package func parameterOrigin(_ parameters: Parameters) -> NonFiniteOrigin? {
    let values = parameters.values.pointer
    guard let index = (0..<parameters.count).first(where: { !values[$0].isFinite }) else {
      return nil
    }
    guard index >= layout.sumParameterCount else {
      return NonFiniteOrigin(
        leaf: nil,
        description: "\(boundWeights.description(ofParameter: index)) is \(values[index])")
    }
    let leaf = layout.leaf(ofParameter: index)
    return NonFiniteOrigin(
      leaf: leaf, description: "a parameter of leaf \(leaf) is \(values[index])")
  }

  /// The first number derived from parameters that is none; nil if all are numbers. Logarithms of
  /// probabilities may be -inf.
  package func derivedOrigin(_ derived: DerivedParameters) -> NonFiniteOrigin? {
    let values = derived.values.pointer
    guard let index = (0..<layout.derivedCount).first(where: { values[$0].isNaN }) else {
      return nil
    }
    guard index >= layout.leafDerived[0] else {
      let region = weightGroups.last { $0.weightOffset <= index }?.region ?? graph.root
      return NonFiniteOrigin(
        leaf: nil, description: "a weight of the sums of region \(region) is no number")
    }
    let leaf = layout.leaf(ofDerived: index)
    return NonFiniteOrigin(
      leaf: leaf, description: "a number derived from the parameters of leaf \(leaf) is none")
  }

  private func leafOrigin(
    _ source: some SampleSource, image: Int32, noise: NoiseSource, derived: DerivedParameters
  ) -> NonFiniteOrigin? {
    let workspace = Workspace(circuit: self, tile: largestTile, withGradients: false)
    withUnsafePointer(to: image) {
      load(
        source, UnsafeBufferPointer(start: $0, count: 1), noise: noise,
        workspace: workspace)
    }
    let tile = LoadedTile(images: 1, derived: derived, noise: noise, workspace: workspace)
    let rows = AlignedBuffer<Float>(count: units * workspace.memory.tile)
    for index in leafRegions.indices {
      leaf.logLikelihoods(leafTile(index, tile), into: rows.pointer)
      for unit in 0..<units {
        let value = rows.pointer[unit * workspace.memory.tile]
        if !value.isFinite {
          return NonFiniteOrigin(
            leaf: index, description: "unit \(unit) of leaf \(index) has the value \(value)")
        }
      }
    }
    return nil
  }
}
