import Numerics

/// Probabilistic principal components of images (Tipping & Bishop 1999): x = mean + W z + noise, with
/// z standard normal, noise of variance sigma^2 in every pixel, all at their maximum likelihood.
package struct PrincipalComponents: Sendable {
  package let pixels: Int
  /// `[pixel]`.
  package let mean: [Double]
  /// Variances along the components, descending (divisor: the number of images).
  package let variances: [Double]
  /// Of all pixels together.
  package let totalVariance: Double
  /// `[component][pixel]`, of length 1.
  private let directions: [Double]

  /// Rows of the matrix whose eigenvectors are looked for: images or pixels, whichever are fewer.
  package static let largestMatrix = 1_024

  /// The most components that leave something to the noise.
  package static func mostComponents(images: Int, pixels: Int) -> Int {
    max(0, min(images - 2, pixels - 1))
  }

  /// - Parameter images: `[image][pixel]`, at least one.
  /// - Parameter components: the most that will be asked for.
  package init(_ images: [Double], pixels: Int, components: Int, workers: ForkJoin) {
    let count = images.count / pixels
    precondition(count > 0 && images.count == count * pixels)
    precondition(min(count, pixels) <= Self.largestMatrix, "more than a Jacobi sweep is for")
    var mean = [Double](repeating: 0, count: pixels)
    for image in 0..<count {
      for pixel in 0..<pixels { mean[pixel] += images[image * pixels + pixel] / Double(count) }
    }
    let centred = images.indices.map { images[$0] - mean[$0 % pixels] }
    let wanted = min(components, Self.mostComponents(images: count, pixels: pixels))
    let isDual = count <= pixels
    // Scatter between images has the same eigenvalues as that between pixels.
    let rows = isDual ? centred : Self.transposed(centred, rows: count, columns: pixels)
    let size = isDual ? count : pixels
    let scatter = Self.products(rows, size: size, workers: workers).map { $0 / Double(count) }
    let eigen = SymmetricEigenvectors(scatter, size: size)
    // Images that are all alike have no directions.
    let floor = 1e-12 * max(eigen.values.first ?? 0, 1e-12)
    let kept = eigen.values.prefix(wanted).prefix { $0 > floor }
    self.pixels = pixels
    self.mean = mean
    variances = Array(kept)
    totalVariance = (0..<size).reduce(0) { $0 + scatter[$1 * (size + 1)] }
    directions = kept.indices.flatMap { component -> [Double] in
      let vector = eigen.vectors[component * size..<(component + 1) * size]
      guard isDual else { return Array(vector) }
      let scale = 1 / (kept[component] * Double(count)).squareRoot()
      var direction = [Double](repeating: 0, count: pixels)
      for (image, weight) in vector.enumerated() {
        for pixel in 0..<pixels {
          direction[pixel] += weight * scale * centred[image * pixels + pixel]
        }
      }
      return direction
    }
  }

  /// The expected value of the hidden pixels given the others, `[image][pixel]`; observed ones as they
  /// are. With fewer components than asked for where the images have no more.
  ///
  /// E[x_h | x_o] = mean_h + W_h (W_o^T W_o + sigma^2)^-1 W_o^T (x_o - mean_o).
  package func posteriorMeans(
    of images: [Double], hidden: [Bool], components: Int, workers: ForkJoin
  ) -> [Double] {
    precondition(hidden.count == pixels && components >= 0)
    let count = min(components, variances.count)
    let noise = max(
      (totalVariance - variances.prefix(count).reduce(0, +)) / Double(max(pixels - count, 1)),
      1e-9 * totalVariance / Double(pixels), 1e-12)
    let loadings = (0..<count).map { component in
      let scale = max(variances[component] - noise, 0).squareRoot()
      return directions[component * pixels..<(component + 1) * pixels].map { $0 * scale }
    }
    let observed = loadings.map { row in row.indices.map { hidden[$0] ? 0 : row[$0] } }
    var system = Self.products(Array(observed.joined()), size: count, workers: workers)
    for component in 0..<count { system[component * (count + 1)] += noise }
    guard let factor = CholeskyFactor(system, size: count) else {
      preconditionFailure("positive by its noise")
    }
    var means = images
    for start in stride(from: 0, to: images.count, by: pixels) {
      let centred = (0..<pixels).map { images[start + $0] - mean[$0] }
      let z = factor.solve(observed.map { dotProduct($0, centred, count: pixels) })
      for pixel in 0..<pixels where hidden[pixel] {
        means[start + pixel] = zip(loadings, z).reduce(mean[pixel]) { $0 + $1.0[pixel] * $1.1 }
      }
    }
    return means
  }

  /// All products of rows, `[row][row]`.
  private static func products(_ rows: [Double], size: Int, workers: ForkJoin) -> [Double] {
    let length = size == 0 ? 0 : rows.count / size
    return [Double](unsafeUninitializedCapacity: size * size) { out, count in
      nonisolated(unsafe) let out = out
      rows.withUnsafeBufferPointer { rows in
        nonisolated(unsafe) let rows = rows
        guard let start = rows.baseAddress else { return }
        nonisolated(unsafe) let first = start
        workers.run(pieces: size) { row, _ in
          for column in 0...row {
            let product = dotProduct(
              first + row * length, first + column * length, count: length)
            out[row * size + column] = product
            out[column * size + row] = product
          }
        }
      }
      count = size * size
    }
  }

  private static func transposed(_ values: [Double], rows: Int, columns: Int) -> [Double] {
    (0..<rows * columns).map { values[$0 % rows * columns + $0 / rows] }
  }
}
