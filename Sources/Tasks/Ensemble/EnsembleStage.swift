import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// Several trained models as one: a sum over their roots, whose weights are fitted to validation images.
///
/// The result is a model file as any other, and answers what they answer.
struct EnsembleStage: ForeseenStage {
  static let kind = "ensemble"
  static let version = 3
  static let summary =
    "several models of the same products, units and leaves under one sum; weights by validation"
  static let example = "mixed: {kind: ensemble, models: [spn.model, given.model], data: shards}"
  static let outputs = [OutputPort("model", .model, path: "model.h5")]

  let models: [InputReference]
  let data: InputReference
  let part: Part
  private let modelsPlace: FieldPlace

  init(fields: StageFields) throws {
    models = fields.inputs(
      "models", .model, meaning: "the members; their structures and superpixels may differ")
    data = fields.input("data", .shards, meaning: "images that the weights are fitted to")
    part = fields.part(default: .validation)
    modelsPlace = fields.place("models")
    // A name that is no stage's is told already.
    if fields.has("models"), fields.fields.references("models").count < 2, models.count < 2 {
      fields.complain("models", "expected two models or more, found \(models.count)")
    }
    guard models.count > 1 else { throw IncompleteFields() }
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    guard let first = context.model(models[0]), let circuit = try joined(context)?.circuit else {
      return nil
    }
    return ModelOutlook(circuit: circuit, shape: first.shape)
  }

  /// - Throws: `ConfigurationFault` where the models that will be cannot be joined.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let circuit = try joined(context)?.circuit else { return nil }
    let images = context.outlook(of: data, as: ImageOutline.self)?.counts[part.rawValue]
    if images == 0 { throw EmptyPartFault(part: part) }
    let numbers =
      2 * circuit.layout.parameterCount + circuit.layout.derivedCount
      + 2 * models.count * (images ?? 0)
    return [
      MemoryShare("circuit", bytes: 2 * circuit.byteCount),
      MemoryShare("parameters", bytes: numbers * MemoryLayout<Float>.stride),
      MemoryShare(
        "tiles",
        bytes: context.workers
          * circuit.workspaceBytes(tile: circuit.largestTile, withGradients: false)),
    ]
  }

  private func joined(_ context: ForecastContext) throws -> JoinedCircuits? {
    let circuits = models.compactMap { context.model($0)?.circuit }
    guard circuits.count == models.count else { return nil }
    return try joined(circuits)
  }

  private func joined(_ circuits: [Circuit]) throws -> JoinedCircuits {
    if let complaint = JoinedCircuits.complaint(about: circuits) {
      throw modelsPlace.fault(
        "\(name(complaint.member).quoted) cannot be a member: \(complaint.reason)")
    }
    return try JoinedCircuits(circuits)
  }

  /// - Throws: `ConfigurationFault`, `SizeFault`, `EmptyPartFault`.
  func run(_ context: StageContext) throws {
    let members = try models.map { try ModelFile.read(context.path(of: $0)) }
    _ = try joined(members.map(\.circuit))
    for (member, model) in members.enumerated()
    where model.binarisation != members[0].binarisation {
      throw modelsPlace.fault(
        "\(name(member).quoted) is of other values than \(name(0).quoted): expected binarisation "
          + " \(members[0].binarisation.name), found \(model.binarisation.name)")
    }
    let values = try logLikelihoods(members, context)
    let (weights, mean) = try mixtureWeights(values, check: context.checkCancellation)
    let means = values.map { $0.reduce(0, +) / Double($0.count) }
    for (member, weight) in weights.enumerated() {
      context.note(
        "\(name(member)): \(part.rawValue) \(rounded(means[member])) nats/image, weight "
          + rounded(weight, decimals: 4))
    }
    for (member, reference) in models.enumerated() {
      guard let failure = context.failure(of: reference) else { continue }
      context.note("\(name(member)): its training ended early: \(failure)")
    }
    context.note("together: \(part.rawValue) \(rounded(mean)) nats/image, \(members.count) models")
    try table(means, weights).writeCSV(to: joinPath(context.folder, "members.csv"))
    // Others are nothing that a float could carry.
    let used = weights.indices.filter { weights[$0] >= JoinedCircuits.leastWeight }
    try ModelFile.write(
      model(
        used.map { members[$0] }, weights: used.map { weights[$0] }, context),
      to: context.outputPath("model"))
  }

  private func name(_ member: Int) -> String {
    models[member].variant.name(of: models[member].stage)
  }

  /// `[member][image]`.
  private func logLikelihoods(_ members: [Model], _ context: StageContext) throws -> [[Double]] {
    let reader = try ShardReader(folder: context.path(of: data))
    return try members.enumerated().map { number, model in
      let samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
      try samples.requireShape(model.imageShape)
      guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
      return try model.circuit.logLikelihoods(
        samples, derived: model.circuit.derived(from: model.parameters),
        workers: ForkJoin(workers: context.workers)
      ) { done in
        try context.checkCancellation()
        context.progress(
          completed: number * samples.sampleCount + done,
          total: members.count * samples.sampleCount, unit: "images", detail: name(number))
      }.requireFinite().values
    }
  }

  private func table(_ means: [Double], _ weights: [Double]) -> Table {
    Table(
      title: "members of an ensemble",
      columns: [
        TableColumn("member", .strings(models.indices.map(name))),
        TableColumn("logLikelihood", unit: "nats", .doubles(means)),
        TableColumn("weight", .doubles(weights)),
      ])
  }

  private func model(
    _ members: [Model], weights: [Double], _ context: StageContext
  ) throws -> Model {
    let first = members[0]
    let joined = try JoinedCircuits(members.map(\.circuit))
    // Members of different superpixels are joined over single pixels.
    let isOfPixels = joined.circuit.superpixels != first.circuit.superpixels
    return Model(
      imageHeight: first.imageHeight, imageWidth: first.imageWidth,
      superpixel: isOfPixels ? [1, 1] : first.superpixel,
      structure: "ensemble of [" + members.map(\.structure).joined(separator: " + ") + "]",
      binarisation: first.binarisation, classNames: [], circuit: joined.circuit,
      parameters: joined.parameters(members.map(\.parameters), weights: weights),
      learner: LearnerSnapshot(kind: Self.kind, step: 0, arrays: []), curve: [],
      configuration: context.resolved, fingerprint: context.fingerprint)
  }
}
