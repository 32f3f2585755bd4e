import Numerics

/// Passes over the images of a tile that the linear domain is not right for.
extension Circuit {
  /// Notes which images of a tile these are; returns whether there are any.
  func findImagesOutside(_ tile: LoadedTile) -> Bool {
    let workspace = tile.workspace
    workspace.imagesOutside.removeAll(keepingCapacity: true)
    let (outside, isLinear) = (workspace.memory.outside.pointer, tile.derived.isLinear)
    for image in 0..<tile.images where !isLinear || outside[image] != 0 {
      workspace.imagesOutside.append(image)
    }
    return !workspace.imagesOutside.isEmpty
  }

  /// Their log S, over what the linear domain found; the others' values are left with exponents of their
  /// own.
  func forwardOutside(
    _ tile: LoadedTile, into out: UnsafeMutablePointer<Double>
  ) -> Exponents {
    let workspace = tile.workspace
    let space = workspace.logDomain ?? LogDomainSpace(self, tile: workspace.tile)
    workspace.logDomain = space
    // In the order of the strata: the last one's leaf scratch is wanted by the backward pass.
    space.isFilling = true
    forwardStrata(.own, tile, into: workspace.again.pointer)
    space.isFilling = false
    let pass = LogDomainPass(circuit: self, derived: tile.derived, space: space)
    for image in workspace.imagesOutside {
      pass.forward(image: image)
      out[image] = pass.logLikelihood(classOfImage: workspace.seenClass(image))
    }
    return .own
  }

  /// Their own backward passes, and no gradient for the linear one.
  func backwardOutside(_ tile: LoadedTile, target: BackwardTarget) {
    let workspace = tile.workspace
    guard let space = workspace.logDomain, !workspace.imagesOutside.isEmpty else { return }
    let pass = LogDomainPass(circuit: self, derived: tile.derived, space: space)
    var statistics: UnsafeMutablePointer<Float>?
    if case .statistics(let start) = target { statistics = start }
    let root = workspace.memory.gradients(of: schedule.root)
    for image in workspace.imagesOutside {
      for unit in 0..<rootUnits { root[unit * workspace.tile + image] = 0 }
      pass.forward(image: image)
      pass.backward(
        image: image, classOfImage: workspace.seenClass(image),
        statistics: statistics)
    }
  }
}

extension Workspace {
  /// Flows of these images, in rows `[unit][tile]` of the others'.
  func copyFlowsOutside(leaf: Int, into flows: UnsafeMutablePointer<Float>) {
    guard !imagesOutside.isEmpty else { return }
    logDomain?.copyFlows(leaf: leaf, of: imagesOutside, into: flows)
  }

  /// The class of an image if passes are of the joint distribution with it, and it is known.
  func seenClass(_ image: Int) -> Int? {
    guard let classes, classes.pointer[image] >= 0 else { return nil }
    return Int(classes.pointer[image])
  }
}
