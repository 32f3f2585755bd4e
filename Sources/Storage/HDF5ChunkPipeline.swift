import CHDF5
import Files

/// One chunk of rows as it is stored in the file.
struct RawChunk: Sendable {
  let firstRow: Int
  var bytes: [UInt8]
  /// Bit i set: filter i of the pipeline was skipped for this chunk.
  var skipped: UInt32
}

/// The filters between rows in memory and a chunk in the file, done here so that they can be done
/// for many chunks at once: libhdf5 does them one chunk after the other.
struct ChunkPipeline: Sendable {
  enum Filter: Equatable, Sendable {
    case deflate(level: Int)
    case fletcher32
  }

  /// Rows of a full chunk; the last one is stored padded.
  let rows: Int
  let rowSize: Int
  let filters: [Filter]

  /// Bytes of a chunk before the first filter.
  var chunkSize: Int { rows * rowSize }

  /// Undoes the filters, last first. False when a wanted sum is wrong, or the bytes are not
  /// `chunkSize` in the end.
  ///
  /// - Parameter wanted: rows of the dataset, all within the chunk, which fill `output`.
  func inflate(
    _ chunk: RawChunk, _ wanted: Range<Int>, checksSums: Bool,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    chunk.bytes.withUnsafeBytes { stored in
      var bytes = stored
      var isInflated = true
      for (index, filter) in filters.enumerated().reversed()
      where chunk.skipped & (1 << UInt32(index)) == 0 {
        guard filter == .fletcher32 else {
          isInflated = false
          continue
        }
        guard isInflated, bytes.count >= Fletcher32.size else { return false }
        let sum = bytes.suffix(Fletcher32.size)
        bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast(Fletcher32.size))
        let isRight = !checksSums || sum.elementsEqual(Fletcher32.stored(Fletcher32.sum(bytes)))
        guard isRight else { return false }
      }
      if !isInflated, wanted.count == rows { return Zlib.inflate(bytes, into: output) }
      let start = (wanted.lowerBound - chunk.firstRow) * rowSize
      func copy(_ whole: UnsafeRawBufferPointer) {
        output.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: whole[start...].prefix(output.count)))
      }
      if isInflated {
        guard bytes.count == chunkSize else { return false }
        copy(bytes)
        return true
      }
      let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
      defer { whole.deallocate() }
      guard Zlib.inflate(bytes, into: whole) else { return false }
      copy(UnsafeRawBufferPointer(whole))
      return true
    }
  }

  /// The chunk that starts with the first of `rows`, whose bytes `fill` writes, zeros behind them.
  func deflate(
    _ rows: Range<Int>, _ fill: (Range<Int>, UnsafeMutableRawBufferPointer) -> Void
  ) -> RawChunk {
    let content = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
    defer { content.deallocate() }
    let size = rows.count * rowSize
    fill(rows, UnsafeMutableRawBufferPointer(rebasing: content[..<size]))
    UnsafeMutableRawBufferPointer(rebasing: content[size...])
      .initializeMemory(as: UInt8.self, repeating: 0)
    return deflate(UnsafeRawBufferPointer(content), firstRow: rows.lowerBound)
  }

  /// Applies the filters, first to last, as libhdf5 would: a chunk that deflating would lengthen is stored
  /// as it is, and marked so.
  func deflate(_ content: UnsafeRawBufferPointer, firstRow: Int) -> RawChunk {
    var chunk = RawChunk(firstRow: firstRow, bytes: [], skipped: 0)
    var isStored = false
    for (index, filter) in filters.enumerated() {
      switch filter {
      case .deflate(let level):
        let bytes = Zlib.deflate(content, level: level)
        if bytes.count < content.count {
          chunk.bytes = bytes
          isStored = true
        } else {
          chunk.skipped |= 1 << UInt32(index)
        }
      case .fletcher32:
        if !isStored { chunk.bytes = Array(content) }
        isStored = true
        let sum = chunk.bytes.withUnsafeBytes { Fletcher32.sum($0) }
        chunk.bytes += Fletcher32.stored(sum)
      }
    }
    if !isStored { chunk.bytes = Array(content) }
    return chunk
  }
}

extension HDF5Dataset where Element == UInt8 {
  /// The layout of the chunks. On the queue; contiguous layout, chunks of parts of rows, and filters other than
  /// one deflate before one fletcher32 sum are refused.
  func chunkPipeline() throws -> ChunkPipeline {
    let list = HDF5Temporary(H5Dget_create_plist(id), close: H5Pclose)
    try place.check(list.id, .read)
    var sizes = [hsize_t](repeating: 0, count: shape.count)
    guard H5Pget_layout(list.id) == H5D_CHUNKED,
      H5Pget_chunk(list.id, Int32(sizes.count), &sizes) == shape.count, sizes[0] > 0,
      zip(sizes, shape).dropFirst().allSatisfy({ $0 == $1 })
    else { throw place.fault("expected chunks of whole rows") }
    var filters: [ChunkPipeline.Filter] = []
    for index in 0..<UInt32(try place.check(H5Pget_nfilters(list.id), .read)) {
      var flags = UInt32(0)
      var count = 1
      var value = UInt32(0)
      var config = UInt32(0)
      let filter = H5Pget_filter2(list.id, index, &flags, &count, &value, 0, nil, &config)
      switch filter {
      case H5Z_FILTER_DEFLATE where filters.isEmpty: filters.append(.deflate(level: Int(value)))
      case H5Z_FILTER_FLETCHER32: filters.append(.fletcher32)
      default: throw place.fault("expected deflate, then fletcher32, found filter \(filter)")
      }
    }
    return ChunkPipeline(rows: Int(sizes[0]), rowSize: rowSize, filters: filters)
  }
}
