import Configuration
import Datasets
import Files
import Numerics
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct HDF5SourceTests {
  private let workers = ForkJoin(workers: 1)

  @Test(arguments: [[9, 4, 5], [9, 4, 5, 3]], [true, false])
  func datasetsByPath(sizes: [Int], isChunked: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder("x:y.h5")
    let pixels = tellingPixels(count: 9, pixels: sizes.dropFirst().reduce(1, *))
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(
        "/group/images", pixels, shape: sizes,
        layout: isChunked ? .chunked([2] + sizes.dropFirst(), gzip: 3) : .contiguous)
      try file.write("/labels", [0, 1, 2, 0, 1, 2, 0, 1, 5] as [Int64])
    }
    let source = try imageSource(
      at: path + ":/group/images", SourceOptions(labels: "/labels"), workers: workers)
    #expect(try ClassNumbering(of: source).names == ["0", "1", "2", "5"])
    let part = try source.part("train")
    #expect(part.pixels == pixels && part.labels == [0, 1, 2, 0, 1, 2, 0, 1, 5])
    #expect([part.count] + part.shape.sizes == sizes)
    #expect(try read(source.reader("train"), blocksOf: 2) == pixels)
    let fault = #expect(throws: DatasetFault.self) {
      try imageSource(at: path, workers: workers)
    }
    #expect(fault?.description.contains("name the dataset") == true)
    #expect(fault?.description.contains("/labels") == true)
  }

  @Test func whatIsNoImagesIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder("a.h5")
    try HDF5File.writeAtomically(to: path) { file in
      try file.write("/flat", [UInt8](repeating: 0, count: 12), shape: [3, 4])
      try file.write("/four", [UInt8](repeating: 0, count: 48), shape: [3, 2, 2, 4])
      try file.write("/floats", [Double](repeating: 0, count: 12), shape: [3, 2, 2])
      try file.write("/images", [UInt8](repeating: 0, count: 12), shape: [3, 2, 2])
      try file.write("/two", [0, 1] as [Int32])
      try file.write("/negative", [0, -1, 1] as [Int32])
      try file.createGroup("/group")
    }
    for name in ["/flat", "/four", "/floats", "/group", "/nothing", "/group/nothing"] {
      let fault =
        #expect(throws: (any Error).self, "\(name)") {
          try imageSource(at: "\(path):\(name)", workers: workers).part("train")
        } as? any Fault
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description.contains(path) == true)
    }
    for labels in ["/two", "/negative", "/floats", "/nothing"] {
      let fault =
        #expect(throws: (any Error).self, "\(labels)") {
          try imageSource(at: "\(path):/images", SourceOptions(labels: labels), workers: workers)
            .part("train")
        } as? any Fault
      #expect(fault?.exitCode == .badData)
    }
    let missing = #expect(throws: (any Error).self) {
      try imageSource(at: folder("b.h5:/images"), workers: workers)
    }
    #expect((missing as? any Fault)?.exitCode == .noInput)
  }

  /// Values of another file are not looked at.
  @Test func virtualDatasetsAreNotFollowed() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("secret.h5")) { file in
      try file.write("/images", [UInt8](repeating: 42, count: 12), shape: [3, 2, 2])
    }
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      try file.createVirtual(
        "/images", of: UInt8.self, rowShape: [2, 2],
        sources: [VirtualSource(file: "secret.h5", dataset: "/images", rows: 3)])
    }
    let fault =
      #expect(throws: (any Error).self) {
        try imageSource(at: folder("a.h5:/images"), workers: workers).part("train")
      } as? any Fault
    #expect(fault?.description.contains("other files, which are not followed") == true)
  }
}
