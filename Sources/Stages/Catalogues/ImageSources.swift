import Configuration
import Datasets
import Workflow

/// What a pipeline says of a source of images: which raw files it needs, and how they are read.
protocol SourceSettings: Sendable {
  /// The data set's name below `Data/` or `$TESSERA_DATA`.
  var dataset: String { get }
  /// Files it needs, bare names; each may be there with `.gz` added.
  var files: [String] { get }

  /// - Throws: a `Fault` naming file and position.
  func source(_ folder: RawFolder) throws -> any ImageSource
}

/// MNIST and its relatives: IDX files of images and labels, for training and test.
struct IDXSettings: SourceSettings {
  let dataset: String
  let trainImages: String
  let trainLabels: String
  let testImages: String
  let testLabels: String
  let hasLabels: Bool

  init(fields: Fields) {
    dataset = fields.string("dataset")
    trainImages = fields.string("trainImages", default: "train-images-idx3-ubyte")
    testImages = fields.string("testImages", default: "t10k-images-idx3-ubyte")
    hasLabels = fields.bool("labels", default: true)
    trainLabels =
      hasLabels ? fields.string("trainLabels", default: "train-labels-idx1-ubyte") : ""
    testLabels = hasLabels ? fields.string("testLabels", default: "t10k-labels-idx1-ubyte") : ""
  }

  var files: [String] {
    [trainImages, testImages] + (hasLabels ? [trainLabels, testLabels] : [])
  }

  func source(_ folder: RawFolder) throws -> any ImageSource {
    IDXSource(
      trainImages: folder.path(of: trainImages),
      trainLabels: hasLabels ? folder.path(of: trainLabels) : nil,
      testImages: folder.path(of: testImages),
      testLabels: hasLabels ? folder.path(of: testLabels) : nil)
  }
}
