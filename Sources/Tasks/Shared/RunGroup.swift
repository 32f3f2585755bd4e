import Configuration
import Workflow

/// Artifacts under labels, as `StageFields.namedInputs` reads them.
typealias NamedInputs = [(label: String, inputs: [InputReference])]

/// The runs of one model that differ in their seed alone: what a table pools in a row, and a figure
/// in a line. Other values of a sweep are other models.
struct RunGroup {
  /// As the pipeline writes it.
  let label: String
  /// The values of the axes that are not pooled.
  let variant: Variant
  /// In the pipeline's order: one a seed, and a value of another pooled axis.
  private(set) var inputs: [InputReference]

  /// `spn, k 2, rate 0.01`; the label alone where nothing is swept.
  var name: String { variant.isEmpty ? label : "\(label), \(variant.inWords)" }

  /// The groups of all labels, in the pipeline's order.
  ///
  /// - Parameter axis: pooled beside the seed, as the one that a figure has along its x axis.
  static func groups(of named: NamedInputs, along axis: String? = nil) -> [RunGroup] {
    named.flatMap { entry in
      var groups: [RunGroup] = []
      for input in entry.inputs {
        let seedless = input.variant.without(Variant.seedAxis)
        let variant = axis.map(seedless.without) ?? seedless
        if let place = groups.firstIndex(where: { $0.variant == variant }) {
          groups[place].inputs.append(input)
        } else {
          groups.append(RunGroup(label: entry.label, variant: variant, inputs: [input]))
        }
      }
      return groups
    }
  }
}

extension InputReference {
  /// What tells a run from the others of its group: `seed 3`.
  var runName: String { variant.only(Variant.seedAxis).inWords }
}

extension Variant {
  /// `seed 3`, `images 100, seed 3`.
  var inWords: String {
    let parts = coordinates.map { "\($0.axis) \($0.value)" }
    return parts.isEmpty ? "the run" : parts.joined(separator: ", ")
  }
}

extension StageFields {
  /// Complains of labels that stand for several models where a figure has room for one of each: the
  /// plan says so, before any work.
  func requireOneModel(of key: String, _ named: NamedInputs) {
    for entry in named {
      let groups = RunGroup.groups(of: [entry])
      guard groups.count > 1, let first = groups.first else { continue }
      let axes = first.variant.coordinates.map(\.axis).joined(separator: ", ")
      let values = first.variant.coordinates.map { "\($0.axis): \($0.value)" }
      complain(
        key,
        "\(entry.label.quoted) is \(groups.count) models, one for each combination of \(axes), and this "
          + "figure has room for one: restrict stage \(first.inputs[0].stage.quoted), "
          + "only: {\(values.joined(separator: ", "))}")
    }
  }
}

extension StageContext {
  /// The first seed of each group; what is left out is told.
  func firstSeeds(of groups: [RunGroup]) -> [(name: String, input: InputReference)] {
    for group in groups where group.inputs.count > 1 {
      note(
        "\(group.name.printable): \(group.inputs[0].runName) stands for its \(group.inputs.count) seeds"
      )
    }
    return groups.map { ($0.name, $0.inputs[0]) }
  }
}
