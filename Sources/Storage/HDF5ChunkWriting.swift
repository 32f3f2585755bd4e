import CHDF5

extension HDF5Dataset where Element == UInt8 {
  /// Chunks that are deflated before any of them is written: bounds the memory they take.
  private static var chunksAtOnce: Int { 64 }

  /// Writes whole chunks of rows, made and deflated on all processors and written in order, so that
  /// the file's bytes do not depend on how many there are.
  ///
  /// - Parameters:
  ///   - rows: starts where a chunk does, and ends where one does or the dataset.
  ///   - fill: writes the given rows of the dataset into all of the bytes given; called once a chunk,
  ///     in no order.
  /// - Throws: `StorageFault`: 74 for the disk, 65 for a dataset of another layout than `.chunked` with
  ///   chunks of whole rows and without shuffling.
  package func writeRowsInParallel(
    _ rows: Range<Int>, _ fill: @Sendable (Range<Int>, UnsafeMutableRawBufferPointer) -> Void
  ) throws {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= shape[0], "rows outside the dataset")
    guard !rows.isEmpty, rowSize > 0 else { return }
    let pipeline = try HDF5Queue.perform { try chunkPipeline() }
    precondition(
      rows.lowerBound % pipeline.rows == 0
        && (rows.upperBound % pipeline.rows == 0 || rows.upperBound == shape[0]), "whole chunks")
    let starts = Array(stride(from: rows.lowerBound, to: rows.upperBound, by: pipeline.rows))
    for first in stride(from: 0, to: starts.count, by: Self.chunksAtOnce) {
      let own = starts[first...].prefix(Self.chunksAtOnce)
      let chunks = own.withUnsafeBufferPointer { own in
        nonisolated(unsafe) let own = own
        return Self.deflate(count: own.count) { index in
          let rows = own[index]..<min(rows.upperBound, own[index] + pipeline.rows)
          return pipeline.deflate(rows, fill)
        }
      }
      try HDF5Queue.perform { for chunk in chunks { try write(chunk) } }
    }
  }

  private static func deflate(
    count: Int, _ body: @Sendable (Int) -> RawChunk
  ) -> [RawChunk] {
    var chunks = [RawChunk](
      repeating: RawChunk(firstRow: 0, bytes: [], skipped: 0), count: count)
    chunks.withUnsafeMutableBufferPointer { chunks in
      // Each iteration writes its own chunk.
      nonisolated(unsafe) let chunks = chunks
      HDF5Queue.withoutLibrary(times: count) { chunks[$0] = body($0) }
    }
    return chunks
  }

  private func write(_ chunk: RawChunk) throws {
    let offset = [hsize_t(chunk.firstRow)] + shape.dropFirst().map { _ in hsize_t(0) }
    try place.check(
      H5Dwrite_chunk(
        id, tessera_h5p_default(), chunk.skipped, offset, chunk.bytes.count, chunk.bytes), .write)
  }
}
