extension Circuit {
  /// The first difference between this circuit and `other` apart from regions and weights, in words: channels, number of values,
  /// superpixels, units, leaf family, products, classes. Nil where there is none.
  ///
  /// - Parameter includingSuperpixels: whether other superpixels of the same pixels are a difference.
  package func differenceInKind(
    from other: Circuit, includingSuperpixels: Bool = true
  ) -> String? {
    func difference(_ what: String, _ own: String, _ others: String) -> String? {
      own == others ? nil : "\(what): expected \(own), found \(others)"
    }
    if channels != other.channels {
      return "channels: expected \(channels), found \(other.channels)"
    }
    if pixelCount != other.pixelCount {
      return "values of an image: expected \(pixelCount), found \(other.pixelCount)"
    }
    if includingSuperpixels, superpixels != other.superpixels {
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

  /// The first difference between this circuit and `other`, in words; nil where parameters of one are parameters of the
  /// other.
  package func difference(from other: Circuit) -> String? {
    if let difference = differenceInKind(from: other) { return difference }
    if let difference = differenceInWeights(from: other) { return difference }
    guard graph.scopes == other.graph.scopes, graph.partitions == other.graph.partitions,
      graph.groups == other.graph.groups
    else {
      return
        "regions: expected \(graph.scopes.count) in \(graph.partitions.count) partitions, found "
        + "\(other.graph.scopes.count) in \(other.graph.partitions.count), or others: another structure"
    }
    return nil
  }

  /// The difference between the choices of weights, in words; nil where there is none.
  package func differenceInWeights(from other: Circuit) -> String? {
    let own = weights.configuration.canonicalText
    let found = other.weights.configuration.canonicalText
    return own == found ? nil : "weights: expected \(own), found \(found)"
  }
}
