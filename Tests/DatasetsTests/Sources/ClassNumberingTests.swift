import Datasets
import Files
import Numerics
import Storage
import TestSupport
import Testing

/// Classes are the distinct labels, whatever numbers and names they have.
@Suite(.serialized) struct ClassNumberingTests {
  private let workers = ForkJoin(workers: 1)

  /// Labels of an HDF5 file, images of one pixel.
  private func archive(_ labels: [Int32], in folder: TemporaryFolder) throws -> ImageArchive {
    try HDF5File.writeAtomically(to: folder("in.h5")) { file in
      try file.write(
        "/images", [UInt8](repeating: 1, count: labels.count), shape: [labels.count, 1, 1])
      try file.write("/labels", labels)
    }
    let source = try imageSource(
      at: folder("in.h5:/images"), SourceOptions(labels: "/labels"), workers: workers)
    try ImageArchive.write(source, name: "x", to: folder("out.h5"))
    let archive = try ImageArchive(folder("out.h5"))
    #expect(try source.outlineWithClasses()?.classes == archive.classNames.count)
    return archive
  }

  @Test(
    arguments: [Array(100...109), Array(1...10), Array(0...9), [7, 65_535, 9, 10]] as [[Int32]])
  func labelsAreNumberedInOrder(distinct: [Int32]) throws {
    let folder = try TemporaryFolder()
    let labels = distinct.reversed() + distinct
    let archive = try archive(labels, in: folder)
    let sorted = distinct.sorted()
    #expect(archive.classNames == sorted.map { String($0) })
    // Read back: the name of each image's class is its label.
    let classes = try #require(try archive.labels("train"))
    #expect(Set(classes) == Set(0..<Int32(distinct.count)))
    #expect(classes.map { archive.classNames[Int($0)] } == labels.map { String($0) })
  }

  @Test func labelsOfIDXFilesAreNumberedToo() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(
      IDXFile.encode(sizes: [4, 1, 1], content: [1, 2, 3, 4]), to: folder("images"))
    try DurableFile.write(
      IDXFile.encode(sizes: [4], content: [200, 26, 1, 26]), to: folder("labels"))
    let source = IDXSource(trainImages: folder("images"), trainLabels: folder("labels"))
    try ImageArchive.write(source, name: "x", to: folder("a.h5"))
    let archive = try ImageArchive(folder("a.h5"))
    #expect(archive.classNames == ["1", "26", "200"])
    #expect(try archive.labels("train") == [2, 1, 0, 1])
  }

  private func write(_ names: [String], in folder: TemporaryFolder) throws {
    for (number, name) in names.enumerated() {
      let parts = name.split(separator: "/").dropLast().joined(separator: "/")
      try DurableFile.createFolder(folder(parts))
      try PNGFile.write(pixels: [UInt8(number)], width: 1, height: 1, to: folder(name))
    }
  }

  @Test func foldersAreInNaturalOrderAndPartsAreUnited() throws {
    let folder = try TemporaryFolder()
    try write(
      ["train/10/a.png", "train/2/a.png", "train/1/a.png", "test/2/b.png", "test/33/b.png"],
      in: folder)
    let source = try PNGFolderSource(
      folder: folder.path, split: .folder(test: "test", train: "train"), workers: workers)
    try ImageArchive.write(source, name: "x", to: folder("a.h5"))
    let archive = try ImageArchive(folder("a.h5"))
    #expect(archive.classNames == ["1", "2", "10", "33"])
    // Pictures lie by path: 1, 10, 2 and 2, 33.
    #expect(try archive.labels("train") == [0, 2, 1])
    #expect(try archive.labels("test") == [1, 3])
    let missing = try archive.classesWithoutImages()
    #expect(missing.map(\.part) == ["train", "test"])
    #expect(missing.map(\.names) == [["33"], ["1", "10"]])
  }

  @Test func aClassThatHoldsFoldersIsRemarked() throws {
    let folder = try TemporaryFolder()
    try write(["all/cat/1.png", "all/dog/1.png", "all/dog/2.png"], in: folder)
    func remarks(_ path: String, _ classes: FolderClasses) throws -> [String] {
      try PNGFolderSource(folder: path, classes: classes, workers: workers).notes
    }
    let remark = try #require(try remarks(folder.path, .first).first)
    #expect(remark.contains("\"all\", whose folder holds 2 others (cat, dog)"))
    #expect(remark.contains("classes: path"))
    #expect(try remarks(folder.path, .path).isEmpty)
    #expect(try remarks(folder("all"), .first).isEmpty)
    #expect(try remarks(folder("all/dog"), .first).isEmpty)
    try write(["parts/train/cat/1.png", "parts/test/cat/1.png"], in: folder)
    #expect(try remarks(folder("parts"), .first).first?.contains("--test-folder test") == true)
  }

  @Test func namesAreOrderedNaturally() {
    let sorted = [
      "", "1", "01", "2", "9a", "10", "10a2", "10a10", "100", "a", "a1b", "a2", "a10", "b",
    ]
    for (place, first) in sorted.enumerated() {
      for (other, second) in sorted.enumerated() {
        #expect(precedesNaturally(first, second) == (place < other), "\(first) before \(second)")
      }
    }
  }
}
