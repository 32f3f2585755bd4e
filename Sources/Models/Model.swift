import Circuits
import Configuration
import Datasets

/// A circuit for images of one size, with its parameters and everything needed to use it on new
/// images: what a model file holds.
package struct Model: Sendable {
  package let imageHeight: Int
  package let imageWidth: Int
  /// Height and width of a lattice cell in pixels.
  package let superpixel: [Int]
  /// The region structure as text: `poon-domingos, steps [4, 1]`.
  package let structure: String
  package let binarisation: BinarisationView
  /// Of the root units; empty where they are no classes.
  package let classNames: [String]
  package let circuit: Circuit
  package let parameters: Parameters
  package let learner: LearnerSnapshot
  /// The epochs so far; the last is this model's.
  package let curve: [EpochRecord]
  /// The stage that made it: every field, defaults filled in, and its fingerprint.
  package let configuration: ResolvedValue
  package let fingerprint: String

  package init(
    imageHeight: Int, imageWidth: Int, superpixel: [Int], structure: String,
    binarisation: BinarisationView, classNames: [String], circuit: Circuit,
    parameters: Parameters, learner: LearnerSnapshot, curve: [EpochRecord],
    configuration: ResolvedValue, fingerprint: String
  ) {
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    self.superpixel = superpixel
    self.structure = structure
    self.binarisation = binarisation
    self.classNames = classNames
    self.circuit = circuit
    self.parameters = parameters
    self.learner = learner
    self.curve = curve
    self.configuration = configuration
    self.fingerprint = fingerprint
  }

  /// Values of a pixel.
  package var imageChannels: Int { circuit.channels }
  package var imageShape: ImageShape {
    ImageShape(height: imageHeight, width: imageWidth, channels: imageChannels)
  }

  /// 0 before training.
  package var epoch: Int { curve.last?.epoch ?? 0 }

  /// How root units are mixed, in words.
  package var rootWeights: String {
    circuit.classPriors.map { "class priors, \($0.count) classes" } ?? "fixed at 1/K"
  }

  /// Of a mean log-likelihood under this model, for each value (pixels x channels); NaN where it is a
  /// density's.
  package func bitsPerDimension(_ summary: LogLikelihoodSummary) -> Double {
    circuit.leaf.traits.isDensity ? .nan : summary.bitsPerDimension(values: circuit.pixelCount)
  }
}

/// A learner's memory between epochs, as values; without arrays where training does not go on.
package struct LearnerSnapshot: Sendable {
  package let kind: String
  package let step: Int
  package let arrays: [(name: String, values: [Float])]

  package init(kind: String, step: Int, arrays: [(name: String, values: [Float])]) {
    self.kind = kind
    self.step = step
    self.arrays = arrays
  }

  package init(kind: String, state: LearnerState) {
    self.init(
      kind: kind, step: state.step, arrays: state.arrays.map { ($0.name, $0.values.array) })
  }

  package var state: LearnerState { LearnerState(step: step, arrays: arrays) }
}

/// One row of a training curve: mean log-likelihoods in nats an image.
package struct EpochRecord: Sendable, Equatable {
  package let epoch: Int
  /// Over the training images as they were met, while the parameters moved.
  package let train: Double
  /// Over the validation images after the epoch; NaN where there are none.
  package let validation: Double
  package let validationStandardError: Double

  package init(epoch: Int, train: Double, validation: Double, validationStandardError: Double) {
    self.epoch = epoch
    self.train = train
    self.validation = validation
    self.validationStandardError = validationStandardError
  }
}
