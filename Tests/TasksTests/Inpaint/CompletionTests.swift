import Numerics
import Tasks
import Testing

@Suite struct CompletionTests {
  private let workers = ForkJoin(workers: 2)

  /// Images with two directions of variation and some noise, u8.
  private func images(_ count: Int, pixels: Int, salt: Int = 0) -> [UInt8] {
    func uniform(_ image: Int, _ number: Int) -> Double {
      NoiseKey(seed: 3 + salt, purpose: .initialisation, image: image, leaf: number).uniform
    }
    return (0..<count).flatMap { image -> [UInt8] in
      let (a, b) = (uniform(image, 0), uniform(image, 1))
      return (0..<pixels).map { pixel in
        let slope = Double(pixel) / Double(pixels)
        let noise = uniform(image, 2 + pixel)
        return UInt8(20 + 120 * a * slope + 70 * b * (1 - slope) + 40 * noise)
      }
    }
  }

  /// Solves `matrix` x = `right` by Gaussian elimination with pivots, [row][column].
  private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    let size = right.count
    for column in 0..<size {
      let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in 0..<size where row != column {
        let factor = rows[row][column] / rows[column][column]
        for k in column...size { rows[row][k] -= factor * rows[column][k] }
      }
    }
    return (0..<size).map { rows[$0][size] / rows[$0][$0] }
  }

  /// The conditional mean of a Gaussian with the model's own covariance, W W^T + sigma^2, written out
  /// and inverted: m_h + C_ho C_oo^-1 (x_o - m_o). Both where images are fewer than pixels and where
  /// they are more.
  @Test(arguments: [5, 40], [1, 2, 3])
  func thePosteriorMeanIsThatOfTheGaussian(count: Int, components: Int) {
    let pixels = 12
    let train = images(count, pixels: pixels).map(Double.init)
    let model = PrincipalComponents(
      train, pixels: pixels, components: components, workers: workers)
    let mean = (0..<pixels).map { pixel in
      (0..<count).reduce(0.0) { $0 + train[$1 * pixels + pixel] } / Double(count)
    }
    let scatter = (0..<pixels * pixels).map { index in
      (0..<count).reduce(0.0) {
        let row = $1 * pixels
        return $0 + (train[row + index / pixels] - mean[index / pixels])
          * (train[row + index % pixels] - mean[index % pixels])
      } / Double(count)
    }
    let eigen = SymmetricEigenvectors(scatter, size: pixels)
    let noise =
      eigen.values.dropFirst(components).reduce(0, +) / Double(pixels - components)
    func covariance(_ first: Int, _ second: Int) -> Double {
      (0..<components).reduce(first == second ? noise : 0) {
        $0 + (eigen.values[$1] - noise) * eigen.vectors[$1 * pixels + first]
          * eigen.vectors[$1 * pixels + second]
      }
    }
    let hidden = (0..<pixels).map { $0 % 3 == 0 || $0 > 9 }
    let seen = (0..<pixels).filter { !hidden[$0] }
    let asked = images(2, pixels: pixels, salt: 9).map(Double.init)
    let found = model.posteriorMeans(
      of: asked, hidden: hidden, components: components, workers: workers)
    for start in [0, pixels] {
      let weights = solve(
        seen.map { row in seen.map { covariance(row, $0) } },
        seen.map { asked[start + $0] - mean[$0] })
      for pixel in 0..<pixels {
        let expected =
          hidden[pixel]
          ? zip(seen, weights).reduce(mean[pixel]) { $0 + covariance(pixel, $1.0) * $1.1 }
          : asked[start + pixel]
        #expect(abs(found[start + pixel] - expected) < 1e-8)
      }
    }
  }

  @Test func imagesThatAreAllAlikeHaveNoComponents() {
    let model = PrincipalComponents(
      Array(repeating: 7, count: 12), pixels: 4, components: 2, workers: workers)
    #expect(model.variances.isEmpty)
    let found = model.posteriorMeans(
      of: [1, 2, 3, 4], hidden: [true, false, false, true], components: 2, workers: workers)
    #expect(found == [7, 2, 3, 7])
  }

  @Test func theNearestNeighbourAnswersWithItsHiddenHalf() {
    let baselines = CompletionBaselines(
      train: [0, 0, 9, 9, 10, 10, 50, 60, 10, 10, 70, 80], pixels: 4, components: 1,
      workers: workers)
    let hidden = [false, false, true, true]
    // Two are equally near: the first answers.
    #expect(
      baselines.nearestNeighbours([9, 12, 0, 0, 1, 0, 200, 0], hidden: hidden)
        == [10, 10, 50, 60, 0, 0, 9, 9])
    let means = baselines.meanImage([1, 2, 3, 4], hidden: hidden)
    #expect(abs(means[2] - 43) < 1e-12)
  }

  @Test func errorsAreOfHiddenPixelsAlone() {
    let error = CompletionError(
      answers: [99, 3, 5, 99, 10, 10], truth: [0, 1, 2, 0, 10, 14],
      hidden: [false, true, true])
    // (4 + 9) / 2 and (0 + 16) / 2.
    #expect(error.images == [6.5, 8])
    #expect(error.mean == 7.25)
    #expect(abs(error.standardError - 0.75) < 1e-12)
  }
}
