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
    testLabels: String? = nil, validationImages: String? = nil, classNames: [String]? = nil
  ) {
    precondition(validationImages == nil || trainLabels == nil, "labels of all or of none")
    self.validationImages = validationImages
    self.trainImages = trainImages
    self.trainLabels = trainLabels
    self.testImages = testImages
    self.testLabels = testLabels
    let digits = trainLabels == nil ? [] : (0..<10).map(String.init)
    self.classNames = classNames ?? digits
  }

  /// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and `t10k-...` in `folder`, with or
  /// without `.gz`. Labels may be missing; throws `DatasetFault.missing` (66) without images.
  package init(folder: String, classNames: [String]? = nil) throws {
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
    return ImageOutline(
      height: train[1], width: train[2], counts: counts, classes: classNames.count)
  }

  package func part(_ name: String) throws -> ImagePart {
    switch (name, testImages) {
    case ("train", _): return try trainingPart()
    case ("test", .some(let path)): return try read(path, testLabels)
    default: preconditionFailure("no part \(name) in \(partNames)")
    }
  }

  private func trainingPart() throws -> ImagePart {
    let train = try read(trainImages, trainLabels)
    guard let validationImages else { return train }
    let validation = try read(validationImages, nil)
    guard (train.height, train.width) == (validation.height, validation.width) else {
      throw DatasetFault.imageSizesDiffer(
        path: validationImages, expected: [train.height, train.width],
        found: [validation.height, validation.width])
    }
    return ImagePart(
      count: train.count + validation.count, height: train.height, width: train.width,
      pixels: train.pixels + validation.pixels, labels: nil)
  }

  private func read(_ imagesPath: String, _ labelsPath: String?) throws -> ImagePart {
    let images = try IDXFile.images(imagesPath)
    let labels = try labelsPath.map { try IDXFile.labels($0) }
    if let labels { try IDXFile.requireSameCount(images, labels) }
    return ImagePart(
      count: images.count, height: images.height, width: images.width, pixels: images.pixels,
      labels: labels?.labels.map(Int32.init))
  }
}
