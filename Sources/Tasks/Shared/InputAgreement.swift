import Datasets
import Workflow

/// A stage's forecast that tells the shape of the images which its results are of.
protocol ShapedOutlook: Sendable {
  var shape: ImageShape { get }
}

extension ImageOutline: ShapedOutlook {}
extension GridPartition: ShapedOutlook {}
extension ModelOutlook: ShapedOutlook {}

/// A stage that can make images of another size fit its model.
protocol ResizingStage: Stage {
  var resizes: Bool { get }
}

/// Which artifacts belong together: the rules for all stages with several inputs.
///
/// Images may be any that fit: a model trained on one data set is asked about another, and superpixels are of every
/// image of their size. What points into a data set (a split) or was measured with a result (a curve's times) belongs
/// to that one alone.
enum InputAgreement {
  /// - Throws: `ConfigurationFault` at the first input that does not fit, with the names of both.
  static func check(_ stage: any Stage, _ inputs: [ForeseenInput]) throws {
    try checkShapes(inputs, of: stage)
    try checkSplits(inputs)
    try checkCurves(inputs)
    try checkTrajectories(inputs)
    try checkLearnedStructures(inputs)
  }

  /// Every input of known shape against the stage's images. A stage without images compares results: any will do.
  private static func checkShapes(_ inputs: [ForeseenInput], of stage: any Stage) throws {
    guard let images = images(inputs), let shape = (images.outlook as? any ShapedOutlook)?.shape
    else { return }
    for input in inputs where input.reference != images.reference {
      guard let own = (input.outlook as? any ShapedOutlook)?.shape, own != shape else { continue }
      let canResize = own.channels == shape.channels && stage is any ResizingStage
      if canResize, (stage as? any ResizingStage)?.resizes == true { continue }
      throw input.fault(
        "\(input.step.quoted) is for images of \(words(own)), but \(images.step.quoted) "
          + "(\(images.reference.port)) has images of \(words(shape))"
          + (canResize ? "; resize: true has them resized" : ""))
    }
  }

  /// A split's indices are of the images that it was made for.
  private static func checkSplits(_ inputs: [ForeseenInput]) throws {
    guard let images = inputs.first(where: { $0.reference.type == .images }) else { return }
    for split in inputs
    where split.reference.type == .split && !split.lineage.contains(images.fingerprint) {
      throw split.fault(
        "\(split.step.quoted) is a split of other images than \(images.step.quoted) "
          + "(\(images.reference.port)): make one of these, {kind: split, images: \(images.reference.stage)}"
      )
    }
  }

  /// The times of a training stand beside results of that training.
  private static func checkCurves(_ inputs: [ForeseenInput]) throws {
    for curve in inputs where curve.reference.type == .curve {
      for result in inputs
      where [.model, .trajectory, .metrics].contains(result.reference.type)
        && label(result) == label(curve)
        && result.reference.variant == curve.reference.variant
        && !result.lineage.contains(curve.fingerprint)
      {
        throw curve.fault(
          "\(curve.step.quoted) is another training than \(result.step.quoted) "
            + "(\(result.reference.port)) comes from")
      }
    }
  }

  /// What is held against log-likelihoods is computed from images of the same data.
  private static func checkTrajectories(_ inputs: [ForeseenInput]) throws {
    guard let images = images(inputs) else { return }
    for result in inputs
    where result.reference.type == .trajectory && !images.sources.isSubset(of: result.lineage) {
      throw images.fault(
        "\(images.step.quoted) is of other data than \(result.step.quoted) (\(result.reference.port))"
      )
    }
  }

  /// A model of a structure that was made from statistics goes on with the same. Of a model file from outside it
  /// shows only when the stage compares regions.
  private static func checkLearnedStructures(_ inputs: [ForeseenInput]) throws {
    guard let statistics = inputs.first(where: { $0.reference.type == .information }) else {
      return
    }
    for model in inputs
    where model.reference.type == .model && model.lineage != model.sources
      && !model.lineage.contains(statistics.fingerprint)
    {
      throw model.fault(
        "\(model.step.quoted) was not made from the statistics \(statistics.step.quoted), so that its "
          + "regions are others")
    }
  }

  private static func images(_ inputs: [ForeseenInput]) -> ForeseenInput? {
    inputs.first { [.images, .shards].contains($0.reference.type) }
  }

  /// Of one of several named inputs: `SPN` of `models.SPN`; empty for a single input.
  private static func label(_ input: ForeseenInput) -> Substring {
    input.reference.port.drop { $0 != "." }
  }

  private static func words(_ shape: ImageShape) -> String {
    "\(shape.height) x \(shape.width) (\(shape.channels == 1 ? "grey" : "colour"))"
  }
}
