import Circuits
import Numerics
import Workflow

extension TrainingRun {
  /// What training begins with: those of another model, or parameters as circuit and leaves draw them, or leaf units begun at
  /// clusters of the patches of the images that the first epoch begins with.
  func initialParameters() throws -> Parameters {
    if let start = try stage.startingModel(context, for: circuit) {
      context.note("parameters begin as those of a model after epoch \(start.epoch)")
      if start.binarisation != stage.binarisation {
        context.note(
          "that model learned values of binarisation \(start.binarisation.name), this one learns "
            + "those of \(stage.binarisation.name)")
      }
      return start.parameters
    }
    let parameters = circuit.initialParameters(seed: stage.seed, weightSpread: stage.weightSpread)
    guard let clusters = stage.clusters else { return parameters }
    let images = Array(source.order(epoch: 1).prefix(clusters.images))
    let took = try ContinuousClock().measure {
      try circuit.clusterLeaves(
        clusters, images: images, of: source, seed: stage.seed, workers: workers,
        into: parameters)
    }
    context.timing("initialise", seconds: took.seconds)
    context.note("leaf units begin as clusters of the patches of \(images.count) images")
    return parameters
  }
}
