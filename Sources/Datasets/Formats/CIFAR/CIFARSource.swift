import Configuration
import Files
import Foundation

/// The binary files of CIFAR-10 and CIFAR-100: records of one or two label bytes and 32 x 32 values of red, of green, of
/// blue.
package struct CIFARSource: ImageSource {
  static let side = 32
  static let pixels = side * side

  package let classNames: [String]
  private let train: [String]
  private let test: String?
  private let meta: String?
  private let version: Version

  /// Which data set of the two, and which of the second's labels.
  package enum Version: Hashable, Sendable {
    case ten
    case fine, coarse

    /// The labels of CIFAR-100 by name; the fine ones unless `coarse`.
    package static func hundred(_ labels: String?) -> Version {
      labels == "coarse" ? .coarse : .fine
    }

    /// By the size of a file, which is of whole records. Throws `FileFault`.
    static func of(_ path: String, labels: String?) throws -> Version {
      let size = try FileBytes.size(path)
      return size % ten.recordSize != 0 && size % fine.recordSize == 0 ? hundred(labels) : ten
    }

    var labelBytes: Int { self == .ten ? 1 : 2 }
    /// Which of them is the label: the coarse one is the first.
    var labelByte: Int { self == .fine ? 1 : 0 }
    var classes: Int { self == .ten ? 10 : self == .fine ? 100 : 20 }
    var recordSize: Int { labelBytes + 3 * CIFARSource.pixels }
    fileprivate var testName: String { self == .ten ? "test_batch.bin" : "test.bin" }
    fileprivate var namesFile: String {
      switch self {
      case .ten: "batches.meta.txt"
      case .fine: "fine_label_names.txt"
      case .coarse: "coarse_label_names.txt"
      }
    }
  }

  /// `data_batch_1.bin` and on and `test_batch.bin`, or CIFAR-100's `train.bin` and `test.bin`, and the names of the classes
  /// (the last two may be missing) of a folder. Throws `DatasetFault.missing` (66), and for class names that are not one a
  /// line (65).
  package init(folder: String, _ version: Version = .ten) throws {
    func path(_ name: String) throws -> String? {
      let path = joinPath(folder, name)
      return try FileStatus.of(path, for: .read) == nil ? nil : path
    }
    let names = version == .ten ? (1...1_000).map { "data_batch_\($0).bin" } : ["train.bin"]
    var train: [String] = []
    for name in names {
      guard let path = try path(name) else { break }
      train.append(path)
    }
    self.train = train
    guard !train.isEmpty else {
      throw DatasetFault.missing(folder: folder, names: [names[0]])
    }
    test = try path(version.testName)
    meta = try path(version.namesFile)
    self.version = version
    let numbers = (0..<version.classes).map(String.init)
    classNames = try meta.map { try Self.names($0, count: version.classes) } ?? numbers
  }

  /// One file of records.
  package init(file: String, _ version: Version = .ten) {
    train = [file]
    test = nil
    meta = nil
    self.version = version
    classNames = (0..<version.classes).map(String.init)
  }

  private static func names(_ path: String, count: Int) throws -> [String] {
    let text = String(decoding: try FileBytes.read(path, limit: 1 << 16), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == count, Set(names).count == count else {
      throw DatasetFault.folder(
        path: path,
        reason: "expected the names of \(count) classes, one a line, found \(names.count)")
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
    try CIFARReader(part == "test" ? [test].compactMap { $0 } : train, version)
  }
}

/// The records of files after each other. Labels are read apart, at the first byte of each record.
private final class CIFARReader: ImageReader {
  private let paths: [String]
  private let version: CIFARSource.Version
  /// Of each file.
  private let counts: [Int]
  private var file: FileReader?
  /// Images read so far, and the files they are of.
  private var position = (file: 0, image: 0)
  let shape = CIFARSource.shape
  var count: Int { counts.reduce(0, +) }

  /// - Throws: `DatasetFault` (65) for a file that is not of whole records, `FileFault`.
  init(_ paths: [String], _ version: CIFARSource.Version) throws {
    self.paths = paths
    self.version = version
    counts = try paths.map { path in
      let size = try FileBytes.size(path)
      guard size > 0, size % version.recordSize == 0 else {
        throw DatasetFault.folder(
          path: path,
          reason: "byte \(size - size % version.recordSize): expected records of "
            + "\(version.recordSize) bytes (\(version.labelBytes == 1 ? "a label" : "two labels"), 32 x 32 x 3 values), found a rest of "
            + "\(size % version.recordSize) bytes in \(size); fetch the file again")
      }
      return size / version.recordSize
    }
  }

  func labels() throws -> [Int32]? {
    var labels: [Int32] = []
    for (path, count) in zip(paths, counts) {
      let file = try FileReader(path)
      for image in 0..<count {
        let record = try record(of: file, image: image)
        let label = record[version.labelByte]
        guard label < version.classes else {
          throw DatasetFault.folder(
            path: path,
            reason: "byte \(image * version.recordSize): expected a label from 0 to "
              + "\(version.classes - 1), found \(label); is it a file of CIFAR's binary version?")
        }
        labels.append(Int32(label))
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
          output[start + 3 * pixel + channel] =
            record[version.labelBytes + channel * pixels + pixel]
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
    return try record(of: own, image: position.image - 1)
  }

  private func record(of file: FileReader, image: Int) throws -> [UInt8] {
    let record = try file.read(version.recordSize)
    guard record.count == version.recordSize else {
      throw DatasetFault.folder(
        path: file.path,
        reason: "byte \(image * version.recordSize): the file became shorter while it was read")
    }
    return record
  }
}
