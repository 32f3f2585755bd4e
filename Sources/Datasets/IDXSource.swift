import Files
import Foundation
import Images

/// The four files of MNIST and its relatives.
package struct IDXSource: ImageSource {
  package let trainImages: String
  package let trainLabels: String?
  /// Images that the data set's authors set apart for validation: the last of the training part, where
  /// a split with `choose: last` finds them. Without labels.
  package let validationImages: String?
  package let testImages: String?
  package let testLabels: String?
  package let classNames: [String]

  /// Explicit files; each plain or gzip.
  package init(
    trainImages: String, trainLabels: String? = nil, testImages: String? = nil,
    testLabels: String? = nil, validationImages: String? = nil, classNames: [String] = []
  ) {
    precondition(validationImages == nil || trainLabels == nil, "labels of all or of none")
    self.validationImages = validationImages
    self.trainImages = trainImages
    self.trainLabels = trainLabels
    self.testImages = testImages
    self.testLabels = testLabels
    self.classNames = classNames
  }

  /// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and `t10k-...` in `folder`, with or
  /// without `.gz`. Labels may be missing; throws `DatasetFault.missing` (66) without images.
  package init(folder: String, classNames: [String] = []) throws {
    func find(_ name: String) -> String? {
      [name, name + ".gz"].map { joinPath(folder, $0) }
        .first { FileManager.default.fileExists(atPath: $0) }
    }
    func require(_ name: String) throws -> String {
      guard let path = find(name) else {
        throw DatasetFault.missing(folder: folder, names: [name, name + ".gz"])
      }
      return path
    }
    self.init(
      trainImages: try require("train-images-idx3-ubyte"),
      trainLabels: find("train-labels-idx1-ubyte"),
      testImages: try require("t10k-images-idx3-ubyte"),
      testLabels: find("t10k-labels-idx1-ubyte"), classNames: classNames)
  }

  package var partNames: [String] { testImages == nil ? ["train"] : ["train", "test"] }

  package var files: [(name: String, path: String)] {
    [trainImages, validationImages, trainLabels, testImages, testLabels].compactMap { $0 }
      .map { ($0.split(separator: "/").last.map(String.init) ?? $0, $0) }
  }

  package func outline() throws -> ImageOutline? {
    guard let train = try IDXFile.imageSizes(trainImages) else { return nil }
    var counts = ["train": train[0]]
    for (part, file) in [("train", validationImages), ("test", testImages)] {
      guard let file else { continue }
      guard let sizes = try IDXFile.imageSizes(file) else { return nil }
      counts[part, default: 0] += sizes[0]
    }
    return ImageOutline(height: train[1], width: train[2], counts: counts)
  }

  package func reader(_ part: String) throws -> any ImageReader {
    switch (part, testImages) {
    case ("train", _):
      return try IDXReader([trainImages] + (validationImages.map { [$0] } ?? []), trainLabels)
    case ("test", .some(let path)): return try IDXReader([path], testLabels)
    default: preconditionFailure("no part \(part) in \(partNames)")
    }
  }
}

/// The images of one file, or of several after each other.
private final class IDXReader: ImageReader {
  private let files: [IDXImageReader]
  private let labelsPath: String?
  /// Of each file, images that are not read yet.
  private var left: [Int]
  let shape: ImageShape
  var count: Int { files.map(\.count).reduce(0, +) }

  /// - Parameter labelsPath: of the first file, which is then the only one.
  init(_ paths: [String], _ labelsPath: String?) throws {
    files = try paths.map { try IDXImageReader($0) }
    self.labelsPath = labelsPath
    left = files.map(\.count)
    shape = ImageShape(height: files[0].height, width: files[0].width)
    for file in files where (file.height, file.width) != (shape.height, shape.width) {
      throw DatasetFault.imageSizesDiffer(
        path: file.path, expected: shape.sizes, found: [file.height, file.width])
    }
  }

  func labels() throws -> [Int32]? {
    guard let labelsPath else { return nil }
    let labels = try IDXFile.labels(labelsPath)
    try IDXFile.requireSameCount(labels, asImages: count, of: files[0].path)
    return labels.labels.map(Int32.init)
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    for (number, file) in files.enumerated() where left[number] > 0 && filled < output.count {
      let images = min(left[number], (output.count - filled) / shape.valueCount)
      let size = images * shape.valueCount
      try file.read(into: .init(rebasing: output[filled..<filled + size]))
      left[number] -= images
      filled += size
    }
  }
}
