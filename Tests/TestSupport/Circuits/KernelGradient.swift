import Circuits
import Numerics

/// `scale` times the gradient of the summed log-likelihoods of a source by every parameter, through the
/// kernels: statistics of tiles of 64, then the gradients of pieces.
package func kernelGradient(
  of circuit: Circuit, _ parameters: Parameters, _ source: some SampleSource, scale: Float = 1
) -> [Double] {
  let count = source.sampleCount
  let derived = circuit.derived(from: parameters)
  let workspace = Workspace(
    circuit: circuit, tile: 64, withGradients: true, keepsExponents: false)
  let statistics = AlignedBuffer<Float>(count: circuit.layout.statisticCount)
  let gradient = AlignedBuffer<Float>(count: parameters.count)
  let values = AlignedBuffer<Double>(count: count)
  let order = AlignedBuffer((0..<Int32(count)).map { $0 })
  let notes = BatchNotes(circuit: circuit, images: count)
  for start in stride(from: 0, to: count, by: 64) {
    let images = min(64, count - start)
    circuit.load(
      source, UnsafeBufferPointer(start: order.pointer + start, count: images),
      noise: .evaluation, workspace: workspace)
    circuit.addStatistics(
      images: images, derived: derived, noise: .evaluation, workspace: workspace,
      to: TileStatistics(
        logLikelihoods: values.pointer + start, statistics: statistics.pointer, notes: notes,
        firstImage: start))
  }
  let joint = JointSums(circuit, learns: true)
  joint?.learn(StatisticSlots(first: statistics.pointer), derived: derived)
  for piece in circuit.pieces {
    if piece.isOfSums, let joint {
      joint.gradient(piece.parameters, scale: scale, into: gradient.pointer)
      continue
    }
    circuit.gradient(
      piece, of: BatchSums(statistics: statistics.pointer, notes: notes, images: count),
      derived: derived, scale: scale, into: gradient.pointer)
  }
  return gradient.array.map(Double.init)
}
