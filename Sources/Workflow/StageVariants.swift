import Configuration

/// The variants of each stage of a pipeline, found by reading every stage once with the first
/// value of each axis.
struct StageVariants {
  /// The drafts in an order in which each follows what it reads.
  let order: [StageDraft]
  /// By stage, in the pipeline's order.
  private(set) var ranges: [String: VariantRange] = [:]
  private let axes: PipelineAxes
  private let probes: [String: [StageReader.Reading]]
  /// Stages with unknown inputs or axes: mistakes that seem to follow from them are not reported.
  private var uncertain: Set<String>
  /// Of the stages whose variants are known.
  private var steps = 0

  /// Mistakes are recorded, those of stages in a cycle included; all others are reported when the
  /// variants are read.
  init(_ drafts: [StageDraft], _ reader: StageReader, _ diagnostics: Diagnostics) {
    axes = reader.axes
    var probes: [String: [StageReader.Reading]] = [:]
    for draft in drafts {
      guard let type = draft.type else { continue }
      let range = Self.probe(draft, axes)
      let subject = StageDraft.subject(draft.name)
      guard PipelineLimit.steps.allows(range.count, of: subject, at: draft.position, diagnostics)
      else { continue }
      probes[draft.name] = range.variants.map { reader.read(draft, type, as: $0) }
    }
    self.probes = probes
    uncertain = Set(
      drafts.filter { draft in
        draft.type == nil || probes[draft.name]?.contains { !$0.mistakes.isEmpty } ?? true
      }.map(\.name))
    let known = drafts.filter { $0.type != nil }
    let sorting = StageOrder(
      known.map { draft in
        let inputs = (probes[draft.name] ?? []).flatMap(\.fields.inputs)
        return (draft.name, Set(inputs.map(\.reference.stage)))
      })
    order = sorting.sorted.map { known[$0] }
    if let cycle = sorting.cycle {
      let place = known.first { $0.name == cycle[0] }?.position
      let path = (cycle + [cycle[0]]).joined(separator: " -> ")
      if let place {
        diagnostics.add("stages need each other's results in a cycle: \(path)", at: place)
      }
      for draft in known where !order.contains(where: { $0.name == draft.name }) {
        probes[draft.name]?.flatMap(\.mistakes).forEach(diagnostics.add)
      }
    }
    for draft in order { ranges[draft.name] = range(of: draft, diagnostics) }
    complainOfUnusedAxes(drafts, diagnostics)
  }

  /// Every combination of the axes that the fields name: another value may read other things.
  private static func probe(_ draft: StageDraft, _ axes: PipelineAxes) -> VariantRange {
    VariantRange(
      axes: axes.all.filter { !$0.values.isEmpty }.map { axis in
        let values = axis.values.map(\.text).filter {
          draft.restriction[axis.name]?.contains($0) ?? true
        }
        return (axis.name, draft.axes.contains(axis.name) ? values : Array(values.prefix(1)))
      })
  }

  /// Reads every variant of every stage, in order.
  func readings(_ reader: StageReader) -> [StageReader.Reading] {
    let variants = ranges.mapValues(\.variants)
    return order.flatMap { draft -> [StageReader.Reading] in
      guard let type = draft.type else { return [] }
      return (variants[draft.name] ?? []).map { reader.read(draft, type, as: $0, after: variants) }
    }
  }

  // MARK: One stage

  private mutating func range(of draft: StageDraft, _ diagnostics: Diagnostics) -> VariantRange {
    let readings = probes[draft.name] ?? []
    let producers = Set(readings.flatMap(\.singleInputs)).sorted()
    if producers.contains(where: uncertain.contains) { uncertain.insert(draft.name) }
    var own: [(axis: String, values: [String])] = []
    for axis in axes.all {
      let inherited = producers.compactMap { ranges[$0]?[axis.name].map(Set.init) }
      let usesSeed =
        axis.name == Variant.seedAxis && readings.contains(where: \.fields.usesPipelineSeed)
      guard draft.axes.contains(axis.name) || usesSeed || !inherited.isEmpty else { continue }
      let all = axis.values.map(\.text)
      let kept = all.filter { value in
        inherited.allSatisfy { $0.contains(value) }
          && draft.restriction[axis.name]?.contains(value) ?? true
      }
      // After a mistake of the axis.
      if all.isEmpty { continue }
      if kept.isEmpty {
        diagnostics.add(
          "\(StageDraft.subject(draft.name)) has no value of axis \(axis.name.quoted) left: what it "
            + "reads and its 'only' have none in common", at: draft.position)
      }
      // All of them after a mistake, so that it is reported once.
      own.append((axis.name, kept.isEmpty ? all : kept))
    }
    complainOfForeignAxes(draft, own.map(\.axis), diagnostics)
    return counted(VariantRange(axes: own), of: draft, diagnostics)
  }

  /// The range, added to the steps of the pipeline; one variant of it where they would be too many.
  private mutating func counted(
    _ range: VariantRange, of draft: StageDraft, _ diagnostics: Diagnostics
  ) -> VariantRange {
    let (sum, overflows) = steps.addingReportingOverflow(range.count)
    let subject = "the stages down to \(draft.name.quoted)"
    let all = overflows ? .max : sum
    guard PipelineLimit.steps.allows(all, of: subject, at: draft.position, diagnostics) else {
      return VariantRange(axes: range.axes.map { ($0.axis, Array($0.values.prefix(1))) })
    }
    steps = all
    return range
  }

  private func complainOfForeignAxes(
    _ draft: StageDraft, _ own: [String], _ diagnostics: Diagnostics
  ) {
    guard !uncertain.contains(draft.name) else { return }
    for entry in draft.restriction.entries
    where axes.axis(entry.axis) != nil && !own.contains(entry.axis) {
      let known = own.isEmpty ? "it has no axis" : "it has \(own.joined(separator: ", "))"
      diagnostics.add(
        "\(StageDraft.subject(draft.name)) does not have axis \(entry.axis.quoted) (\(known)), "
          + "so 'only' cannot restrict it", at: entry.position)
    }
  }

  private func complainOfUnusedAxes(_ drafts: [StageDraft], _ diagnostics: Diagnostics) {
    for axis in axes.all where axis.name != Variant.seedAxis && !axis.values.isEmpty {
      if !drafts.contains(where: { $0.axes.contains(axis.name) }) {
        diagnostics.add(
          "no stage uses axis \(axis.name.quoted): write \("$\(axis.name)".quoted) where its values "
            + "belong", at: axis.position)
      }
    }
  }
}
