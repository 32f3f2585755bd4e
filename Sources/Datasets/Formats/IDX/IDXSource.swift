import Files

/// The four files of MNIST and its relatives.
package struct IDXSource: ImageSource {
  /// Nil where there are test images alone.
  package let trainImages: String?
  package let trainLabels: String?
  /// Images that the data set's authors set apart for validation: the last of the training part, where
  /// a split with `choose: last` finds them. Without labels.
  package let validationImages: String?
  package let testImages: String?
  package let testLabels: String?
  package let classNames: [String]

  /// Explicit files; each plain or gzip.
  package init(
    trainImages: String?, trainLabels: String? = nil, testImages: String? = nil,
    testLabels: String? = nil, validationImages: String? = nil, classNames: [String] = []
  ) {
    precondition(validationImages == nil || trainLabels == nil, "labels of all or of none")
    self.validationImages = validationImages
    self.trainImages = trainImages
    self.trainLabels = trainLabels
    self.testImages = testImages
    self.testLabels = testLabels
    precondition(trainImages != nil || testImages != nil, "images of a part at least")
    self.classNames = classNames
  }

  /// The files of `IDXNames` in a folder. Labels may be missing, and the files of one part; throws
  /// `DatasetFault.missing` (66) without images.
  package init(folder: String, classNames: [String] = []) throws {
    guard let names = try IDXNames(among: DurableFile.names(in: folder), in: folder) else {
      throw DatasetFault.missing(
        folder: folder, names: ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"])
    }
    self.init(names, classNames: classNames) { joinPath(folder, $0) }
  }

  /// - Parameter path: of a file of the data set.
  package init(_ names: IDXNames, classNames: [String] = [], path: (String) -> String) {
    // Labels of some of the training images are no labels of the training part.
    let hasLabels = names.validationImages == nil
    self.init(
      trainImages: names.trainImages.map(path),
      trainLabels: hasLabels ? names.trainLabels.map(path) : nil,
      testImages: names.testImages.map(path), testLabels: names.testLabels.map(path),
      validationImages: names.trainImages == nil ? nil : names.validationImages.map(path),
      classNames: classNames)
  }

  package var partNames: [String] {
    (trainImages == nil ? [] : ["train"]) + (testImages == nil ? [] : ["test"])
  }

  package var files: [(name: String, path: String)] {
    [trainImages, validationImages, trainLabels, testImages, testLabels].compactMap { $0 }
      .map { ($0.split(separator: "/").last.map(String.init) ?? $0, $0) }
  }

  package func outline() throws -> ImageOutline? {
    var counts: [String: Int] = [:]
    var first: [Int]?
    for (part, file) in [
      ("train", trainImages), ("train", validationImages), ("test", testImages),
    ] {
      guard let file else { continue }
      guard let sizes = try IDXFile.imageSizes(file) else { return nil }
      counts[part, default: 0] += sizes[0]
      first = first ?? sizes
    }
    return first.map {
      ImageOutline(height: $0[1], width: $0[2], counts: counts)
    }
  }

  package func reader(_ part: String) throws -> any ImageReader {
    precondition(partNames.contains(part), "no part \(part) in \(partNames)")
    let (paths, labels) =
      part == "test"
      ? ([testImages], testLabels) : ([trainImages, validationImages], trainLabels)
    return try IDXReader(paths.compactMap { $0 }, labels)
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
    return labels.labels
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
