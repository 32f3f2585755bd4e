import Numerics

/// Binary pixels of a tile of images, and a logit for each.
struct BernoulliRows {
  /// `[pixel][tile]`, 0 or 1.
  let x: UnsafePointer<Float>
  /// `[pixel][tile]`.
  let logits: UnsafeMutablePointer<Float>
  /// How many logits there are.
  let pixels: Int
  let tile: Int
  /// The pixels that count, ascending; nil for all.
  var observed: UnsafeBufferPointer<Int32>?

  /// sum_d log Bernoulli(x_d; logit_d) of sixteen images, in nats.
  @inline(__always)
  func logLikelihood(_ image: Int) -> Lanes {
    let (x, logits, tile, observed) = (x, UnsafePointer(logits), tile, observed)
    let one = Lanes(repeating: 1)
    return longSum(observed?.count ?? pixels) { range in
      var total = Lanes.zero
      // One logarithm for many pixels: the product of up to 32 factors of at most 2 cannot overflow.
      var product = one
      for number in range {
        let d = observed.map { Int($0[number]) } ?? number
        let logit = load(logits + d &* tile, image)
        // log p(x) = x logit - max(logit, 0) - log(1 + e^-|logit|).
        total += load(x + d &* tile, image) * logit - larger(logit, .zero)
        product *= one + exponential(-larger(logit, -logit))
        if number & 31 == 31 {
          total -= logarithm(product)
          product = one
        }
      }
      return total - logarithm(product)
    }
  }

  /// The same of all pixels, whatever is observed; the logits' rows become the gradient x_d - p_d.
  @inline(__always)
  func score(_ image: Int) -> Lanes {
    let (x, logits, tile) = (x, logits, tile)
    let one = Lanes(repeating: 1)
    return longSum(pixels) { range in
      var total = Lanes.zero
      var product = one
      for d in range {
        let logit = load(logits + d &* tile, image)
        let value = load(x + d &* tile, image)
        let e = exponential(-larger(logit, -logit))
        let inverse = one / (one + e)
        let probability = (e * inverse).replacing(with: inverse, where: logit .>= Lanes.zero)
        total += value * logit - larger(logit, .zero)
        product *= one + e
        if d & 31 == 31 {
          total -= logarithm(product)
          product = one
        }
        store(value - probability, logits + d &* tile, image)
      }
      return total - logarithm(product)
    }
  }

  /// The same of the pixels that count; the logits' rows become x_d - p_d, and `variance`, `[pixel][tile]`,
  /// p_d (1 - p_d).
  @inline(__always)
  func curvature(_ image: Int, variance: UnsafeMutablePointer<Float>) -> Lanes {
    let (x, logits, tile, observed) = (x, logits, tile, observed)
    let one = Lanes(repeating: 1)
    return longSum(observed?.count ?? pixels) { range in
      var total = Lanes.zero
      var product = one
      for number in range {
        let d = observed.map { Int($0[number]) } ?? number
        let logit = load(logits + d &* tile, image)
        let value = load(x + d &* tile, image)
        let e = exponential(-larger(logit, -logit))
        let inverse = one / (one + e)
        let probability = (e * inverse).replacing(with: inverse, where: logit .>= Lanes.zero)
        total += value * logit - larger(logit, .zero)
        product *= one + e
        if number & 31 == 31 {
          total -= logarithm(product)
          product = one
        }
        store(value - probability, logits + d &* tile, image)
        store(e * inverse * inverse, variance + d &* tile, image)
      }
      return total - logarithm(product)
    }
  }
}
