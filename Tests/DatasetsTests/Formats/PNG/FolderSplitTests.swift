import Configuration
import Datasets
import Files
import Numerics
import TestSupport
import Testing

@Suite(.serialized) struct FolderSplitTests {
  private func write(_ folder: TemporaryFolder, _ names: [String]) throws {
    for (number, name) in names.enumerated() {
      if let slash = name.lastIndex(of: "/") {
        try DurableFile.createFolder(folder(String(name[..<slash])))
      }
      try PNGFile.write(pixels: [UInt8(number)], width: 1, height: 1, to: folder(name))
    }
  }

  private func source(
    _ folder: TemporaryFolder, _ split: FolderSplit, _ classes: FolderClasses = .first
  ) throws -> PNGFolderSource {
    try PNGFolderSource(
      folder: folder.path, split: split, classes: classes, workers: ForkJoin(workers: 2))
  }

  @Test func topFoldersAreParts() throws {
    let folder = try TemporaryFolder()
    try write(folder, ["test/b/1.png", "train/a/1.png", "train/b/1.png", "test/c/2.png"])
    let source = try source(folder, .folder(test: "test", train: "train"))
    // A class is one of both parts.
    #expect(source.classNames == ["a", "b", "c"])
    let (train, test) = (try source.part("train"), try source.part("test"))
    #expect(train.pixels == [1, 2] && train.labels == [0, 1])
    #expect(test.pixels == [0, 3] && test.labels == [1, 2])
    try write(folder, ["val/a/1.png"])
    let fault = #expect(throws: DatasetFault.self) {
      try self.source(folder, .folder(test: "test", train: "train"))
    }
    #expect(fault?.exitCode == .badData)
    #expect(
      fault?.description.hasPrefix("\(folder("val/a/1.png")): expected every picture") == true)
    let none = #expect(throws: DatasetFault.self) {
      try PNGFolderSource(
        folder: folder.path, names: ["train/1.png"], split: .folder(test: "test", train: "train"))
    }
    #expect(none?.exitCode == .noInput)
  }

  @Test func listsNameTestPictures() throws {
    let folder = try TemporaryFolder()
    try write(folder, ["a/1.png", "a/2.png", "b/1.png"])
    try DurableFile.write(text: "b/1.png\r\n\na/1.png\n", to: folder("test.txt"))
    let source = try source(folder, .list(path: folder("test.txt")))
    #expect(try source.part("train").pixels == [1])
    #expect(try source.part("test").pixels == [0, 2])
    #expect(try source.part("test").labels == [0, 1])
    for text in ["a/1.png\n../x.png\n", ""] {
      try DurableFile.write(text: text, to: folder("test.txt"))
      let fault = #expect(throws: DatasetFault.self) {
        try self.source(folder, .list(path: folder("test.txt")))
      }
      if text.contains("..") {
        #expect(fault?.description.contains("line 2: expected the name of a picture") == true)
      }
    }
  }

  @Test func fractionsAreChosenBySeedAlone() throws {
    #expect(try TestChoice.fraction(0.25, seed: 1).images(of: 100).count == 25)
    #expect(try TestChoice.fraction(0.001, seed: 1).images(of: 100).count == 1)
    #expect(try TestChoice.fraction(0, seed: 1).images(of: 100).isEmpty)
    let (one, two) = (TestChoice.fraction(0.5, seed: 1), TestChoice.fraction(0.5, seed: 2))
    #expect(try one.images(of: 100) == one.images(of: 100))
    #expect(try one.images(of: 100) != two.images(of: 100))
    #expect(try one.images(of: 100) != Array(50..<100))
    #expect(throws: DatasetFault.self) { try TestChoice.fraction(0.9, seed: 1).images(of: 1) }
    let folder = try TemporaryFolder()
    try write(folder, (10..<30).map { "\($0).png" })
    let source = try source(folder, .chosen(.fraction(0.3, seed: 5)))
    let chosen = try TestChoice.fraction(0.3, seed: 5).images(of: 20)
    #expect(try source.part("test").pixels == chosen.map { UInt8($0) })
    #expect(try source.part("train").count == 14)
  }

  /// Any source of one part: in blocks of any size, the same images.
  @Test(arguments: [1, 2, 7, 50])
  func heldOutImagesOfAStream(block: Int) throws {
    let folder = try TemporaryFolder()
    _ = try writeSource(in: folder)
    let all = IDXSource(
      trainImages: folder("train-images-idx3-ubyte.gz"),
      trainLabels: folder("train-labels-idx1-ubyte.gz"))
    let pixels = tellingPixels(count: 50, pixels: 20)
    for choice in [TestChoice.last(9), .fraction(0.4, seed: 3)] {
      let source = HeldOutSource(all, test: choice)
      let chosen = try choice.images(of: 50)
      let rest = (0..<50).filter { !chosen.contains($0) }
      for (part, own) in [("test", chosen), ("train", rest)] {
        let reader = try source.reader(part)
        let wanted = own.flatMap { image -> [UInt8] in
          Array(pixels[image * 20..<(image + 1) * 20])
        }
        #expect(try read(reader, blocksOf: block) == wanted)
        let labels = own.map { image -> Int32 in Int32(image % 10) }
        #expect(try reader.labels() == labels)
      }
      #expect(try source.outline()?.counts == ["train": rest.count, "test": chosen.count])
    }
  }
}
