import Configuration
import Datasets
import Files
import Foundation
import Numerics
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct PNGFolderTests {
  private let height = 3
  private let width = 4

  /// An image whose every pixel tells its number.
  private func pixels(_ number: Int) -> [UInt8] {
    (0..<height * width).map { UInt8(number * 20 + $0) }
  }

  private func write(_ folder: TemporaryFolder, _ names: [String]) throws {
    for (number, name) in names.enumerated() {
      if let slash = name.lastIndex(of: "/") {
        try DurableFile.createFolder(folder(String(name[..<slash])))
      }
      try PNGFile.write(pixels: pixels(number), width: width, height: height, to: folder(name))
    }
  }

  @Test func imagesAreOrderedByPathBytewise() throws {
    let folder = try TemporaryFolder()
    // "a-x" sorts before "a/...", because "-" is before "/".
    let names = ["a-x/2.png", "a/10.png", "a/2.PNG", "b/1.png"]
    try write(folder, names)
    try DurableFile.write(text: "no picture", to: folder("a/notes.txt"))
    for workers in [1, 3] {
      let source = try PNGFolderSource(
        folder: folder.path, names: names.reversed(), split: .chosen(.last(1)),
        workers: ForkJoin(workers: workers))
      #expect(source.partNames == ["train", "test"])
      #expect(source.classNames == ["a", "a-x", "b"])
      #expect(
        try source.outlineWithClasses()
          == ImageOutline(
            height: height, width: width, counts: ["train": 3, "test": 1], classes: 3))
      let train = try source.part("train")
      #expect(train.count == 3 && train.height == height && train.width == width)
      #expect(train.pixels == pixels(0) + pixels(1) + pixels(2))
      #expect(train.labels == [1, 0, 0])
      let test = try source.part("test")
      #expect(test.pixels == pixels(3))
      #expect(test.labels == [2])
      #expect(source.files.map(\.name) == names)
    }
    let listed = try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: 2))
    #expect(listed.files.map(\.name) == names)
    #expect(listed.partNames == ["train"])
  }

  @Test func aFlatFolderHasNoClasses() throws {
    let folder = try TemporaryFolder()
    try write(folder, ["1.png", "2.png"])
    let source = try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: 1))
    #expect(source.classNames.isEmpty)
    #expect(try source.part("train").labels == nil)
    try write(folder, ["x/1.png"])
    let fault = #expect(throws: DatasetFault.self) {
      try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: 1))
    }
    #expect(fault?.description.hasPrefix("\(folder("1.png")): expected every image in") == true)
    let mixed = try PNGFolderSource(
      folder: folder.path, classes: .none, workers: ForkJoin(workers: 1))
    #expect(try mixed.part("train").count == 3)
    #expect(try mixed.part("train").labels == nil)
  }

  @Test func archivesKeepPathsWithinTheFolder() throws {
    let folder = try TemporaryFolder()
    try write(folder, ["a/1.png", "b/1.png"])
    let source = try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: 1))
    try ImageArchive.write(source, name: "toy", to: folder("images.h5"))
    let archive = try ImageArchive(folder("images.h5"))
    #expect(archive.sources.map(\.name) == ["a/1.png", "b/1.png"])
    #expect(archive.sources[1].sha256 == (try SHA256.hex(ofFile: folder("b/1.png"))))
    #expect(archive.counts == ["train": 2])
  }

  @Test func imagesOfTwoSizesAreRefused() throws {
    let folder = try TemporaryFolder()
    try write(folder, ["1.png", "2.png", "3.png", "4.png"])
    for name in ["2.png", "4.png"] {
      try PNGFile.write(pixels: [1, 2], width: 2, height: 1, to: folder(name))
    }
    for workers in [1, 3] {
      let source = try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: workers))
      let fault = #expect(throws: PictureSizeFault.self) { try source.part("train") }
      #expect(
        fault
          == PictureSizeFault(
            path: folder("2.png"), policy: .fail, expected: [height, width], found: [1, 2]))
      #expect(fault?.exitCode == .badData)
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    let folder = try TemporaryFolder()
    let one = ForkJoin(workers: 1)
    let none = #expect(throws: DatasetFault.self) {
      try PNGFolderSource(folder: folder.path, workers: one)
    }
    #expect(none?.exitCode == .noInput)
    #expect(throws: FileFault.self) {
      try PNGFolderSource(folder: folder("nowhere"), workers: one)
    }
    try write(folder, ["a/1.png", "a/2.png"])
    let all = #expect(throws: DatasetFault.self) {
      try PNGFolderSource(
        folder: folder.path, names: ["a/1.png", "a/2.png"], split: .chosen(.last(3)))
    }
    #expect(all?.exitCode == .configuration)
    try DurableFile.write(text: "not a picture", to: folder("a/2.png"))
    let corrupt = #expect(throws: PNGFault.self) {
      try PNGFolderSource(folder: folder.path, workers: one).part("train")
    }
    #expect(corrupt?.description.hasPrefix("\(folder("a/2.png")): not a readable PNG") == true)
  }

  @Test(arguments: [(FolderClasses.first, ["a", "b"]), (.path, ["a/x", "a/y", "b"]), (.none, [])])
  func classesOfDeepFolders(classes: FolderClasses, names: [String]) throws {
    let folder = try TemporaryFolder()
    try write(folder, ["a/x/1.png", "a/y/1.png", "b/1.png"])
    let source = try PNGFolderSource(
      folder: folder.path, classes: classes, workers: ForkJoin(workers: 1))
    #expect(source.classNames == names)
    let labels: [Int32]? =
      switch classes {
      case .first: [0, 0, 1]
      case .path: [0, 1, 2]
      case .none: nil
      }
    #expect(try source.part("train").labels == labels)
  }

  /// What is no regular file is left out, and a name is only a name.
  @Test func oddNamesAndFiles() throws {
    let folder = try TemporaryFolder()
    let names = ["a\nb.png", "e\u{1B}[31m.png", "q'\"`$(x).png", "z..png"]
    try write(folder, names)
    try DurableFile.createFolder(folder("x.png"))
    #expect(mkfifo(folder("y.png"), 0o600) == 0)
    #expect(symlink(".", folder("loop.png")) == 0)
    #expect(symlink(folder.path, folder("round")) == 0)
    let source = try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: 1))
    #expect(source.files.map(\.name) == names)
    #expect(try source.part("train").count == 4)
    try DurableFile.write(text: "no picture", to: folder(names[1]))
    let fault = #expect(throws: PNGFault.self) { try source.part("train") }
    #expect(fault?.description.contains("\u{1B}") == false, "no escape reaches the terminal")
  }
}
