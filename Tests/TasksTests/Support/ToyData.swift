import Datasets
import Files

/// Small images with a shape: bars whose place depends on the class, and a little noise, all
/// determined by the image's number.
struct ToyData {
  var train = 60
  var test = 20
  var height = 8
  var width = 8
  /// A constant image instead of a drawn one.
  var constant: UInt8?
  /// Images of another seed are others.
  var seed = 0

  static let trainImages = "train-images-idx3-ubyte"
  static let trainLabels = "train-labels-idx1-ubyte"
  static let testImages = "t10k-images-idx3-ubyte"
  static let testLabels = "t10k-labels-idx1-ubyte"

  func pixels(count: Int, salt: Int) -> [UInt8] {
    (0..<count).flatMap { image in
      (0..<(height * width)).map { pixel($0, ofImage: image + salt + seed) }
    }
  }

  private func pixel(_ pixel: Int, ofImage image: Int) -> UInt8 {
    if let constant { return constant }
    let (row, column) = (pixel / width, pixel % width)
    let isBar = row % 4 == image % 4 || column == image % 3
    let noise = UInt8(truncatingIfNeeded: (image &* 7919 &+ pixel &* 104_729) >> 3) % 100
    return isBar ? 255 - noise : noise
  }

  func encodedImages(count: Int, salt: Int) -> [UInt8] {
    IDXFile.encode(
      sizes: [count, height, width], content: pixels(count: count, salt: salt))
  }

  func encodedLabels(count: Int) -> [UInt8] {
    IDXFile.encode(sizes: [count], content: (0..<count).map { UInt8($0 % 4) })
  }

  /// Four files named as MNIST's, plain.
  func write(to folder: String) throws {
    try DurableFile.createFolder(folder)
    func write(_ name: String, _ bytes: [UInt8]) throws {
      try DurableFile.write(bytes, to: joinPath(folder, name))
    }
    try write(Self.trainImages, encodedImages(count: train, salt: 0))
    try write(Self.trainLabels, encodedLabels(count: train))
    try write(Self.testImages, encodedImages(count: test, salt: 1_000))
    try write(Self.testLabels, encodedLabels(count: test))
  }
}
