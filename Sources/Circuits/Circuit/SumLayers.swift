/// How the units of a circuit's regions are combined: what products there are, where weights come from, and
/// what the root's units stand for.
package struct SumLayers: Sendable {
  package let products: any ProductLayer
  package let weights: any SumWeights
  /// The probability of each class, to give every class a root unit; nil for K root units that stand for
  /// nothing, each with weight 1/K. A root that is a leaf has no classes.
  package let classPriors: [Float]?

  package init(
    products: any ProductLayer = DenseProducts(), weights: any SumWeights = FreeWeights(),
    classPriors: [Float]? = nil
  ) {
    self.products = products
    self.weights = weights
    self.classPriors = classPriors
  }
}
