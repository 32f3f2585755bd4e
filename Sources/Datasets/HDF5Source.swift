import Configuration
import Files
import Images
import Storage

/// Datasets of an HDF5 file that somebody else wrote: images u8 `[image, row, column]` or
/// `[image, row, column, channel]` with 1 or 3 channels, and whole numbers as labels. libhdf5 sees the file in a
/// child process (`ForeignFile`).
package struct HDF5Source: ImageSource {
  /// Paths inside the file.
  package struct Part: Hashable, Sendable {
    package let images: String
    package let labels: String?

    package init(images: String, labels: String? = nil) {
      self.images = images
      self.labels = labels
    }
  }

  package let path: String
  package let train: Part
  package let test: Part?
  /// Labels are numbers.
  package var classNames: [String] { [] }

  /// - Throws: `FileFault` (66).
  package init(path: String, train: Part, test: Part? = nil) throws {
    self.path = path
    self.train = train
    self.test = test
    // Nothing of it is read here; that there is no file is told all the same.
    _ = try FileBytes.size(path)
  }

  package var partNames: [String] { test == nil ? ["train"] : ["train", "test"] }

  package var files: [(name: String, path: String)] {
    [(path.split(separator: "/").last.map(String.init) ?? path, path)]
  }

  package func outline() throws -> ImageOutline? {
    var counts: [String: Int] = [:]
    var shape: ImageShape?
    for name in partNames {
      let reader = try reader(name)
      counts[name] = reader.count
      shape = shape ?? reader.shape
    }
    return shape.map { ImageOutline(shape: $0, counts: counts) }
  }

  package func reader(_ part: String) throws -> any ImageReader {
    guard let own = part == "test" ? test : train else {
      preconditionFailure("no part \(part) in \(partNames)")
    }
    return try HDF5Reader(ForeignFile(path), own)
  }

  /// Class numbers from 0 to 65,535.
  fileprivate static func labels(_ name: String, _ file: ForeignFile) throws -> [Int32] {
    let values = try file.integers(name)
    if let image = values.firstIndex(where: { !(0...65_535).contains($0) }) {
      throw DatasetFault.folder(
        path: "\(file.path):\(name)",
        reason: "image \(image): expected a class number from 0 to 65535, found \(values[image])")
    }
    return values.map(Int32.init)
  }
}

private final class HDF5Reader: ImageReader {
  private let file: ForeignFile
  private let images: any ForeignBytes
  private let labelsName: String?
  let shape: ImageShape
  var count: Int { images.shape[0] }

  init(_ file: ForeignFile, _ part: HDF5Source.Part) throws {
    self.file = file
    labelsName = part.labels
    images = try file.bytes(part.images)
    let sizes = images.shape
    let channels = sizes.count == 4 ? sizes[3] : 1
    guard sizes.count == 3 || sizes.count == 4, sizes.allSatisfy({ $0 > 0 }),
      channels == 1 || channels == 3, sizes[1] <= 65_535, sizes[2] <= 65_535
    else {
      throw DatasetFault.folder(
        path: "\(file.path):\(part.images)",
        reason:
          "expected sizes [image, row, column] or [image, row, column, 1 or 3 channels], found "
          + "\(sizes); reshape the dataset first")
    }
    shape = ImageShape(height: sizes[1], width: sizes[2], channels: channels)
  }

  func labels() throws -> [Int32]? {
    guard let labelsName else { return nil }
    let labels = try HDF5Source.labels(labelsName, file)
    guard labels.count == count else {
      throw DatasetFault.folder(
        path: "\(file.path):\(labelsName)",
        reason: "expected one label for each of the \(count) images, found \(labels.count)")
    }
    return labels
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    try images.read(into: output)
  }
}
