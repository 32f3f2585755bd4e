import Kernels

/// Log-likelihoods in nats, one an image, with the word that says what they are.
package struct LogLikelihoods: Sendable {
  package let values: [Double]
  package let kind: LikelihoodKind

  package init(values: [Double], kind: LikelihoodKind) {
    self.values = values
    self.kind = kind
  }
}

extension Circuit {
  /// log S of every image of `source`, in its order.
  ///
  /// The same bits for any number of workers. No images give no values.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  package func logLikelihoods(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> LogLikelihoods {
    let order = (0..<Int32(source.sampleCount)).map { $0 }
    let out = AlignedBuffer<Double>(count: order.count)
    let positions = AlignedBuffer(source.pixelOfPosition)
    precondition(positions.count == pixelCount, "images of another size")
    try require(source.mask)
    let largest = largestTile
    // The tile is that of any whole block, so that a block's size never shows in a value.
    let spaces = (0..<workers.workers).map { _ in
      Workspace(circuit: self, tile: largest, withGradients: false)
    }
    let block = 32 * largest
    for start in stride(from: 0, to: order.count, by: block) {
      let end = min(start + block, order.count)
      let tiles = (end - start + largest - 1) / largest
      workers.run(pieces: tiles) { piece, worker in
        let first = start + piece * largest
        let last = min(first + largest, end)
        order.withUnsafeBufferPointer { order in
          load(
            source, UnsafeBufferPointer(rebasing: order[first..<last]), noise: noise,
            pixelOfPosition: positions.pointer, workspace: spaces[worker])
        }
        forward(
          images: last - first, derived: derived,
          noise: noise.tile(spaces[worker].images.pointer), workspace: spaces[worker],
          into: out.pointer + first)
      }
      try progress(end)
    }
    return LogLikelihoods(values: out.array, kind: likelihood)
  }
}
