import Images
import Storage

/// Images of a dataset, in the order of the array; one whose first axis is not the image's is held in memory whole.
final class HDF5Reader: ImageReader {
  private let source: HDF5Source
  private let images: any ForeignBytes
  private let labelsName: String?
  private let axes: ImageAxes
  /// All values, where images do not follow each other.
  private var whole: [UInt8] = []
  private var next = 0
  let count: Int
  let shape: ImageShape

  init(_ source: HDF5Source, _ part: HDF5Source.Part) throws {
    self.source = source
    labelsName = part.labels
    images = try ForeignFile(source.path).bytes(part.images)
    let sizes = images.shape
    guard let axes = source.axes ?? ImageAxes(guessing: sizes, isMATLAB: source.isMATLAB),
      let (count, shape) = axes.layout(sizes), sizes.allSatisfy({ $0 > 0 }),
      shape.channels == 1 || shape.channels == 3, shape.height <= 65_535, shape.width <= 65_535
    else {
      throw DatasetFault.folder(
        path: "\(source.path):\(part.images)",
        reason:
          "expected sizes [image, row, column] or [image, row, column, 1 or 3 channels], found "
          + "\(sizes); name the axes (--axes image,channel,row,column, in a pipeline axes: [...])")
    }
    self.axes = axes
    self.count = count
    self.shape = shape
  }

  func labels() throws -> [Int32]? {
    guard let labelsName else { return nil }
    let labels = try source.labels(labelsName)
    guard labels.count == count else {
      throw DatasetFault.folder(
        path: "\(source.path):\(labelsName)",
        reason: "expected one label for each of the \(count) images, found \(labels.count)")
    }
    return labels
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let sizes = images.shape
    if axes.isPlain(sizes) { return try images.read(into: output) }
    let wanted = output.count / shape.valueCount
    if axes.startsWithImages {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: output.count, alignment: 64)
      defer { block.deallocate() }
      try images.read(into: block)
      return axes.copy(
        UnsafeRawBufferPointer(block), sizes: sizes, images: 0..<wanted, to: output)
    }
    if whole.isEmpty {
      whole = [UInt8](repeating: 0, count: count * shape.valueCount)
      try whole.withUnsafeMutableBytes { try images.read(into: $0) }
    }
    whole.withUnsafeBytes {
      axes.copy($0, sizes: sizes, images: next..<next + wanted, to: output)
    }
    next += wanted
  }
}
