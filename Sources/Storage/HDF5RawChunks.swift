import CHDF5
import Files

extension HDF5Dataset where Element == UInt8 {
  /// Reads a dataset of chunks of whole rows, deflated with a fletcher32 sum (as `.chunked` makes
  /// them), into `output`, inflating on all processors. `output` holds the whole dataset.
  ///
  /// The sums are not looked at: call this for files whose hash was checked. Throws
  /// `StorageFault` (65) for other layouts, or a chunk that does not inflate to its size.
  package func readInflatingInParallel(into output: UnsafeMutableRawBufferPointer) throws {
    precondition(output.count == shape.reduce(1, *), "output holds the whole dataset")
    guard output.count > 0 else { return }
    let pipeline = try HDF5Queue.perform { try chunkPipeline() }
    if let bad = try inflate(0..<shape[0], pipeline, checksSums: false, into: output) {
      throw place.fault("the chunk of row \(bad) does not inflate to its size")
    }
  }

  /// What `readRows` reads, and throws: chunks as `.chunked` makes them are inflated on all
  /// processors, their sums checked; for other layouts, and for the words about a chunk that is
  /// damaged, it is libhdf5's own reading.
  package func readRowsInParallel(_ range: Range<Int>) throws -> [UInt8] {
    guard range.lowerBound >= 0, shape.count > 1, range.upperBound <= shape[0], rowSize > 0,
      !range.isEmpty, let pipeline = try? HDF5Queue.perform({ try chunkPipeline() }),
      // Or else an absurd chunk would be given memory.
      pipeline.rows <= shape[0]
    else { return try readRows(range) }
    let size = range.count * rowSize
    let values = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let output = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: size)
      do {
        let bad = try inflate(range, pipeline, checksSums: true, into: output)
        count = bad == nil ? size : 0
      } catch {
        count = 0
      }
    }
    return values.isEmpty ? try readRows(range) : values
  }

  /// Fills `output` with the rows `range`. Returns the first row of the first chunk that is bad.
  private func inflate(
    _ range: Range<Int>, _ pipeline: ChunkPipeline, checksSums: Bool,
    into output: UnsafeMutableRawBufferPointer
  ) throws -> Int? {
    let firstRow = range.lowerBound / pipeline.rows * pipeline.rows
    let chunks = try HDF5Queue.perform {
      try stride(from: firstRow, to: range.upperBound, by: pipeline.rows).map(rawChunk)
    }
    var failures = [Bool](repeating: false, count: chunks.count)
    failures.withUnsafeMutableBufferPointer { failures in
      // Each iteration writes its own rows and its own flag.
      nonisolated(unsafe) let failures = failures
      nonisolated(unsafe) let output = output
      HDF5Queue.withoutLibrary(times: chunks.count) { index in
        let chunk = chunks[index]
        let own = range.clamped(to: chunk.firstRow..<chunk.firstRow + pipeline.rows)
        let start = (own.lowerBound - range.lowerBound) * pipeline.rowSize
        let place = UnsafeMutableRawBufferPointer(
          rebasing: output[start..<start + own.count * pipeline.rowSize])
        failures[index] = !pipeline.inflate(chunk, own, checksSums: checksSums, into: place)
      }
    }
    return failures.firstIndex(of: true).map { chunks[$0].firstRow }
  }

  private func rawChunk(firstRow: Int) throws -> RawChunk {
    let offset = [hsize_t(firstRow)] + shape.dropFirst().map { _ in hsize_t(0) }
    var size = hsize_t(0)
    try place.check(H5Dget_chunk_storage_size(id, offset, &size), .read)
    guard size > 0, size < 1 << 31 else { throw place.fault("row \(firstRow) has no chunk") }
    var skipped = UInt32(0)
    let bytes = try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      try place.check(
        H5Dread_chunk(id, tessera_h5p_default(), offset, &skipped, buffer.baseAddress), .read)
      count = Int(size)
    }
    return RawChunk(firstRow: firstRow, bytes: bytes, skipped: skipped)
  }
}
