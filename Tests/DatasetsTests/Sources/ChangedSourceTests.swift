import Datasets
import Files
import Numerics
import TestSupport
import Testing

/// Images as other programs store them.
@Suite(.serialized) struct ChangedSourceTests {
  private func write(_ folder: TemporaryFolder, _ name: String, _ sizes: [Int], _ content: [UInt8])
    throws
  {
    try DurableFile.write(IDXFile.encode(sizes: sizes, content: content), to: folder(name))
  }

  @Test func transposition() throws {
    let folder = try TemporaryFolder()
    // Two images of 2 rows and 3 columns.
    let stored = (0..<12).map { UInt8($0) }
    try write(folder, "a", [2, 2, 3], stored)
    let source = ChangedSource(IDXSource(trainImages: folder("a")), .transposed)
    #expect(try source.outline()?.shape == ImageShape(height: 3, width: 2))
    let expected: [UInt8] = [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]
    for block in [1, 2] {
      #expect(try read(source.reader("train"), blocksOf: block) == expected)
    }
    #expect(try source.preparation()["transposed"] != nil)
    // Twice is not at all.
    #expect(try ChangedSource(source, .transposed).part("train").pixels == stored)
  }

  @Test func greyLevelsAndColours() throws {
    let folder = try TemporaryFolder()
    try write(folder, "a", [2, 1, 2], [7, 9, 0, 255])
    let coloured = ChangedSource(IDXSource(trainImages: folder("a")), .coloured)
    #expect(try coloured.part("train").pixels == [7, 7, 7, 9, 9, 9, 0, 0, 0, 255, 255, 255])
    #expect(try coloured.outline()?.shape.channels == 3)
    // The luma of a grey is its level.
    #expect(try ChangedSource(coloured, .grey).part("train").pixels == [7, 9, 0, 255])
  }

  @Test(
    arguments: [
      [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
      ],
      [
        "train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte",
      ],
      [
        "emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz",
        "emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters-test-labels-idx1-ubyte.gz",
      ],
      [
        "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int",
        "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int",
      ],
    ])
  func commonNames(names: [String]) throws {
    let found = try #require(try IDXNames(among: names + ["README", "x.png"], in: "here"))
    #expect(
      [found.trainImages, found.trainLabels, found.testImages, found.testLabels] == names)
    // The test images alone, and the plain file rather than the compressed one.
    let test = try IDXNames(among: [names[2], names[2] + ".gz"], in: "here")
    #expect(test?.testImages == names[2] && test?.trainImages == nil)
  }

  @Test func severalDataSetsAreNotGuessed() throws {
    let names = ["a-train-images-idx3-ubyte", "b-train-images-idx3-ubyte"]
    let fault = #expect(throws: DatasetFault.self) { try IDXNames(among: names, in: "here") }
    #expect(fault?.exitCode == .badData && fault?.description.contains("a-, b-") == true)
    #expect(try IDXNames(among: ["photo.png", "strain-images-idx3-ubyte"], in: "here") == nil)
  }

  /// Rows and columns of an array whose axes lie in any order, from one formula.
  @Test(
    arguments: [
      "image,row,column,channel", "image,channel,row,column", "image,channel,column,row",
      "channel,column,row,image", "row,column,channel,image",
    ])
  func axesInAnyOrder(words: String) throws {
    let folder = try TemporaryFolder()
    let size = ["image": 5, "row": 2, "column": 4, "channel": 3]
    let order = words.split(separator: ",").map(String.init)
    func level(_ place: [String: Int]) -> UInt8 {
      UInt8(["image", "row", "column", "channel"].reduce(0) { $0 * 6 + (place[$1] ?? 0) } % 251)
    }
    func values(_ order: [String]) -> [UInt8] {
      let sizes = order.map { size[$0] ?? 0 }
      return (0..<sizes.reduce(1, *)).map { index in
        var (rest, place) = (index, [String: Int]())
        for (axis, size) in zip(order, sizes).reversed() {
          place[axis] = rest % size
          rest /= size
        }
        return level(place)
      }
    }
    try HDF5Fixture.write(
      folder("a.h5"), images: values(order), sizes: order.map { size[$0] ?? 0 })
    let axes = try #require(ImageAxes(order))
    let source = try HDF5Source(path: folder("a.h5"), train: .init(images: "/images"), axes: axes)
    let expected = values(["image", "row", "column", "channel"])
    for block in [1, 2, 5] {
      #expect(try read(source.reader("train"), blocksOf: block) == expected)
    }
    #expect(try source.outline()?.shape == ImageShape(height: 2, width: 4, channels: 3))
  }

  @Test func whatNamesNoAxesIsRefused() {
    for words in [
      [], ["image", "row"], ["image", "row", "column", "row"], ["image", "row", "x"],
    ] {
      #expect(ImageAxes(words) == nil)
    }
  }
}
