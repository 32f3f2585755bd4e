import Circuits
import Datasets
import Models
import Storage

/// The mutual information of the superpixels of a partition, as an HDF5 file: `/information`,
/// `[superpixel][superpixel]` in nats.
struct InformationFile {
  static let format = "tessera information"
  private static let version = 1

  let information: MutualInformation
  let partition: GridPartition

  init(information: MutualInformation, of partition: GridPartition) {
    self.information = information
    self.partition = partition
  }

  func write(to path: String) throws {
    let shape = partition.shape
    try HDF5File.writeAtomically(to: path) { file in
      try file.setAttribute("/", "format", .string(Self.format))
      try file.setAttribute("/", "version", .integer(Self.version))
      try file.setAttribute("/", "image", .integers([shape.height, shape.width, shape.channels]))
      try file.setAttribute("/", "superpixel", .integers(partition.superpixel))
      try file.write(
        "/information", information.values, shape: [information.count, information.count])
    }
  }

  /// - Throws: `StorageFault`, or `ModelFault` (65) for a file that is none of these.
  init(_ path: String) throws {
    let file = try HDF5File.open(path)
    guard try file.format() == Self.format, try file.integer("/", "version") == Self.version else {
      throw ModelFault(path: path, reason: "not mutual information of tessera, version 1")
    }
    let image = try file.integers("/", "image")
    let superpixel = try file.integers("/", "superpixel")
    let read = try file.read("/information", as: Double.self)
    try file.close()
    guard image.count == 3, image.allSatisfy({ (1...65_536).contains($0) }), superpixel.count == 2,
      let partition = try? GridPartition(
        imageHeight: image[0], imageWidth: image[1], cellHeight: superpixel[0],
        cellWidth: superpixel[1], channels: image[2]),
      read.shape == [partition.cells.count, partition.cells.count],
      read.values.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw ModelFault(
        path: path,
        reason: "expected numbers of at least 0 for each two superpixels, found \(read.shape)")
    }
    self.partition = partition
    information = MutualInformation(count: read.shape[0], values: read.values)
  }
}
