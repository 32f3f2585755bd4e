import Circuits
import Datasets
import Models
import Numerics

/// How unexpected each patch of each image is given the rest of it, in nats.
///
/// Patches are the model's superpixels; of a model that goes down to pixels, blocks of 4 x 4.
struct AnomalyMaps {
  /// The values of each patch, pixels row-major.
  let patches: [[Int32]]
  /// `[image][patch]`
  let scores: [Double]
  /// How undecided the image leaves a patch's leaf between its units, `[image][patch]`; NaN for patches
  /// of many leaves.
  let entropies: [Double]
  /// -log p of whole images.
  let surprises: [Double]
  let kind: LikelihoodKind

  static let block = 4

  /// - Parameter progress: told how many images of how many are done, each counted once a pass;
  ///   throws to stop.
  init(
    _ source: some SampleSource, model: Model, workers: ForkJoin,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let circuit = model.circuit
    let derived = try circuit.checkedDerived(from: model.parameters)
    let isOfLeaves =
      !circuit.leavesOverlap && circuit.leafPixels.contains { $0.count > circuit.channels }
    let passes = PassCount(
      passes: isOfLeaves ? 3 : 2, images: source.sampleCount)
    surprises = try circuit.logLikelihoods(source, derived: derived, workers: workers) {
      try progress(passes.done($0, ofPass: 0), passes.total)
    }.requireFinite().values.map { -$0 }
    // A ratio of bounds bounds nothing.
    kind = circuit.likelihood == .exact ? .exact : .estimate
    if isOfLeaves {
      patches = circuit.leafPixels
      scores = try circuit.anomalies(source, derived: derived, workers: workers) {
        try progress(passes.done($0, ofPass: 1), passes.total)
      }
      entropies = try circuit.leafChoiceEntropies(source, derived: derived, workers: workers) {
        try progress(passes.done($0, ofPass: 2), passes.total)
      }
    } else {
      let grid = try GridPartition(
        imageHeight: model.imageHeight, imageWidth: model.imageWidth,
        cellHeight: min(Self.block, model.imageHeight),
        cellWidth: min(Self.block, model.imageWidth), channels: model.imageChannels)
      let hasSuperpixels = circuit.superpixels.contains { $0.count > circuit.channels }
      patches = hasSuperpixels ? circuit.superpixels : grid.cells.map { $0.map(Int32.init) }
      scores = try circuit.anomalies(of: patches, source, derived: derived, workers: workers) {
        try progress(passes.done($0, ofPass: 1), passes.total)
      }
      entropies = scores.map { _ in .nan }
    }
    try requireFinite(scores, perImage: patches.count, "score of a patch")
  }

  var count: Int { surprises.count }

  func scores(of image: Int) -> ArraySlice<Double> {
    scores[image * patches.count..<(image + 1) * patches.count]
  }

  /// The largest score of each image: one wrong patch is enough.
  var largest: [Double] { (0..<count).map { scores(of: $0).max() ?? 0 } }

  var means: [Double] {
    (0..<count).map { scores(of: $0).reduce(0, +) / Double(patches.count) }
  }

  /// Each value its patch's score, as a part of `scale` from 0 to 1, `[image][value]`.
  func heat(of images: some Collection<Int>, scale: Double) -> [Float] {
    let pixelCount = patches.reduce(0) { $0 + $1.count }
    var heat = [Float](repeating: 0, count: images.count * pixelCount)
    for (place, image) in images.enumerated() {
      for (patch, score) in zip(patches, scores(of: image)) {
        for pixel in patch {
          heat[place * pixelCount + Int(pixel)] = Float(min(max(score / scale, 0), 1))
        }
      }
    }
    return heat
  }
}
