import Files

/// A part of a dataset in memory: `pixels` is u8 `[image, row, column]`, with colour
/// `[image, row, column, channel]`.
package struct ImagePart: Sendable {
  package let count: Int
  package let shape: ImageShape
  package let pixels: [UInt8]
  /// One label an image, or nil.
  package let labels: [Int32]?

  package var height: Int { shape.height }
  package var width: Int { shape.width }

  package init(count: Int, shape: ImageShape, pixels: [UInt8], labels: [Int32]?) {
    precondition(pixels.count == count * shape.valueCount, "pixels fill the images")
    precondition(labels == nil || labels?.count == count, "one label an image")
    self.count = count
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// Grey images.
  package init(count: Int, height: Int, width: Int, pixels: [UInt8], labels: [Int32]?) {
    self.init(
      count: count, shape: ImageShape(height: height, width: width), pixels: pixels,
      labels: labels)
  }
}

/// The shape and numbers of a source's images, before they are read.
package struct ImageOutline: Equatable, Sendable {
  package let shape: ImageShape
  /// Images of each part, by name.
  package let counts: [String: Int]
  /// Classes that the images have labels of; 0 where labels were not read.
  package let classes: Int
  /// The superpixels in whose order they are stored; nil for images that are no shards.
  package let partition: GridPartition?

  package var height: Int { shape.height }
  package var width: Int { shape.width }

  package init(
    shape: ImageShape, counts: [String: Int], classes: Int = 0, partition: GridPartition? = nil
  ) {
    self.shape = shape
    self.counts = counts
    self.classes = classes
    self.partition = partition
  }

  /// What a source's readers say when they are opened; nil without parts.
  init?(byReadersOf source: some ImageSource) throws {
    var counts: [String: Int] = [:]
    var shape: ImageShape?
    for name in source.partNames {
      let reader = try source.reader(name)
      counts[name] = reader.count
      shape = shape ?? reader.shape
    }
    guard let shape else { return nil }
    self.init(shape: shape, counts: counts)
  }

  /// Of grey images.
  package init(height: Int, width: Int, counts: [String: Int], classes: Int = 0) {
    self.init(
      shape: ImageShape(height: height, width: width), counts: counts, classes: classes)
  }
}

/// One part of a source, read from its first image to its last in blocks, so that a part may be larger than
/// memory.
package protocol ImageReader: AnyObject {
  var count: Int { get }
  var shape: ImageShape { get }

  /// Reads the next images, as many as fill `output` (whole images, no more than are left); with the last
  /// of them it checks that the source ends there. Throws a `Fault` that names file and position.
  func read(into output: UnsafeMutableRawBufferPointer) throws

  /// One label an image of the part, or nil. Throws as `read`.
  func labels() throws -> [Int32]?
  /// Of the pictures read so far.
  var tally: PictureTally { get }
}

extension ImageReader {
  package var tally: PictureTally { PictureTally() }
}

/// Where images come from: files of some format, in a training and perhaps a test part.
package protocol ImageSource: Sendable {
  /// `train`, and `test` if there is one.
  var partNames: [String] { get }
  /// Names of the labels 0, 1, ...; empty where labels are numbers without names, or where there are none.
  var classNames: [String] { get }
  /// Every file that is read, by its name within the data set, for provenance.
  var files: [(name: String, path: String)] { get }
  /// Reads the heads of the files alone: what they hold besides is not checked. Nil where a head cannot
  /// be believed. Throws as `reader`.
  func outline() throws -> ImageOutline?
  /// What is done to pictures of many kinds to make them images of one shape; empty where nothing is.
  func preparation() throws -> [String: String]
  /// Remarks for the user before it is read, a line each: what was left out, or looks wrong.
  var notes: [String] { get }
  /// Opens one part. Throws a `Fault` that names file and position.
  func reader(_ part: String) throws -> any ImageReader
}

extension ImageSource {
  package func preparation() throws -> [String: String] { [:] }
  package var notes: [String] { [] }

  /// A whole part in memory. Throws as its reader.
  package func part(_ name: String) throws -> ImagePart { try read(name).part }

  /// A whole part in memory, and what a user should know of it, a line each. Throws as its reader.
  package func read(_ name: String) throws -> (part: ImagePart, notes: [String]) {
    let reader = try reader(name)
    let labels = try reader.labels()
    let size = reader.count * reader.shape.valueCount
    guard size <= ProcessMemory.available else {
      throw DatasetFault.memory(
        images: reader.count, bytes: size, available: ProcessMemory.available)
    }
    let pixels = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      try reader.read(
        into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: size))
      count = size
    }
    var levels = LevelTally(reader.shape)
    pixels.withUnsafeBytes { levels.add($0) }
    return (
      ImagePart(count: reader.count, shape: reader.shape, pixels: pixels, labels: labels),
      reader.tally.notes + levels.warnings(reader.tally)
    )
  }
}

/// A file that images came from, by its name within the data set and its content.
package struct SourceFile: Codable, Equatable, Sendable {
  package let name: String
  package let sha256: String

  package init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// Hashes a file. Throws `FileFault`.
  package init(name: String, path: String) throws {
    self.name = name
    sha256 = try SHA256.hex(ofFile: path)
  }

  /// More files than this are recorded together: a manifest that names each would be the larger part.
  private static let mostListed = 100_000

  /// Hashes the files of a source, side by side. More than 100,000 become one entry, whose hash is that of
  /// their `NAME NUL HASH LF` in order. Throws `FileFault`.
  static func all(_ files: [(name: String, path: String)]) throws -> [SourceFile] {
    let own = try mapInParallel(files) { try SourceFile(name: $0.name, path: $0.path) }
    guard own.count > mostListed else { return own }
    let list = own.map { "\($0.name)\0\($0.sha256)\n" }.joined()
    return [SourceFile(name: "\(own.count) files", sha256: SHA256.hex(of: list))]
  }
}
