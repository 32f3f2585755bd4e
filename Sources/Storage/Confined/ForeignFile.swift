import Files

/// A foreign HDF5 file, which only a child process opens with libhdf5: a damaged one may end the
/// process that reads it.
///
/// In a program that has no `tessera` beside it (`ConfinedProgram`) it is read in this process.
package struct ForeignFile: Sendable {
  package let path: String
  private let program: String?

  package init(_ path: String) { self.init(path, program: ConfinedProgram.path) }

  /// - Parameter program: what reads the file; nil for this process.
  package init(_ path: String, program: String?) {
    self.path = path
    self.program = program
  }

  /// The datasets a user may have meant. Throws a `Fault`: 65 for content, 66 where there is no file.
  package func datasets() throws -> [String] {
    guard let child = try child(.datasets(path: path)) else {
      return try inside { try $0.foreignDatasets() }
    }
    var names: [String] = []
    while let name = try child.next() { names.append(String(decoding: name, as: UTF8.self)) }
    return names
  }

  /// Whole numbers of one axis. Throws as `datasets`.
  package func integers(_ name: String) throws -> [Int64] {
    guard let child = try child(.integers(path: path, dataset: name)) else {
      return try inside { try $0.foreignIntegers(name) }
    }
    let values = try child.next() ?? []
    _ = try child.next()
    return [Int64](littleEndian: values)
  }

  /// Opens a dataset of u8, to be read from its first value to its last. Throws as `datasets`.
  package func bytes(_ name: String) throws -> any ForeignBytes {
    guard let child = try child(.bytes(path: path, dataset: name)) else {
      return OwnBytes(try HDF5File.open(path).foreignBytes(name))
    }
    return ChildBytes(shape: [Int64](littleEndian: try child.next() ?? []).map(Int.init), child)
  }

  /// The report of `tessera inspect`, in frames of a child; nil where there is no child.
  ///
  /// Throws as `datasets`.
  package func inspection() throws -> [[UInt8]]? {
    guard let child = try child(.inspection(path: path)) else { return nil }
    var told: [[UInt8]] = []
    while let frame = try child.next() { told.append(frame) }
    return told
  }

  /// Verifies the chunk checksums of all images. Throws as `datasets`, for the first wrong one.
  package func checkLevels() throws {
    guard let child = try child(.levels(path: path)) else {
      return try inside { try $0.readLevels {} }
    }
    while try child.next() != nil {}
  }

  /// The `format` that files of this program carry; nil for any other file. Throws as `datasets`.
  package func format() throws -> String? {
    guard let child = try child(.format(path: path)) else { return try inside { try $0.format() } }
    guard let format = try child.next() else { return nil }
    _ = try child.next()
    return String(decoding: format, as: UTF8.self)
  }

  /// A copy of the file in memory, written from what the child read, so that libhdf5 in this process reads none of
  /// the foreign bytes. It lacks the values of images: `bytes` reads them.
  ///
  /// Throws as `datasets`, also where its values lie in other files, its digest is wrong, or it holds more than a
  /// file of its size can.
  package func content() throws -> HDF5File {
    guard let child = try child(.content(path: path)) else {
      let file = try HDF5File.open(path)
      try file.requireOwnData()
      return file
    }
    let file = try HDF5File.inMemory(insteadOf: path)
    var left = max(Self.leastContent, Self.mostExpansion * (try FileBytes.size(path)))
    while let frame = try child.next() {
      guard let head = HDF5Head(frame), let count = head.valueBytes, count <= left else {
        throw StorageFault(
          path: path, object: "/", operation: .read,
          reason: "it announces more than a file of its size can hold; it is damaged, or no file "
            + "of tessera")
      }
      left -= count
      var values = [UInt8](repeating: 0, count: count)
      try values.withUnsafeMutableBytes { try child.read(into: $0) }
      try file.write(head, values)
    }
    return file
  }

  /// Parameters hardly compress; lists of regions do.
  private static let mostExpansion = 64
  private static let leastContent = 1 << 26

  private func child(_ question: ForeignQuestion) throws -> ConfinedChild? {
    // Nobody needs a process to learn that there is no file.
    _ = try FileBytes.size(path)
    return try program.map { try ConfinedChild(question, program: $0) }
  }

  private func inside<Result>(_ body: (HDF5File) throws -> Result) throws -> Result {
    let file = try HDF5File.open(path)
    let result = try body(file)
    try file.close()
    return result
  }
}

/// A dataset of u8 of a foreign file, read from its first value to its last.
package protocol ForeignBytes: AnyObject {
  var shape: [Int] { get }
  /// The next values, as many as fill `output` (whole rows). Throws a `Fault` (65).
  func read(into output: UnsafeMutableRawBufferPointer) throws
}

private final class ChildBytes: ForeignBytes {
  let shape: [Int]
  private let child: ConfinedChild
  private var left: Int

  init(shape: [Int], _ child: ConfinedChild) {
    self.shape = shape
    self.child = child
    left = shape.reduce(1, *)
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    try child.read(into: output)
    left -= output.count
    // The last frame alone says that the file was closed in peace.
    if left == 0 { _ = try child.next() }
  }
}

private final class OwnBytes: ForeignBytes {
  private let dataset: HDF5Dataset<UInt8>
  private var next = 0
  var shape: [Int] { dataset.shape }

  init(_ dataset: HDF5Dataset<UInt8>) { self.dataset = dataset }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let rows = next..<next + output.count / max(dataset.rowSize, 1)
    next = rows.upperBound
    output.copyBytes(from: try dataset.readRowsInParallel(rows))
  }
}
