import Configuration
import Files
import Images
import Kernels

/// A folder of PNGs of any kind, flat or with subfolders that are classes.
///
/// Images are ordered by path, bytewise, in each part. `PicturePreparation` makes them images of one
/// shape: `channels: auto` is decided by the heads of all files, and a size that is not given is the first
/// picture's.
package struct PNGFolderSource: ImageSource {
  package static let suffix = ".png"
  /// Pixels an image has at most.
  static let pixelLimit = 1 << 24
  /// Pixels of a side at most, as the decoder has it.
  static let sideLimit = 1 << 16

  package let folder: String
  private let names: [String]
  private let parts: FolderParts
  private let treatment: PicturePreparation
  /// Every image's, as the heads of the files say.
  private let shape: ImageShape
  private let workers: ForkJoin

  /// - Parameter names: relative paths of the images.
  /// - Throws: `DatasetFault`: no images (66), images beside class folders or in no part (65), no training
  ///   image left (78); `FileFault` for a list of test images, or for a head that cannot be read.
  package init(
    folder: String, names: [String], split: FolderSplit = .chosen(.none),
    classes: FolderClasses = .first, preparation: PicturePreparation = PicturePreparation(),
    workers: ForkJoin = ForkJoin(workers: 1)
  ) throws {
    guard !names.isEmpty else {
      throw DatasetFault.missing(folder: folder, names: ["*\(Self.suffix)"])
    }
    self.folder = folder
    self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    parts = try FolderParts(folder: folder, names: self.names, split: split, classes: classes)
    treatment = preparation
    shape = try Self.shape(of: self.names.map { joinPath(folder, $0) }, preparation)
    self.workers = workers
  }

  /// All PNGs below a folder: regular files, links not followed. Throws `FileFault` (66) as well, where
  /// it cannot be listed.
  package init(
    folder: String, split: FolderSplit = .chosen(.none), classes: FolderClasses = .first,
    preparation: PicturePreparation = PicturePreparation(), workers: ForkJoin
  ) throws {
    let names = try DurableFile.listTree(folder).filter {
      $0.lowercased().hasSuffix(Self.suffix)
    }
    try self.init(
      folder: folder, names: names, split: split, classes: classes, preparation: preparation,
      workers: workers)
  }

  package var classNames: [String] { parts.classNames }
  package var remarks: [String] { parts.remark.map { [$0] } ?? [] }
  package var partNames: [String] { parts.test.isEmpty ? ["train"] : ["train", "test"] }

  package var files: [(name: String, path: String)] {
    names.map { ($0, joinPath(folder, $0)) }
  }

  package func outline() throws -> ImageOutline? {
    var counts = ["train": parts.train.count]
    if !parts.test.isEmpty { counts["test"] = parts.test.count }
    return ImageOutline(shape: shape, counts: counts)
  }

  package func preparation() throws -> [String: String] { treatment.record(shape) }

  package func reader(_ part: String) throws -> any ImageReader {
    precondition(partNames.contains(part), "no part \(part) in \(partNames)")
    let own = part == "test" ? parts.test : parts.train
    return PNGReader(
      paths: own.map { joinPath(folder, $0) }, labels: parts.labels(of: own), shape: shape,
      preparation: treatment, workers: workers)
  }

  private static func shape(
    of paths: [String], _ preparation: PicturePreparation
  ) throws -> ImageShape {
    let size = try preparation.size ?? size(of: paths[0])
    let channels =
      switch preparation.channels {
      case .grey: 1
      case .rgb: 3
      case .auto:
        try mapInParallel(paths) { try PNGHead.read($0)?.isColour ?? false }.contains(true) ? 3 : 1
      }
    return ImageShape(height: size[0], width: size[1], channels: channels)
  }

  private static func size(of path: String) throws -> [Int] {
    if let head = try PNGHead.read(path) {
      // A head may claim what nobody could allocate.
      guard max(head.height, head.width) <= sideLimit,
        3 * head.height * head.width <= 4 * pixelLimit
      else {
        throw PNGFault.tooLarge(
          path: path, width: head.width, height: head.height, limit: 4 * pixelLimit)
      }
      return [head.height, head.width]
    }
    // Throws, and says why.
    let image = try PNGFile.read(path, limit: 4 * pixelLimit)
    return [image.height, image.width]
  }
}

/// Decodes a block of pictures at a time, side by side.
private final class PNGReader: ImageReader {
  private let paths: [String]
  private let ownLabels: [Int32]?
  let shape: ImageShape
  private let preparation: PicturePreparation
  private let workers: ForkJoin
  private var next = 0
  var count: Int { paths.count }

  init(
    paths: [String], labels: [Int32]?, shape: ImageShape, preparation: PicturePreparation,
    workers: ForkJoin
  ) {
    self.paths = paths
    ownLabels = labels
    self.shape = shape
    self.preparation = preparation
    self.workers = workers
  }

  func labels() -> [Int32]? { ownLabels }

  /// - Throws: `PNGFault`, `PictureSizeFault` (65), `FileFault`: of the first image in order that is wrong,
  ///   whatever the number of workers.
  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let size = shape.valueCount
    let own = Array(paths[next..<next + output.count / size])
    next += own.count
    var faults = [(any Error)?](repeating: nil, count: own.count)
    faults.withUnsafeMutableBufferPointer { faults in
      // Each piece writes its own image and fault alone.
      nonisolated(unsafe) let faults = faults
      nonisolated(unsafe) let output = output
      let (shape, preparation) = (shape, preparation)
      workers.run(pieces: own.count) { piece, _ in
        do {
          let image = try PNGFile.read(own[piece], limit: 4 * PNGFolderSource.pixelLimit)
          let pixels = try preparation.prepared(image, as: shape, path: own[piece])
          UnsafeMutableRawBufferPointer(rebasing: output[piece * size..<(piece + 1) * size])
            .copyBytes(from: pixels)
        } catch {
          faults[piece] = error
        }
      }
    }
    if let fault = faults.lazy.compactMap({ $0 }).first { throw fault }
  }
}
