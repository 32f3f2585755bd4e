import Datasets
import Files

/// Images of 8 x 8 that lie sorted by class, as folders of classes do: a class's images have one row of
/// their own bright, and a pixel that tells them apart.
struct SortedData {
  /// Labels in the files, by class.
  var labels: [UInt8] = [100, 101, 102, 103]
  var train = 48
  var test = 24

  /// The class of an image of a part of `count`.
  func number(_ image: Int, of count: Int) -> Int { image * labels.count / count }

  func pixels(_ image: Int, of count: Int) -> [UInt8] {
    let row = 2 * number(image, of: count)
    return (0..<64).map { pixel in
      pixel / 8 == row || pixel == (image * 5 + 9) % 64 ? 255 : 0
    }
  }

  /// Four files named as MNIST's.
  func write(to folder: String) throws {
    try DurableFile.createFolder(folder)
    for (count, images, names) in [
      (train, ToyData.trainImages, ToyData.trainLabels),
      (test, ToyData.testImages, ToyData.testLabels),
    ] {
      try DurableFile.write(
        IDXFile.encode(
          sizes: [count, 8, 8], content: (0..<count).flatMap { pixels($0, of: count) }),
        to: joinPath(folder, images))
      try DurableFile.write(
        IDXFile.encode(sizes: [count], content: (0..<count).map { labels[number($0, of: count)] }),
        to: joinPath(folder, names))
    }
  }

  /// The test images as PNGs, `FOLDER/CLASS/NUMBER.png`.
  func writePictures(to folder: String, names: [String]) throws {
    for image in 0..<test {
      let own = joinPath(folder, names[number(image, of: test)])
      try DurableFile.createFolder(own)
      try PNGFile.write(
        pixels: pixels(image, of: test), width: 8, height: 8,
        to: joinPath(own, "\(image + 100).png"))
    }
  }

  static func sandbox(_ data: SortedData = SortedData()) throws -> Sandbox {
    let sandbox = try Sandbox(data: nil)
    try data.write(to: sandbox.path("Data/toy"))
    return sandbox
  }
}
