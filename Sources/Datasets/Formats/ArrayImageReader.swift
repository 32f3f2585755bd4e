import Files
import Storage

/// Images of an array of levels, in the order of the array; one whose first axis is not the image's is held in memory
/// whole.
final class ArrayImageReader: ImageReader {
  private let values: any ForeignBytes
  private let ownLabels: ArrayLabels?
  /// As the values lie, from the slowest index to the fastest.
  private let axes: ImageAxes
  private let sizes: [Int]
  /// All values, where images do not follow each other.
  private var whole: [UInt8] = []
  private var next = 0
  let count: Int
  let shape: ImageShape

  /// - Parameters:
  ///   - place: the array's name in messages, with its file's.
  ///   - axes: nil for an array whose sizes suggest none.
  ///   - firstIsFastest: whether the first index is the fastest (Fortran order).
  /// - Throws: `DatasetFault` (65) for sizes that are not those of images.
  init(
    _ values: any ForeignBytes, at place: String, axes: ImageAxes?, firstIsFastest: Bool = false,
    labels: ArrayLabels?
  ) throws {
    let sizes = values.shape
    guard let axes, let (count, shape) = axes.layout(sizes), sizes.allSatisfy({ $0 > 0 }),
      shape.channels == 1 || shape.channels == 3, shape.height <= 65_535, shape.width <= 65_535
    else {
      throw DatasetFault.folder(
        path: place,
        reason:
          "expected sizes [image, row, column] or [image, row, column, 1 or 3 channels], found "
          + "\(sizes); name the axes (--axes image,channel,row,column, in a pipeline axes: [...])")
    }
    self.values = values
    ownLabels = labels
    self.axes = firstIsFastest ? axes.reversed : axes
    self.sizes = firstIsFastest ? sizes.reversed() : sizes
    self.count = count
    self.shape = shape
  }

  func labels() throws -> [Int32]? {
    guard let ownLabels else { return nil }
    let labels = try ownLabels.read(count)
    guard labels.count == count else {
      throw DatasetFault.folder(
        path: ownLabels.place,
        reason: "expected one label for each of the \(count) images, found \(labels.count)")
    }
    return labels
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    if axes.isPlain(sizes) { return try values.read(into: output) }
    let wanted = output.count / shape.valueCount
    if axes.startsWithImages {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: output.count, alignment: 64)
      defer { block.deallocate() }
      try values.read(into: block)
      return axes.copy(
        UnsafeRawBufferPointer(block), sizes: sizes, images: 0..<wanted, to: output)
    }
    if whole.isEmpty { try readWhole() }
    whole.withUnsafeBytes {
      axes.copy($0, sizes: sizes, images: next..<next + wanted, to: output)
    }
    next += wanted
  }

  private func readWhole() throws {
    let size = count * shape.valueCount
    guard size <= ProcessMemory.available else {
      throw DatasetFault.memory(images: count, bytes: size, available: ProcessMemory.available)
    }
    whole = [UInt8](repeating: 0, count: size)
    try whole.withUnsafeMutableBytes { try values.read(into: $0) }
  }
}

/// Labels of images that lie in an array of their own.
struct ArrayLabels {
  /// The array's name in messages, with its file's.
  let place: String
  /// Takes how many there have to be, so that an array of more need not be read.
  let read: (_ count: Int) throws -> [Int32]

  /// Class numbers from 0 to 65,535. Throws `DatasetFault` (65) for any other.
  static func classes(_ values: [Int64], at place: String) throws -> [Int32] {
    if let image = values.firstIndex(where: { !(0...65_535).contains($0) }) {
      throw DatasetFault.folder(
        path: place,
        reason: "image \(image): expected a class number from 0 to 65535, found \(values[image])")
    }
    return values.map(Int32.init)
  }
}
