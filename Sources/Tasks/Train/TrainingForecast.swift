import Circuits
import Datasets
import Models
import Workflow

extension TrainStage: ForeseenStage {
  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    guard let images = context.outlook(of: data, as: ImageOutline.self),
      let partition = partition.foreseen(context)
    else { return nil }
    if let statistics,
      let found = context.outlook(of: statistics, as: InformationOutlook.self)
    {
      try requireStatistics(of: found.partition, for: partition)
    }
    return ModelOutlook(circuit: try circuit(images, partition), shape: images.shape)
  }

  private func circuit(_ images: ImageOutline, _ partition: GridPartition) throws -> Circuit {
    if withClasses {
      do { try ClassFault.require(classes: images.classes) } catch let fault as ClassFault {
        throw classesPlace.fault(fault.reason)
      }
    }
    return try specification.circuit(
      over: partition,
      classPriors: withClasses ? uniform(images.classes) : nil)
  }

  /// At the end of an epoch, when a checkpoint is written or the validation images are evaluated.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let images = context.outlook(of: data, as: ImageOutline.self),
      let partition = partition.foreseen(context)
    else { return nil }
    let circuit = try circuit(images, partition)
    if let missing {
      try missingPlace.naming {
        try circuit.require(
          try missing.holes(of: images.shape, superpixels: circuit.superpixels))
      }
    }
    if let start, let model = context.model(start) {
      try requireStart(model.circuit, for: circuit, isForeseen: true)
    }
    let training = TrainingMemory(
      circuit: circuit, learner: learner, batch: batch, workers: context.workers)
    let pixels = images.shape.valueCount
    let train = images.counts["train"] ?? 0
    guard train > 0 else { throw DatasetFault.noTrainingImages(what: "train") }
    let validation = images.counts["validation"] ?? 0
    let evaluation =
      validation == 0
      ? 0
      : context.workers
        * circuit.workspaceBytes(tile: circuit.largestTile, withGradients: false)
    let clustering = clusters?.bytes(circuit, images: train, workers: context.workers)
    return [
      MemoryShare(
        "images",
        // With an epoch's order; validation is a walk of blocks.
        bytes: SampleStore.bytes(count: train, pixels: pixels, memory: memory, window: window)
          + SampleStore.bytes(
            count: validation, pixels: pixels, memory: memory,
            window: circuit.imagesOfBlock) + train * 4),
      MemoryShare("circuit", bytes: circuit.byteCount),
      MemoryShare("parameters", bytes: training.parameters),
      MemoryShare("gradients", bytes: training.gradients),
      MemoryShare("tiles", bytes: training.tiles),
      MemoryShare(
        "checkpoint",
        bytes: max(evaluation, Checkpoints.bytes(circuit: circuit, learner: learner))),
    ] + (clustering.map { [MemoryShare("clusters", bytes: $0)] } ?? [])
  }

  func quantities(_ context: ForecastContext) throws -> [ForecastQuantity] {
    guard let images = context.outlook(of: data, as: ImageOutline.self),
      let partition = partition.foreseen(context)
    else { return [] }
    let circuit = try circuit(images, partition)
    let train = images.counts["train"] ?? 0
    let seconds = TrainingCost(circuit).epoch(
      images: train, evaluated: images.counts["validation"] ?? 0,
      batch: learner.updatesOncePerPass ? max(train, 1) : batch, workers: context.workers)
    return [
      ForecastQuantity("regions", .count(circuit.graph.scopes.count)),
      ForecastQuantity("partitions", .count(circuit.graph.partitions.count)),
      ForecastQuantity("edges", .count(circuit.edgeCount)),
      ForecastQuantity("parameters", .count(circuit.layout.parameterCount)),
      ForecastQuantity("an epoch", .seconds(seconds)),
    ]
  }

  /// Stands for the classes' shares, which only their labels tell.
  private func uniform(_ classes: Int) -> [Float] {
    Array(repeating: 1 / Float(classes), count: classes)
  }
}
