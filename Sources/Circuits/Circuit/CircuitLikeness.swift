extension Circuit {
  /// In what `other` is another kind of circuit than this, in words; nil where all that parameters mean is the
  /// same but for the regions.
  package func differenceInKind(from other: Circuit) -> String? {
    func difference(_ what: String, _ own: String, _ others: String) -> String? {
      own == others ? nil : "\(what): expected \(own), found \(others)"
    }
    if superpixels != other.superpixels || channels != other.channels {
      return "superpixels: expected \(superpixels.count) of the same pixels, found "
        + "\(other.superpixels.count) of others"
    }
    return difference("units", "\(units)", "\(other.units)")
      ?? difference(
        "leaf", leaf.configuration.canonicalText, other.leaf.configuration.canonicalText)
      ?? difference("products", type(of: products).kind, type(of: other.products).kind)
      ?? difference(
        "classes", "\(classPriors?.count ?? 0)", "\(other.classPriors?.count ?? 0)")
  }

  /// In what `other` is another circuit than this, so that its parameters are none of this one's; nil where they are.
  package func difference(from other: Circuit) -> String? {
    if let difference = differenceInKind(from: other) { return difference }
    let (own, others) = (
      weights.configuration.canonicalText, other.weights.configuration.canonicalText
    )
    guard own == others else { return "weights: expected \(own), found \(others)" }
    guard graph.scopes == other.graph.scopes, graph.partitions == other.graph.partitions,
      graph.groups == other.graph.groups
    else {
      return
        "regions: expected \(graph.scopes.count) in \(graph.partitions.count) partitions, found "
        + "\(other.graph.scopes.count) in \(other.graph.partitions.count), or others: another structure"
    }
    return nil
  }
}
