import Circuits
import Models
import Numerics

/// Missing pixels by iterated re-encoding, as a variational autoencoder without marginals fills them
/// (Rezende, Mohamed & Wierstra 2014): encode the image with its holes filled, decode, draw
/// the hidden pixels anew, and again.
///
/// The encoder's mean stands for a draw of it. Holes are filled at first by the training images' pixel
/// means, since an encoder makes nothing of pure noise; answers are means of the decoded
/// probabilities over the second half of the iterations.
struct PseudoGibbs {
  let model: Model
  let iterations: Int
  let seed: Int

  /// Expected values, `[image][pixel]`; seen pixels are as they were.
  ///
  /// - Parameter start: `[image][pixel]`, what hidden pixels are drawn by at first.
  /// - Throws: `NoEncoderFault` where the leaves have no encoders.
  func means(
    _ images: ImageRows, hidden: [Bool], start: [Float], workers: ForkJoin,
    check: () throws -> Void
  ) throws -> [Float] {
    let derived = try model.circuit.checkedDerived(from: model.parameters)
    let pixels = hidden.count
    var bytes = images.bytes
    var total = images.bytes.map(Float.init)
    for place in total.indices where hidden[place % pixels] { total[place] = 0 }
    var probabilities = start
    let first = iterations / 2
    for iteration in 0..<iterations {
      try check()
      for place in bytes.indices where hidden[place % pixels] {
        let key = NoiseKey(
          seed: seed, purpose: .completion, epoch: iteration, image: place / pixels,
          sample: place % pixels)
        bytes[place] = key.uniform < Double(probabilities[place]) ? 1 : 0
      }
      probabilities = try model.circuit.reconstructions(
        ImageRows(bytes, pixelCount: pixels), derived: derived, workers: workers)
      guard iteration >= first else { continue }
      for place in total.indices where hidden[place % pixels] {
        total[place] += probabilities[place] / Float(iterations - first)
      }
    }
    return total
  }
}
