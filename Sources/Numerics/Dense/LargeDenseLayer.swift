import CBLAS

/// Products large enough for a library: their weights leave the caches, and it packs them once a
/// call where our own blocks fetch them again for every sixteen images.
package let largeLayer = 128 * 128

/// Our workers are the threads; OpenBLAS's own below them would halve the speed.
private let singleThreaded: Void = openblas_set_num_threads(1)

extension DenseLayer {
  /// out += W in; `out` holds the bias.
  func largeForward(
    _ inputs: UnsafePointer<Float>, _ layout: RowLayout,
    into outputs: UnsafeMutablePointer<Float>
  ) {
    _ = singleThreaded
    let (tile, images) = (layout.tile, layout.images)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(outputCount), blasint(images),
      blasint(inputCount), 1, weights, blasint(inputCount), inputs, blasint(tile), 1, outputs,
      blasint(tile))
  }

  /// in = W^T d.
  func largeBackward(
    _ d: UnsafePointer<Float>, _ layout: RowLayout,
    into inputGradients: UnsafeMutablePointer<Float>
  ) {
    _ = singleThreaded
    let (tile, images) = (layout.tile, layout.images)
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, blasint(inputCount), blasint(images),
      blasint(outputCount), 1, weights, blasint(inputCount), d, blasint(tile), 0, inputGradients,
      blasint(tile))
  }

}

extension DenseGradient {
  /// W += d in^T.
  func largeAccumulate(
    _ d: UnsafePointer<Float>, inputs: UnsafePointer<Float>, _ layout: RowLayout
  ) {
    _ = singleThreaded
    let (tile, images) = (layout.tile, layout.images)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(outputCount), blasint(inputCount),
      blasint(images), 1, d, blasint(tile), inputs, blasint(tile), 1, weights,
      blasint(inputCount))
  }
}
