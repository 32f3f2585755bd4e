import Files
import Foundation

/// A query about a foreign HDF5 file.
package enum ForeignQuestion {
  /// The names of its datasets, one a frame.
  case datasets(path: String)
  /// Whole numbers of one axis, 64 bits little-endian.
  case integers(path: String, dataset: String)
  /// Sizes as 64 bits little-endian in a frame, then the values.
  case bytes(path: String, dataset: String)
  /// The root's attribute `format`; no frame where there is none.
  case format(path: String)
  /// The whole content but the values of images (`HDF5File.list`), a piece a frame.
  case content(path: String)
  /// Whether the chunk checksums of its images are right: an empty frame after each block.
  case levels(path: String)
  /// A description of the file, which the command gives, not this module.
  case inspection(path: String)

  package var path: String {
    switch self {
    case .datasets(let path), .format(let path), .content(let path), .levels(let path),
      .inspection(let path), .integers(let path, _), .bytes(let path, _):
      path
    }
  }

  /// As the command takes them; `init` reads them.
  var arguments: [String] {
    switch self {
    case .datasets(let path): ["datasets", "--", path]
    case .integers(let path, let dataset): ["integers", "--", path, dataset]
    case .bytes(let path, let dataset): ["bytes", "--", path, dataset]
    case .format(let path): ["format", "--", path]
    case .content(let path): ["content", "--", path]
    case .levels(let path): ["levels", "--", path]
    case .inspection(let path): ["inspection", "--", path]
    }
  }

  /// Nil for what is no question.
  package init?(_ kind: String, path: String, dataset: String?) {
    switch (kind, dataset) {
    case ("datasets", nil): self = .datasets(path: path)
    case ("format", nil): self = .format(path: path)
    case ("content", nil): self = .content(path: path)
    case ("levels", nil): self = .levels(path: path)
    case ("inspection", nil): self = .inspection(path: path)
    case ("integers", let dataset?): self = .integers(path: path, dataset: dataset)
    case ("bytes", let dataset?): self = .bytes(path: path, dataset: dataset)
    default: return nil
    }
  }

  /// Bytes of one frame, about.
  private static let frameBytes = 4 << 20

  /// In the child: opens the file in this process and writes the answer.
  ///
  /// - Throws: `StorageFault`, `FileFault`; what a parent that went away makes of writing.
  package func answer(_ answer: ConfinedAnswer) throws {
    let file = try open()
    switch self {
    case .datasets:
      for name in try file.foreignDatasets() { try answer.data(Array(name.utf8)) }
    case .integers(_, let dataset):
      try answer.data(try file.foreignIntegers(dataset).littleEndianBytes)
    case .bytes(_, let name):
      let dataset = try file.foreignBytes(name)
      try answer.data(dataset.shape.map(Int64.init).littleEndianBytes)
      guard let rows = dataset.shape.first, dataset.rowSize > 0 else { break }
      let block = max(1, Self.frameBytes / dataset.rowSize)
      for start in stride(from: 0, to: rows, by: block) {
        try answer.data(try dataset.readRowsInParallel(start..<min(start + block, rows)))
      }
    case .format:
      if let format = try file.format() { try answer.data(Array(format.utf8)) }
    case .content:
      try file.requireOwnData()
      try file.list { try answer.data($0) }
    case .levels: try file.readLevels { try answer.data([]) }
    case .inspection: break
    }
    try file.close()
  }

  /// The digest of a file is that of its content.
  private func open() throws -> HDF5File {
    guard case .content = self else { return try HDF5File.open(path, checksDigest: false) }
    return try HDF5File.open(path)
  }
}

extension [Int64] {
  var littleEndianBytes: [UInt8] {
    flatMap { number in Swift.withUnsafeBytes(of: number.littleEndian) { Array<UInt8>($0) } }
  }

  init(littleEndian bytes: [UInt8]) {
    self = stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { place in
      bytes[place..<place + 8].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }
  }
}
