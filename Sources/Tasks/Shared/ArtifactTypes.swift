import Workflow

/// What artifacts of our stages are; ports of equal type fit.
extension ArtifactType {
  /// Validated images and labels as they came: an `ImageArchive` file.
  static let images = ArtifactType("images")
  /// How images of a size are cut into superpixels: JSON.
  static let partition = ArtifactType("partition")
  /// Which images train, validate, test: a `Split` file.
  static let split = ArtifactType("split")
  /// A folder of HDF5 shards and their manifest.
  static let shards = ArtifactType("shards")
  /// How much each two superpixels tell of each other: an `InformationFile`.
  static let information = ArtifactType("information")
  static let model = ArtifactType("model")
  /// A model file an epoch, without the learner's memory; `epoch-0000.h5` is before training.
  static let checkpoints = ArtifactType("checkpoints")
  /// The training curve: a table.
  static let curve = ArtifactType("curve")
  /// What an evaluation found: a table.
  static let metrics = ArtifactType("metrics")
  /// Log-likelihoods before and after a conversion: a table.
  static let conversion = ArtifactType("conversion")
  /// How well simple methods complete hidden pixels: a table.
  static let baselines = ArtifactType("baselines")
  /// A log-likelihood after each epoch: a table.
  static let trajectory = ArtifactType("trajectory")
  /// Answers of a model and the time each took: a table.
  static let questions = ArtifactType("questions")
  /// What was checked of a model: a table.
  static let certificate = ArtifactType("certificate")
  static let picture = ArtifactType("picture")
  /// Errors of completions: a table.
  static let completions = ArtifactType("completions")
  /// How well foreign images are told from known ones: a table.
  static let anomalies = ArtifactType("anomalies")
  /// The numbers of a figure, beside them the figure as SVG and PNG under the same name.
  static let figure = ArtifactType("figure")
  /// Metrics of several models over their seeds: a table.
  static let comparison = ArtifactType("comparison")
  /// Log-likelihoods by number of training images: a table.
  static let efficiency = ArtifactType("efficiency")
  /// Claims and how they fared: a table.
  static let claims = ArtifactType("claims")
  /// The poster as SVG, beside it the PNG.
  static let poster = ArtifactType("poster")
  /// A drawing as SVG, beside it the PNG under the same name.
  static let drawing = ArtifactType("drawing")
  /// As a figure, of measured times.
  static let measuredFigure = ArtifactType("measured-figure")
}
