import Configuration

/// A logit for every weight: the weights of a unit are the softmax of its logits.
package struct FreeWeights: SumWeights {
  package static let kind = "free"

  package init() {}

  package var configuration: ResolvedValue { .mapping(["kind": .string(Self.kind)]) }

  package func complaint(
    about graph: RegionGraph, products: any ProductLayer, units: Int
  ) -> String? { nil }

  package let hasReestimate = true

  package func bound(to sums: WeightedSums) -> any BoundWeights { FreeLogits(sums) }
}

extension FreeWeights: CatalogueKind {
  package static let summary =
    "one logit for each weight; the weights of a sum unit are the softmax of its logits"
  package static var example: String { kind }
}
