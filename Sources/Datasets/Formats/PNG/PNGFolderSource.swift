import Configuration
import Files
import Numerics

/// A folder of PNGs of any kind, flat or with subfolders that are classes.
///
/// Images are ordered by path, bytewise, in each part. `PicturePreparation` makes them images of one
/// shape: `channels: auto` is decided by the heads of all files, and a size that is not given is the first
/// picture's.
package struct PNGFolderSource: ImageSource {
  package static let suffix = ".png"
  /// Pixels an image has at most.
  static let pixelLimit = PicturePreparation.mostPixels
  /// Pixels of a side at most, as the decoder has it.
  static let sideLimit = 1 << 16

  package let folder: String
  private let names: [String]
  private let parts: FolderParts
  private let treatment: PicturePreparation
  /// Every image's, as the heads of the files say.
  private let shape: ImageShape
  private let workers: ForkJoin
  /// Of a whole folder.
  private let account: FolderAccount?

  /// - Parameter names: relative paths of the images.
  /// - Throws: `DatasetFault`: no images (66), images beside class folders or in no part (65), no training
  ///   image left (78); `FileFault` for a list of test images, or for a head that cannot be read.
  package init(
    folder: String, names: [String], split: FolderSplit = .chosen(.none),
    classes: FolderClasses = .first, preparation: PicturePreparation = PicturePreparation(),
    workers: ForkJoin = ForkJoin(workers: 1)
  ) throws {
    try self.init(
      folder, names, account: nil, parts: (split, classes), preparation: preparation,
      workers: workers)
  }

  private init(
    _ folder: String, _ names: [String], account: FolderAccount?,
    parts division: (split: FolderSplit, classes: FolderClasses), preparation: PicturePreparation,
    workers: ForkJoin
  ) throws {
    guard !names.isEmpty else {
      throw DatasetFault.missing(folder: folder, names: ["*\(Self.suffix)"])
    }
    self.folder = folder
    self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    parts = try FolderParts(
      folder: folder, names: self.names, split: division.split, classes: division.classes)
    self.account = account
    treatment = preparation
    shape = try Self.shape(of: self.names.map { joinPath(folder, $0) }, preparation)
    self.workers = workers
  }

  /// The PNGs of a folder's account.
  package init(
    _ account: FolderAccount, split: FolderSplit = .chosen(.none), classes: FolderClasses = .first,
    preparation: PicturePreparation = PicturePreparation(), workers: ForkJoin
  ) throws {
    try self.init(
      account.folder, account.names, account: account, parts: (split, classes),
      preparation: preparation, workers: workers)
  }

  /// The PNGs below a folder. Throws as `FolderReading.account` as well.
  package init(
    folder: String, reading: FolderReading = FolderReading(), split: FolderSplit = .chosen(.none),
    classes: FolderClasses = .first, preparation: PicturePreparation = PicturePreparation(),
    workers: ForkJoin
  ) throws {
    var besides: [String] = []
    if case .list(let path) = split, path.hasPrefix(joinPath(folder, "/")) {
      besides = [String(path.dropFirst(joinPath(folder, "/").count))]
    }
    try self.init(
      reading.account(of: folder, besides: besides), split: split, classes: classes,
      preparation: preparation, workers: workers)
  }

  package var classNames: [String] { parts.classNames }
  package var partNames: [String] {
    (parts.train.isEmpty ? [] : ["train"]) + (parts.test.isEmpty ? [] : ["test"])
  }

  package var files: [(name: String, path: String)] {
    names.map { ($0, joinPath(folder, $0)) }
  }

  package func outline() throws -> ImageOutline? {
    let counts = ["train": parts.train.count, "test": parts.test.count].filter { $0.value > 0 }
    return ImageOutline(shape: shape, counts: counts)
  }

  package func preparation() throws -> [String: String] {
    var record = treatment.record(shape)
    if let account, !account.record.isEmpty { record["leftOut"] = account.record }
    return record
  }

  package var notes: [String] { [account?.note, parts.remark].compactMap { $0 } }

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
    if let size = try PNGHead.uprightSize(path) {
      // A head may claim more than can be allocated.
      guard max(size[0], size[1]) <= sideLimit, 3 * size[0] * size[1] <= 4 * pixelLimit else {
        throw PNGFault.tooLarge(
          path: path, width: size[1], height: size[0], limit: 4 * pixelLimit)
      }
      return size
    }
    // Throws, and says why.
    let image = try PNGFile.read(path, limit: 4 * pixelLimit)
    return [image.height, image.width]
  }
}
