import Numerics

/// How far an answer is from the truth over hidden pixels, in squared grey levels (0 to 255).
package struct CompletionError: Sendable, Equatable {
  /// One an image: the mean over its hidden pixels.
  package let images: [Double]

  package var mean: Double { images.reduce(0, +) / Double(images.count) }

  /// Of the mean, from image to image; NaN for a single one.
  package var standardError: Double {
    let squares = images.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(images.count - 1) / Double(images.count)).squareRoot()
  }

  /// - Parameters:
  ///   - answers: `[image][pixel]` in grey levels; only hidden pixels count.
  ///   - hidden: `[pixel]`, at least one.
  package init(answers: [Double], truth: [UInt8], hidden: [Bool]) {
    precondition(answers.count == truth.count && hidden.contains(true))
    let pixels = hidden.indices.filter { hidden[$0] }
    images = stride(from: 0, to: truth.count, by: hidden.count).map { start in
      pixels.reduce(0.0) {
        let error = answers[start + $1] - Double(truth[start + $1])
        return $0 + error * error
      } / Double(pixels.count)
    }
  }
}

/// What completes images without a network, from training images alone.
package struct CompletionBaselines: Sendable {
  private let train: [Double]
  private let pixels: Int
  private let workers: ForkJoin
  package let principal: PrincipalComponents

  /// - Parameter train: `[image][pixel]`, at least one image.
  package init(train: [UInt8], pixels: Int, components: Int, workers: ForkJoin) {
    self.train = train.map(Double.init)
    self.pixels = pixels
    self.workers = workers
    principal = PrincipalComponents(
      self.train, pixels: pixels, components: components, workers: workers)
  }

  /// The mean training image, whatever is seen.
  package func meanImage(_ images: [UInt8], hidden: [Bool]) -> [Double] {
    images.indices.map { principal.mean[$0 % pixels] }
  }

  /// The training image that is nearest in the observed pixels; the first of equals.
  package func nearestNeighbours(_ images: [UInt8], hidden: [Bool]) -> [Double] {
    let seen = hidden.indices.filter { !hidden[$0] }
    return stride(from: 0, to: images.count, by: pixels).flatMap { start in
      let own = seen.map { Double(images[start + $0]) }
      let distances = stride(from: 0, to: train.count, by: pixels).map { other in
        zip(seen, own).reduce(0.0) {
          let difference = train[other + $1.0] - $1.1
          return $0 + difference * difference
        }
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      return Array(train[nearest * pixels..<(nearest + 1) * pixels])
    }
  }

  /// The posterior mean under probabilistic principal components.
  package func principalComponents(
    _ images: [UInt8], hidden: [Bool], components: Int
  ) -> [Double] {
    principal.posteriorMeans(
      of: images.map(Double.init), hidden: hidden, components: components, workers: workers)
  }
}
