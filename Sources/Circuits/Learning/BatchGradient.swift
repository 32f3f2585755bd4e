import Configuration
import Numerics

/// The data-parallel part of a training step: statistics of one batch, the same bits for any
/// number of workers.
///
/// The batch is cut into tiles by its size alone; tiles are dealt to a fixed number of slots, each
/// with statistics of its own; slots are added first to last.
final class BatchStatistics: Sendable {
  /// Slots a batch is summed in: enough for that many workers, few enough for their memory.
  static let slotCount = 8

  let circuit: Circuit
  let workers: ForkJoin
  let stride: Int
  let slots: AlignedBuffer<Float>
  /// What leaves note of a batch's images; empty for leaves that sum.
  let notes: BatchNotes
  private let spaces: [Workspace]
  private let logLikelihoods: AlignedBuffer<Double>

  init(circuit: Circuit, withClasses: Bool, workers: ForkJoin, batch: Int) {
    self.circuit = circuit
    self.workers = workers
    stride = BatchStatistics.stride(circuit)
    slots = AlignedBuffer(count: stride * BatchStatistics.slots(batch, circuit))
    notes = BatchNotes(circuit: circuit, images: batch)
    spaces = (0..<workers.workers).map { _ in
      Workspace(
        circuit: circuit, tile: circuit.largestTile, withGradients: true, withClasses: withClasses,
        keepsExponents: false)
    }
    logLikelihoods = AlignedBuffer(count: batch)
  }

  /// Slots start on cache lines of their own, or workers would share one.
  static func stride(_ circuit: Circuit) -> Int {
    (circuit.layout.statisticCount + 31) / 32 * 32
  }

  /// Slots that batches up to a size are summed in.
  static func slots(_ batch: Int, _ circuit: Circuit) -> Int {
    min(tiling(batch, circuit).count, slotCount)
  }

  static func tiling(_ batch: Int, _ circuit: Circuit) -> Tiling {
    Tiling(images: batch, largest: circuit.largestTile, pieces: 2)
  }

  /// Fills the slots from one batch; returns how many are in use and the batch's log-likelihoods.
  ///
  /// - Parameter adding: to what batches at least as large left in them.
  /// - Throws: what `Stopping.check` does, asked before each tile; the slots are of no use then.
  func fill(
    from source: some SampleSource, batch: UnsafeBufferPointer<Int32>, noise: NoiseSource,
    derived: DerivedParameters, adding: Bool = false
  ) throws -> (slots: Int, logLikelihoods: UnsafeBufferPointer<Double>) {
    let tiling = BatchStatistics.tiling(batch.count, circuit)
    let used = BatchStatistics.slots(batch.count, circuit)
    let work = Work(batch: batch)
    let check = Stopping.check
    workers.run(pieces: used) { slot, worker in
      let statistics = slots.pointer + slot * stride
      if !adding { clear(statistics, count: stride) }
      // Tiles of a slot are neighbours, taken in order.
      for tile in slot * tiling.count / used..<(slot + 1) * tiling.count / used {
        if Stopping.asks(check) { return }
        let images = tiling.images(of: tile)
        circuit.load(
          source, UnsafeBufferPointer(rebasing: work.batch[images]), noise: noise,
          workspace: spaces[worker])
        circuit.addStatistics(
          images: images.count, derived: derived, noise: noise, workspace: spaces[worker],
          to: TileStatistics(
            logLikelihoods: logLikelihoods.pointer + images.lowerBound, statistics: statistics,
            notes: notes, firstImage: images.lowerBound))
      }
    }
    try check()
    return (used, UnsafeBufferPointer(start: logLikelihoods.pointer, count: batch.count))
  }

  /// The batch's indices outlive the fork-join that reads them.
  private struct Work: @unchecked Sendable {
    let batch: UnsafeBufferPointer<Int32>
  }
}
