import Numerics

/// Scratch of one network's quadrature for one tile, in rows of `tile` floats.
struct QuadratureRows {
  /// The encoder's hidden units and its means and log-variances.
  let encoded, code: UnsafeMutablePointer<Float>
  /// Where the decoder is asked, its hidden units, and its logits, which become x - p.
  let z, decoded, logits: UnsafeMutablePointer<Float>
  /// d logit / d z, `[latent][pixel]`; p (1 - p) of every pixel; gradients by hidden units.
  let jacobian, variance, dHidden: UnsafeMutablePointer<Float>
  /// Value, gradient and packed curvature of the log-posterior at z.
  let value, gradient, curvature: UnsafeMutablePointer<Float>
  /// The best point of a climb, its value, factor of its curvature, and the step from there, of which
  /// `scale` was tried last.
  let best, bestValue, bestFactor, step, scale: UnsafeMutablePointer<Float>
  /// The mode with the most mass, its log-mass, and the factor of its curvature.
  let mode, mass, modeFactor: UnsafeMutablePointer<Float>
  /// The map from offsets to z, `[row][column]`, and the log of its determinant.
  let spread, logDeterminant: UnsafeMutablePointer<Float>
  /// Log-sum-exp over the nodes, and their weighted offsets and products of offsets (packed).
  let largest, total, firstMoment, secondMoment: UnsafeMutablePointer<Float>
  /// At least as many zeros as a network has pixels.
  let zeros: UnsafeMutablePointer<Float>

  /// Rows of a network, without the zeros.
  static func count(_ shape: AutoencoderShape) -> Int {
    let (d, h, l) = (shape.pixels, shape.hidden, shape.latent)
    return 3 &* h &+ 2 &* d &+ l &* d &+ 8 &* l &+ l &* l &+ 4 &* packedCount(l) &+ 7
  }

  init(_ start: UnsafeMutablePointer<Float>, _ shape: AutoencoderShape, tile: Int) {
    let (d, h, l) = (shape.pixels, shape.hidden, shape.latent)
    let matrix = packedCount(l)
    var next = start
    func take(_ rows: Int) -> UnsafeMutablePointer<Float> {
      defer { next += rows &* tile }
      return next
    }
    encoded = take(h)
    code = take(2 &* l)
    z = take(l)
    decoded = take(h)
    logits = take(d)
    jacobian = take(l &* d)
    variance = take(d)
    dHidden = take(h)
    value = take(1)
    gradient = take(l)
    curvature = take(matrix)
    best = take(l)
    bestValue = take(1)
    bestFactor = take(matrix)
    step = take(l)
    scale = take(1)
    mode = take(l)
    mass = take(1)
    modeFactor = take(matrix)
    spread = take(l &* l)
    logDeterminant = take(1)
    largest = take(1)
    total = take(1)
    firstMoment = take(l)
    secondMoment = take(matrix)
    zeros = next
    precondition(next - start == QuadratureRows.count(shape) &* tile)
    // What an earlier use left, times 0, must not be NaN.
    clear(start, count: next - start + d)
  }
}

/// Floats of scratch that the quadrature of one network needs for a tile.
package func quadratureScratch(_ shape: AutoencoderShape, tile: Int) -> Int {
  QuadratureRows.count(shape) * tile + shape.pixels
}
