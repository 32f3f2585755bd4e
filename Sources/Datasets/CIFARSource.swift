import Configuration
import Files
import Foundation
import Images

/// CIFAR-10's binary files: records of a label byte and 32 x 32 values of red, of green, of blue.
package struct CIFARSource: ImageSource {
  static let side = 32
  static let pixels = side * side
  static let recordSize = 1 + 3 * pixels
  static let testName = "test_batch.bin"
  static let namesFile = "batches.meta.txt"

  package let classNames: [String]
  private let train: [String]
  private let test: String?
  private let meta: String?

  /// `data_batch_1.bin` and on, `test_batch.bin` and `batches.meta.txt` (the last two may be missing) of a
  /// folder. Throws `DatasetFault.missing` (66), and for class names that are not one a line (65).
  package init(folder: String) throws {
    func path(_ name: String) -> String? {
      let path = joinPath(folder, name)
      return FileManager.default.fileExists(atPath: path) ? path : nil
    }
    let batches = (1...1_000).lazy.map { path("data_batch_\($0).bin") }.prefix { $0 != nil }
    train = batches.compactMap { $0 }
    guard !train.isEmpty else {
      throw DatasetFault.missing(folder: folder, names: ["data_batch_1.bin"])
    }
    test = path(Self.testName)
    meta = path(Self.namesFile)
    classNames = try meta.map(Self.names) ?? (0..<10).map(String.init)
  }

  /// One file of records.
  package init(file: String) {
    train = [file]
    test = nil
    meta = nil
    classNames = (0..<10).map(String.init)
  }

  private static func names(_ path: String) throws -> [String] {
    let text = String(decoding: try FileBytes.read(path, limit: 1 << 16), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == 10, Set(names).count == 10 else {
      throw DatasetFault.folder(
        path: path, reason: "expected the names of 10 classes, one a line, found \(names.count)")
    }
    return names
  }

  package var partNames: [String] { test == nil ? ["train"] : ["train", "test"] }

  package var files: [(name: String, path: String)] {
    (train + [test, meta].compactMap { $0 }).map {
      ($0.split(separator: "/").last.map(String.init) ?? $0, $0)
    }
  }

  package func outline() throws -> ImageOutline? {
    var counts: [String: Int] = [:]
    for part in partNames { counts[part] = try reader(part).count }
    return ImageOutline(shape: Self.shape, counts: counts)
  }

  static let shape = ImageShape(height: side, width: side, channels: 3)

  package func reader(_ part: String) throws -> any ImageReader {
    try CIFARReader(part == "test" ? [test].compactMap { $0 } : train)
  }
}

/// The records of files after each other. Labels are read apart, at the first byte of each record.
private final class CIFARReader: ImageReader {
  private let paths: [String]
  /// Of each file.
  private let counts: [Int]
  private var file: FileReader?
  /// Images read so far, and the files they are of.
  private var position = (file: 0, image: 0)
  let shape = CIFARSource.shape
  var count: Int { counts.reduce(0, +) }

  /// - Throws: `DatasetFault` (65) for a file that is not of whole records, `FileFault`.
  init(_ paths: [String]) throws {
    self.paths = paths
    counts = try paths.map { path in
      let size = try FileBytes.size(path)
      guard size > 0, size % CIFARSource.recordSize == 0 else {
        throw DatasetFault.folder(
          path: path,
          reason: "byte \(size - size % CIFARSource.recordSize): expected records of "
            + "\(CIFARSource.recordSize) bytes (a label, 32 x 32 x 3 values), found a rest of "
            + "\(size % CIFARSource.recordSize) bytes in \(size); fetch the file again")
      }
      return size / CIFARSource.recordSize
    }
  }

  func labels() throws -> [Int32]? {
    var labels: [Int32] = []
    for (path, count) in zip(paths, counts) {
      let file = try FileReader(path)
      for image in 0..<count {
        let record = try Self.record(of: file, image: image)
        guard record[0] < 10 else {
          throw DatasetFault.folder(
            path: path,
            reason: "byte \(image * CIFARSource.recordSize): expected a label from 0 to 9, found "
              + "\(record[0]); is it a file of CIFAR-10's binary version?")
        }
        labels.append(Int32(record[0]))
      }
    }
    return labels
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let pixels = CIFARSource.pixels
    for start in stride(from: 0, to: output.count, by: shape.valueCount) {
      let record = try next()
      for pixel in 0..<pixels {
        for channel in 0..<3 {
          output[start + 3 * pixel + channel] = record[1 + channel * pixels + pixel]
        }
      }
    }
  }

  private func next() throws -> [UInt8] {
    if position.image == counts[position.file] {
      position = (position.file + 1, 0)
      file = nil
    }
    let own = try file ?? FileReader(paths[position.file])
    file = own
    position.image += 1
    return try Self.record(of: own, image: position.image - 1)
  }

  private static func record(of file: FileReader, image: Int) throws -> [UInt8] {
    let record = try file.read(CIFARSource.recordSize)
    guard record.count == CIFARSource.recordSize else {
      throw DatasetFault.folder(
        path: file.path,
        reason: "byte \(image * CIFARSource.recordSize): the file became shorter while it was read")
    }
    return record
  }
}
