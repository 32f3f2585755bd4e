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
  /// The first slot, of all statistics; then the others, of those that are summed tile by tile.
  let slots: AlignedBuffer<Float>
  /// What leaves note of a batch's images; empty for leaves that sum.
  let notes: BatchNotes
  /// Where statistics of leaves follow after the batch; nil where they are summed tile by tile.
  private let flows: BatchFlows?
  /// Statistics that are summed tile by tile.
  private let summed: Int
  private let spaces: [Workspace]
  private let logLikelihoods: AlignedBuffer<Double>

  init(circuit: Circuit, withClasses: Bool, workers: ForkJoin, batch: Int) {
    self.circuit = circuit
    self.workers = workers
    slots = AlignedBuffer(count: BatchStatistics.count(batch, circuit))
    notes = BatchNotes(circuit: circuit, images: batch)
    flows = BatchFlows(circuit, images: batch)
    summed =
      flows == nil ? circuit.layout.statisticCount : circuit.layout.sumWeightCount
    spaces = (0..<workers.workers).map { _ in
      Workspace(
        circuit: circuit, tile: circuit.largestTile, withGradients: true, withClasses: withClasses,
        keepsExponents: false)
    }
    logLikelihoods = AlignedBuffer(count: batch)
  }

  /// Slots start on cache lines of their own, or workers would share one.
  private static func stride(_ count: Int) -> Int { (count + 31) / 32 * 32 }

  /// Floats of all slots.
  static func count(_ batch: Int, _ circuit: Circuit) -> Int {
    let all = circuit.layout.statisticCount
    let summed =
      BatchFlows.areKept(circuit, images: batch) ? circuit.layout.sumWeightCount : all
    return stride(all) + (slots(batch, circuit) - 1) * stride(summed)
  }

  /// The slots, of which some are in use.
  func slots(used: Int) -> StatisticSlots {
    StatisticSlots(
      first: slots.pointer,
      others: slots.pointer + BatchStatistics.stride(circuit.layout.statisticCount),
      stride: BatchStatistics.stride(summed), count: used)
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
    let all = slots(used: used)
    let isMasked = !source.mask.hidesNothing
    let check = Stopping.check
    workers.run(pieces: used) { slot, worker in
      let statistics = all[slot]
      if !adding { clear(statistics, count: summed) }
      // Tiles of a slot are neighbours, taken in order.
      for tile in slot * tiling.count / used..<(slot + 1) * tiling.count / used {
        if Stopping.asks(check) { return }
        let images = tiling.images(of: tile)
        circuit.load(
          source, UnsafeBufferPointer(rebasing: work.batch[images]), noise: noise,
          workspace: spaces[worker])
        flows?.keep(
          spaces[worker], lanes: wholeLanes(images.count), firstImage: images.lowerBound,
          isMasked: isMasked)
        circuit.addStatistics(
          images: images.count, derived: derived, noise: noise, workspace: spaces[worker],
          to: TileStatistics(
            logLikelihoods: logLikelihoods.pointer + images.lowerBound, statistics: statistics,
            notes: notes, flows: flows, firstImage: images.lowerBound))
      }
    }
    try check()
    return (used, UnsafeBufferPointer(start: logLikelihoods.pointer, count: batch.count))
  }

  /// Makes the statistics of a piece complete: the sums over all slots, or over the images whose flows were kept.
  func complete(_ piece: LearningPiece, _ batch: FilledBatch, derived: DerivedParameters) {
    guard let flows, case .leaves(let groups) = piece.members else {
      return slots(used: batch.slots).add(piece.statistics)
    }
    for group in circuit.layout.leafGroups[groups] {
      let statistics = slots.pointer + circuit.layout.leafStatistics[group[0]]
      if !batch.adds { clear(statistics, count: circuit.leafSizes[group[0]].statistics) }
      for leaf in group {
        flows.addStatistics(
          leaf: leaf, images: batch.images, isMasked: batch.isMasked, derived: derived,
          to: statistics)
      }
    }
  }

  /// Adds what the flows of a batch say of the leaves, where others follow before an update.
  func addKept(_ batch: FilledBatch, derived: DerivedParameters) {
    guard flows != nil else { return }
    workers.run(pieces: circuit.pieces.count) { index, _ in
      let piece = circuit.pieces[index]
      if !piece.isOfSums { complete(piece, batch, derived: derived) }
    }
  }

  /// The batch's indices outlive the fork-join that reads them.
  private struct Work: @unchecked Sendable {
    let batch: UnsafeBufferPointer<Int32>
  }
}

/// A batch whose images were passed: statistics are in the slots, but for those that follow from kept flows.
struct FilledBatch {
  /// Slots in use.
  let slots: Int
  let images: Int
  /// Whether some pixels are hidden.
  let isMasked: Bool
  /// Whether statistics of batches before it are kept.
  let adds: Bool
}
