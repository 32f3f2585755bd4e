import Circuits
import Configuration
import Models
import Numerics

/// Images completed in every way a model knows: what is hidden given what is seen.
struct Completions {
  let model: Model
  /// `[image][pixel]` as grey bytes, row-major.
  let originals: [UInt8]
  /// `[image][pixel]`
  let hidden: [Bool]
  /// Expected values in [0, 1], `[image][pixel]`.
  let means: [Float]
  /// The max-product completion as grey bytes; nil where leaves have no modes.
  let maxima: [UInt8]?
  /// `[image][draw][pixel]` as grey bytes.
  let samples: [UInt8]
  let draws: Int
  /// What means and draws are.
  let kind: LikelihoodKind

  var count: Int { originals.count / pixelCount }
  var pixelCount: Int { model.circuit.pixelCount }

  /// - Parameter progress: told how many images of how many are done, each counted once a way of
  ///   completing; throws to stop.
  /// - Throws: `MarginalFault`, `ConditionalFault` (78), `NotFiniteFault` (70).
  init(
    of source: some SampleSource, model: Model, hiding mask: PixelMask, draws: Draws,
    workers: ForkJoin, progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let inquiry = try Inquiry.conditional(of: model, hiding: mask)
    let (circuit, derived) = (inquiry.circuit, inquiry.derived)
    let seen = MaskedSource(source, hiding: mask)
    let view = model.binarisation
    self.model = model
    self.draws = draws.count
    kind = inquiry.kind
    originals = try source.images().map(view.grey)
    hidden = Completions.hidden(seen, pixelCount: circuit.pixelCount)
    // One pass checks that each image is possible: what is drawn given an impossible part is nothing.
    let passes = PassCount(
      passes: circuit.leaf.hasModes ? 4 : 3, images: source.sampleCount)
    _ = try circuit.logLikelihoods(
      seen, derived: derived, workers: workers
    ) { try progress(passes.done($0, ofPass: 0), passes.total) }.requireFinite()
    means = try circuit.posteriorMeans(
      seen, derived: derived, workers: workers
    ) { try progress(passes.done($0, ofPass: 1), passes.total) }
    try requireFinite(means, perImage: circuit.pixelCount, "posterior mean")
    maxima =
      circuit.leaf.hasModes
      ? try circuit.maxProductCompletions(
        seen, derived: derived, workers: workers
      ) { try progress(passes.done($0, ofPass: 2), passes.total) }.pixels.map(view.grey) : nil
    samples = try circuit.conditionalSamples(
      seen, draws, derived: derived, workers: workers
    ) { try progress(passes.done($0, ofPass: passes.passes - 1), passes.total) }.map(view.grey)
  }

  private static func hidden(_ source: some SampleSource, pixelCount: Int) -> [Bool] {
    let count = source.sampleCount
    let order = (0..<Int32(count)).map { $0 }
    var numbers = [Int32](repeating: 0, count: count)
    order.withUnsafeBufferPointer { order in
      numbers.withUnsafeMutableBufferPointer {
        if let place = $0.baseAddress { source.identify(order, into: place) }
      }
    }
    return numbers.flatMap { source.mask.hidden(image: Int($0), pixelCount: pixelCount) }
  }

  /// Squared errors over hidden pixels in units of 0...255, one mean an image; images that hide
  /// nothing are left out.
  ///
  /// - Parameter guess: the grey level of a pixel, by its place in `originals`.
  func squaredErrors(_ guess: (Int) -> Double) -> [Double] {
    (0..<count).compactMap { image in
      let places = (image * pixelCount..<(image + 1) * pixelCount).filter { hidden[$0] }
      guard !places.isEmpty else { return nil }
      return places.reduce(0.0) {
        let error = guess($1) - Double(originals[$1])
        return $0 + error * error
      } / Double(places.count)
    }
  }

  /// Every way of completing, and how far off it is. The mean is exact if its circuit is; a maximum and a
  /// draw are guesses.
  var errors: [(method: String, squaredErrors: [Double], kind: LikelihoodKind)] {
    var rows = [
      ("posteriorMean", squaredErrors { Double(means[$0]) * 255 }, kind)
    ]
    if let maxima { rows.append(("maxProduct", squaredErrors { Double(maxima[$0]) }, .estimate)) }
    if draws > 0 {
      rows.append(
        (
          "firstDraw",
          squaredErrors {
            Double(samples[$0 / pixelCount * draws * pixelCount + $0 % pixelCount])
          }, .estimate
        ))
    }
    return rows
  }
}
