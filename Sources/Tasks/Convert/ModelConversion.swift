import Circuits
import Configuration
import Files
import Models
import Numerics

/// Makes an exact model of one with VAE leaves: the decoders at fixed nodes, the encoders dropped.
///
/// The conversion alone can cost nats: an autoencoder puts its codes where its encoder likes, not
/// where a few nodes of the prior lie. Epochs of training on images win them back, and more.
package struct ModelConversion: Sendable {
  package let nodes: Int
  let rule: NodeRule
  package let learnsWeights: Bool

  package static let rules = NodeRule.allCases.map(\.rawValue)
  package static let nodeCounts = 1...PriorNodes.limit

  /// - Precondition: `rule` is one of `rules`, `nodes` is in `nodeCounts`.
  package init(nodes: Int, rule: String, learnsWeights: Bool) {
    guard let known = NodeRule(rawValue: rule), Self.nodeCounts.contains(nodes) else {
      preconditionFailure("\(nodes) nodes of a rule '\(rule)'")
    }
    self.nodes = nodes
    self.rule = known
    self.learnsWeights = learnsWeights
  }

  /// What the result says of its making, beside what the model was made by.
  private func configuration(of model: Model) -> ResolvedValue {
    .mapping([
      "kind": .string("convert"), "nodes": .integer(nodes), "rule": .string(rule.rawValue),
      "nodeWeights": .string(learnsWeights ? "learned" : "fixed"),
      "model": .string(model.fingerprint),
    ])
  }

  /// The encoders that it can drop.
  ///
  /// - Throws: `ConversionFault`.
  func encoders(of leaf: any Leaf) throws -> any Encodes {
    guard let encoders = leaf.capabilities.encoders else {
      throw ConversionFault(
        reason: "this model's leaves are \(leaf.nameWithLevels); convert is for vae leaves of "
          + "binary pixels alone (a pipeline trains mixture leaves from the start by leaf: {kind: mixture})"
      )
    }
    // Model files are read with at most so many.
    guard MixtureLeaf.latents.contains(encoders.latent) else {
      throw ConversionFault(
        reason: "this model's leaves have \(encoders.latent) latents; mixture leaves have at most "
          + "\(MixtureLeaf.latents.upperBound); train with leaf: {kind: vae, latent: N} of at most as many"
      )
    }
    guard PriorNodes.fits(nodes, latent: encoders.latent, rule) else {
      throw ConversionFault(
        reason: "nodes: " + MixtureLeaf.complaint(nodes, latent: encoders.latent, rule))
    }
    return encoders
  }

  /// The model before any training on; its curve starts anew, because its numbers are of another kind.
  ///
  /// - Parameters:
  ///   - configuration, fingerprint: of the stage that asks; nil for the conversion's own.
  /// - Throws: `ConversionFault`.
  func converted(
    _ model: Model, configuration: ResolvedValue? = nil, fingerprint: String? = nil
  ) throws -> Model {
    let encoders = try encoders(of: model.circuit.leaf)
    let (circuit, parameters) = model.circuit.withMixtures(
      nodes: PriorNodes(rule, count: nodes, latent: encoders.latent),
      learnsWeights: learnsWeights, of: model.parameters)
    let own = self.configuration(of: model)
    return Model(
      imageHeight: model.imageHeight, imageWidth: model.imageWidth,
      superpixel: model.superpixel, structure: model.structure,
      binarisation: model.binarisation, classNames: model.classNames, circuit: circuit,
      parameters: parameters,
      learner: LearnerSnapshot(kind: Adam.kind, step: 0, arrays: []), curve: [],
      configuration: configuration ?? own,
      fingerprint: fingerprint ?? SHA256.hex(of: own.canonicalText))
  }
}

/// A model that cannot be converted as asked (exit code 78).
package struct ConversionFault: Fault {
  let reason: String
  package var exitCode: ExitCode { .configuration }
  package var description: String { reason }
}

/// Training on that ended in a number that is not finite (exit code 70).
struct FineTuningFault: Fault {
  let divergence: Divergence
  var exitCode: ExitCode { .internalError }
  var description: String {
    "fine-tuning diverged in epoch \(divergence.epoch), step \(divergence.step): "
      + "\(divergence.reason); take a smaller rate"
  }
}

/// More training of a model, epoch by epoch.
struct FineTuning: Sendable {
  let epochs: Int
  let batch: Int
  let learner: any Learner
  let seed: Int

  /// Why the learner cannot train a circuit's sums; nil if it can.
  func complaint(about circuit: Circuit) -> String? {
    epochs > 0 ? learner.complaint(about: circuit.weights) : nil
  }

  /// - Parameter progress: told after each batch the epoch, its samples done and the batch's mean.
  /// - Throws: `FineTuningFault`, `ConversionFault` without images, what `progress` throws.
  func run(
    _ model: Model, on source: some TrainingSource, workers: ForkJoin,
    progress: (_ epoch: Int, _ done: Int, _ mean: Double) throws -> Void = { _, _, _ in }
  ) throws -> Model {
    guard epochs > 0 else { return model }
    guard source.sampleCount > 0 else {
      throw ConversionFault(reason: "there are no training images to fine-tune on")
    }
    if let complaint = complaint(about: model.circuit) { throw ConversionFault(reason: complaint) }
    let trainer = Trainer(
      circuit: model.circuit, parameters: model.parameters,
      settings: TrainingSettings(learner: learner, batch: batch, seed: seed), workers: workers)
    var curve: [EpochRecord] = []
    for epoch in 1...epochs {
      do {
        let mean = try trainer.runEpoch(epoch, on: source) { try progress(epoch, $0, $1) }
        curve.append(
          EpochRecord(
            epoch: epoch, train: mean, validation: .nan, validationStandardError: .nan))
      } catch let divergence as Divergence {
        throw FineTuningFault(divergence: divergence)
      }
    }
    return Model(
      imageHeight: model.imageHeight, imageWidth: model.imageWidth,
      superpixel: model.superpixel, structure: model.structure,
      binarisation: model.binarisation, classNames: model.classNames, circuit: model.circuit,
      parameters: trainer.parameters,
      learner: LearnerSnapshot(
        kind: type(of: learner).kind, step: trainer.state.step, arrays: []),
      curve: curve, configuration: model.configuration, fingerprint: model.fingerprint)
  }
}
