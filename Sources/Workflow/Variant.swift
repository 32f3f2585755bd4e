/// One of several runs of a stage: the value of each axis that the stage has, in the pipeline's
/// order, the axes of a sweep first and the seed last. A stage without axes has the empty variant.
package struct Variant: Hashable, Sendable {
  package struct Coordinate: Hashable, Sendable {
    package let axis: String
    /// The value's text, as the pipeline writes it.
    package let value: String

    package init(axis: String, value: String) {
      self.axis = axis
      self.value = value
    }
  }

  /// The axis of a pipeline's `seeds`.
  package static let seedAxis = "seed"
  package static let none = Variant([])

  package let coordinates: [Coordinate]

  package init(_ coordinates: [Coordinate]) { self.coordinates = coordinates }

  package var isEmpty: Bool { coordinates.isEmpty }

  /// The value of an axis, or nil if the stage does not have it.
  package subscript(axis: String) -> String? { coordinates.first { $0.axis == axis }?.value }

  /// `images-100/seed-1`: the variant's folder in its stage's.
  package var path: String {
    coordinates.map { "\($0.axis)-\($0.value)" }.joined(separator: "/")
  }

  /// `spn/images-100/seed-1`, or `spn` without axes: no two steps of a pipeline have one name.
  package func name(of stage: String) -> String { isEmpty ? stage : "\(stage)/\(path)" }

  /// Whether two variants have the same value on every axis that both have.
  package func agrees(with other: Variant) -> Bool {
    coordinates.allSatisfy { other[$0.axis] ?? $0.value == $0.value }
  }

  /// The same without one axis.
  package func without(_ axis: String) -> Variant {
    Variant(coordinates.filter { $0.axis != axis })
  }

  /// The same with one axis alone; empty if the variant does not have it.
  package func only(_ axis: String) -> Variant {
    Variant(coordinates.filter { $0.axis == axis })
  }
}

/// The values that a stage runs with, axis by axis, in the pipeline's order.
struct VariantRange {
  let axes: [(axis: String, values: [String])]

  subscript(axis: String) -> [String]? { axes.first { $0.axis == axis }?.values }

  /// Of the combinations; the largest number there is where they are more.
  var count: Int {
    axes.reduce(1) { count, axis in
      let (product, overflows) = count.multipliedReportingOverflow(by: axis.values.count)
      return overflows ? .max : product
    }
  }

  /// Every combination, the last axis running fastest; one empty variant without axes.
  var variants: [Variant] {
    axes.reduce([Variant.none]) { variants, axis in
      variants.flatMap { variant in
        axis.values.map { value in
          Variant(variant.coordinates + [Variant.Coordinate(axis: axis.axis, value: value)])
        }
      }
    }
  }
}
