import CHDF5
import Files

/// One stored chunk of rows: compressed bytes as they lie in the file.
private struct RawChunk: Sendable {
  let firstRow: Int
  let rows: Int
  let bytes: [UInt8]
  /// Bit i set: filter i of the pipeline was skipped for this chunk.
  let skipped: UInt32
}

extension HDF5Dataset where Element == UInt8 {
  /// Reads a dataset of chunks of whole rows, deflated with a fletcher32 sum (as `.chunked` makes
  /// them), into `output`, inflating on all processors. `output` holds the whole dataset.
  ///
  /// The sums are not looked at: call this for files whose hash was checked. Throws
  /// `StorageFault` (65) for other layouts, or a chunk that does not inflate to its size.
  package func readInflatingInParallel(into output: UnsafeMutableRawBufferPointer) throws {
    precondition(output.count == shape.reduce(1, *), "output holds the whole dataset")
    guard output.count > 0, let base = output.baseAddress else { return }
    let pipeline = try HDF5Queue.perform { try chunkPipeline() }
    let chunks = try HDF5Queue.perform {
      try stride(from: 0, to: shape[0], by: pipeline.rows).map { row in
        try rawChunk(firstRow: row, rows: min(pipeline.rows, shape[0] - row))
      }
    }
    let rowSize = self.rowSize
    // Each iteration writes its own rows and its own flag.
    let target = SharedBytes(base: base)
    let flags = SharedBytes(base: .allocate(byteCount: chunks.count, alignment: 1))
    defer { flags.base.deallocate() }
    flags.base.initializeMemory(as: UInt8.self, repeating: 0, count: chunks.count)
    HDF5Queue.withoutLibrary(times: chunks.count) { index in
      let chunk = chunks[index]
      let place = UnsafeMutableRawBufferPointer(
        start: target.base + chunk.firstRow * rowSize, count: chunk.rows * rowSize)
      let good = pipeline.inflate(chunk, chunkSize: pipeline.rows * rowSize, into: place)
      if !good { flags.base.storeBytes(of: 1, toByteOffset: index, as: UInt8.self) }
    }
    let failures = UnsafeRawBufferPointer(start: flags.base, count: chunks.count)
    if let bad = failures.firstIndex(of: 1) {
      throw place.fault("the chunk of row \(chunks[bad].firstRow) does not inflate to its size")
    }
  }

  private func rawChunk(firstRow: Int, rows: Int) throws -> RawChunk {
    let offset = [hsize_t(firstRow)] + shape.dropFirst().map { _ in hsize_t(0) }
    var size = hsize_t(0)
    try place.check(H5Dget_chunk_storage_size(id, offset, &size), .read)
    guard size > 0, size < 1 << 31 else { throw place.fault("row \(firstRow) has no chunk") }
    var skipped = UInt32(0)
    var bytes = [UInt8](repeating: 0, count: Int(size))
    try place.check(
      H5Dread_chunk(id, tessera_h5p_default(), offset, &skipped, &bytes), .read)
    return RawChunk(firstRow: firstRow, rows: rows, bytes: bytes, skipped: skipped)
  }

  /// How chunks lie: contiguous layout and unknown filters are refused.
  private func chunkPipeline() throws -> ChunkPipeline {
    let list = HDF5Temporary(H5Dget_create_plist(id), close: H5Pclose)
    try place.check(list.id, .read)
    var sizes = [hsize_t](repeating: 0, count: shape.count)
    guard H5Pget_layout(list.id) == H5D_CHUNKED,
      H5Pget_chunk(list.id, Int32(sizes.count), &sizes) == shape.count, sizes[0] > 0,
      zip(sizes, shape).dropFirst().allSatisfy({ $0 == $1 })
    else { throw place.fault("expected chunks of whole rows") }
    var filters: [H5Z_filter_t] = []
    for index in 0..<UInt32(try place.check(H5Pget_nfilters(list.id), .read)) {
      var flags = UInt32(0)
      var count = 0
      var config = UInt32(0)
      let filter = H5Pget_filter2(list.id, index, &flags, &count, nil, 0, nil, &config)
      guard filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_FLETCHER32 else {
        throw place.fault("expected deflate and fletcher32, found filter \(filter)")
      }
      filters.append(filter)
    }
    return ChunkPipeline(rows: Int(sizes[0]), filters: filters)
  }
}

/// Memory of which each iteration touches its own part.
private struct SharedBytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
}

private struct ChunkPipeline: Sendable {
  /// Rows of a full chunk; the last one is stored padded.
  let rows: Int
  let filters: [H5Z_filter_t]

  /// Undoes the filters, last first. False when the bytes are not `chunkSize` in the end.
  func inflate(
    _ chunk: RawChunk, chunkSize: Int, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    chunk.bytes.withUnsafeBytes { stored in
      var bytes = stored
      var isInflated = true
      for (index, filter) in filters.enumerated().reversed()
      where chunk.skipped & (1 << UInt32(index)) == 0 {
        guard filter == H5Z_FILTER_FLETCHER32 else {
          isInflated = false
          continue
        }
        guard isInflated, bytes.count >= 4 else { return false }
        bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast(4))
      }
      if isInflated {
        guard bytes.count == chunkSize else { return false }
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<output.count]))
        return true
      }
      if output.count == chunkSize { return Zlib.inflate(bytes, into: output) }
      var whole = [UInt8](repeating: 0, count: chunkSize)
      return whole.withUnsafeMutableBytes { buffer in
        guard Zlib.inflate(bytes, into: buffer) else { return false }
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<output.count]))
        return true
      }
    }
  }
}
