import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// One run of a train stage: the loop over epochs and what it leaves on disk.
struct TrainingRun {
  let stage: TrainStage
  let context: StageContext
  let circuit: Circuit
  let source: Samples
  let validation: Samples
  /// The model's superpixels.
  let partition: GridPartition
  /// Of the root units; empty where they are no classes.
  let classNames: [String]

  var workers: ForkJoin { ForkJoin(workers: context.workers) }
  private var checkpoints: Checkpoints {
    Checkpoints(snapshots: context.outputPath("checkpoints"), scratch: context.scratch)
  }

  private var timingsPath: String { joinPath(context.folder, EpochTimings.fileName) }

  /// - Returns: the whole curve, epoch 0 (before training) apart, and how it ended: a training that
  ///   diverges has a result too, up to its last whole epoch.
  func trainEpochs() throws -> (curve: [EpochRecord], outcome: TrainingOutcome) {
    if stage.earlyStopping != nil, validation.sampleCount == 0 { throw PatienceFault() }
    try DurableFile.createFolder(checkpoints.snapshots)
    let resumed = try newestCheckpoint()
    let trainer = Trainer(
      circuit: circuit,
      parameters: try resumed?.parameters ?? initialParameters(),
      settings: TrainingSettings(
        learner: stage.learner, batch: stage.batch, withClasses: stage.withClasses,
        seed: stage.seed),
      state: resumed?.learner.state, workers: workers)
    var curve = resumed?.curve ?? []
    if let resumed {
      context.note("continuing after epoch \(resumed.epoch)")
    } else {
      try checkpoint(trainer, curve: curve)
    }
    var timings = try EpochTimings(path: timingsPath)
    timings.keep(upTo: curve.count)
    while curve.count < stage.epochs {
      if let outcome = stage.earlyStopping?.outcome(curve) {
        context.note(outcome.description)
        return (curve, outcome)
      }
      do {
        curve.append(try epoch(curve.count + 1, trainer, &timings))
      } catch let divergence as Divergence {
        return (curve, .diverged(divergence))
      }
      // First, because a checkpoint without its time would leave a gap for good.
      try timings.write(to: timingsPath)
      try checkpoint(trainer, curve: curve)
    }
    return (curve, .finished)
  }

  private func epoch(
    _ epoch: Int, _ trainer: Trainer, _ timings: inout EpochTimings
  ) throws -> EpochRecord {
    let clock = ContinuousClock()
    var train = 0.0
    let took = try clock.measure { train = try learn(epoch, trainer) }
    var summary: LogLikelihoodSummary?
    let validated = try clock.measure { summary = try validate(epoch, trainer) }
    timings.append(
      EpochTimings.Epoch(
        number: epoch, trainSeconds: took.seconds, validationSeconds: validated.seconds,
        workers: context.workers, images: passes * source.sampleCount))
    context.timing("train", seconds: took.seconds)
    context.timing("validate", seconds: validated.seconds)
    if let summary, !summary.mean.isFinite {
      throw Divergence(
        epoch: epoch, step: trainer.state.step,
        reason: "the validation log-likelihood is \(summary.mean)")
    }
    let record = EpochRecord(
      epoch: epoch, train: train, validation: summary?.mean ?? .nan,
      validationStandardError: summary?.standardError ?? .nan)
    let count = Double(passes * source.sampleCount)
    context.note(line(record, summary, rate: count / took.seconds))
    return record
  }

  /// Passes over the training images that make an epoch.
  private var passes: Int {
    max((stage.epochImages + source.sampleCount - 1) / max(source.sampleCount, 1), 1)
  }

  /// One epoch of steps; returns the mean log-likelihood of the images as they were met.
  private func learn(_ epoch: Int, _ trainer: Trainer) throws -> Double {
    let count = source.sampleCount
    var sum = 0.0
    for pass in (epoch - 1) * passes..<epoch * passes {
      do {
        sum += try trainer.runEpoch(pass + 1, on: source) { done, mean in
          try context.checkCancellation()
          // The validations of the epochs before count too.
          report(
            pass * count + done + (epoch - 1) * validation.sampleCount,
            "epoch \(epoch)/\(stage.epochs), batch \(rounded(mean)) nats")
        }
      } catch let divergence as Divergence {
        // Of this stage's epochs, whichever pass it was.
        throw Divergence(
          epoch: epoch, step: divergence.step, leaf: divergence.leaf, reason: divergence.reason)
      }
    }
    return sum / Double(passes)
  }

  private func validate(
    _ epoch: Int, _ trainer: Trainer
  ) throws -> LogLikelihoodSummary? {
    guard validation.sampleCount > 0 else { return nil }
    return LogLikelihoodSummary(
      try circuit.logLikelihoods(validation, derived: trainer.derived, workers: workers) { done in
        try context.checkCancellation()
        report(
          epoch * passes * source.sampleCount + (epoch - 1) * validation.sampleCount + done,
          "epoch \(epoch)/\(stage.epochs), validation")
      })
  }

  /// - Parameter done: images of all epochs, seen in training and in validation.
  private func report(_ done: Int, _ detail: String) {
    context.progress(
      completed: done,
      total: stage.epochs * (passes * source.sampleCount + validation.sampleCount),
      unit: "images", detail: detail)
  }

  private func line(
    _ record: EpochRecord, _ summary: LogLikelihoodSummary?, rate: Double
  ) -> String {
    let kind = circuit.likelihood.rawValue
    var text = "epoch \(record.epoch)/\(stage.epochs): train \(rounded(record.train))"
    if stage.withClasses { text += " (with the class)" }
    if let summary {
      text += ", validation \(rounded(summary.mean)) ± \(rounded(summary.standardError))"
    }
    return text + " nats/image (\(kind)), \(Int(rate)) images/s"
  }

  // MARK: Files

  private func model(_ trainer: Trainer, curve: [EpochRecord], withLearner: Bool) -> Model {
    let kind = type(of: stage.learner).kind
    return Model(
      imageHeight: partition.imageHeight, imageWidth: partition.imageWidth,
      superpixel: partition.superpixel,
      structure: stage.specification.structure.description,
      binarisation: stage.binarisation, classNames: classNames, circuit: circuit,
      parameters: trainer.parameters,
      learner: withLearner
        ? LearnerSnapshot(kind: kind, state: trainer.state)
        : LearnerSnapshot(kind: kind, step: trainer.state.step, arrays: []),
      curve: curve, configuration: context.resolved, fingerprint: context.fingerprint)
  }

  /// What an epoch leaves: its parameters among the results, and in the scratch folder all that
  /// is needed to go on.
  private func checkpoint(_ trainer: Trainer, curve: [EpochRecord]) throws {
    try checkpoints.write(
      snapshot: model(trainer, curve: curve, withLearner: false),
      whole: model(trainer, curve: curve, withLearner: true),
      // The last two, should one be damaged, and the one to be kept.
      keeping: [curve.count, curve.count - 1, chosenEpoch(curve)],
      // What the epoch before kept.
      outdated: curve.isEmpty ? [] : [curve.count - 2, chosenEpoch(curve.dropLast())])
  }

  private func newestCheckpoint() throws -> Model? {
    try checkpoints.newest(
      upTo: stage.epochs, fingerprint: context.fingerprint, chosen: { chosenEpoch($0.curve) },
      warn: context.warn)
  }

  private func chosenEpoch(_ curve: some Collection<EpochRecord>) -> Int {
    stage.keepsBest ? bestEpoch(curve) ?? curve.count : curve.count
  }

  /// The curve, how it ended, and the model of the chosen epoch.
  func finish(_ curve: [EpochRecord], _ outcome: TrainingOutcome) throws {
    let table = CurveTable.table(of: curve, circuit.likelihood)
    try HDF5File.writeAtomically(to: context.outputPath("curve")) {
      try $0.write("/curve", table: table)
      try $0.write("/outcome", table: outcome.table)
    }
    try table.writeCSV(to: joinPath(context.folder, "curve.csv"))
    try outcome.table.writeCSV(to: joinPath(context.folder, "outcome.csv"))
    if outcome.divergence != nil { context.reportFailure(outcome.description) }
    let chosen = chosenEpoch(curve)
    if stage.keepsBest, validation.sampleCount > 0, !curve.isEmpty {
      context.note("keeping epoch \(chosen), the best by validation")
    }
    // The state has no content digest, which a published model needs.
    let model = try ModelFile.read(checkpoints.path(ofWhole: chosen))
    try ModelFile.write(model, to: context.outputPath("model"))
  }
}

/// The best epoch by validation, the earlier of equals; nil without validation.
package func bestEpoch(_ curve: some Collection<EpochRecord>) -> Int? {
  guard let first = curve.first, !first.validation.isNaN else { return nil }
  return curve.reduce(first) { $1.validation > $0.validation ? $1 : $0 }.epoch
}

/// A number for people, "none" for what is not finite but no infinity.
func rounded(_ value: Double, decimals: Int = 2) -> String {
  if value.isNaN { return "none" }
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
  let units = Int(bounded: (abs(value) * Double(scale)).rounded())
  let fraction = String(units % scale)
  let zeros = String(repeating: "0", count: decimals - fraction.count)
  return "\(value < 0 && units > 0 ? "-" : "")\(units / scale).\(zeros)\(fraction)"
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
