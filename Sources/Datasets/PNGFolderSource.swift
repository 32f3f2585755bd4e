import Configuration
import Files
import Images
import Kernels

/// A folder of plain 8-bit grey PNGs of one size, flat or with one level of subfolders.
///
/// Images are ordered by path, bytewise; the last `testCount` of them are the test part. With labels the
/// subfolders are the classes, in their own order; a flat folder has none.
package struct PNGFolderSource: ImageSource {
  package static let suffix = ".png"
  /// Pixels an image has at most.
  static let pixelLimit = 1 << 24

  package let folder: String
  package let classNames: [String]
  private let names: [String]
  private let testCount: Int
  private let workers: ForkJoin

  /// - Parameter names: relative paths of the images.
  /// - Throws: `DatasetFault` for a file too deep, images beside class folders (65), no images (66), or
  ///   no training image left (78).
  package init(
    folder: String, names: [String], testCount: Int = 0, hasLabels: Bool = true,
    workers: ForkJoin = ForkJoin(workers: 1)
  ) throws {
    guard !names.isEmpty else {
      throw DatasetFault.missing(folder: folder, names: ["*\(Self.suffix)"])
    }
    let names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if let deep = names.first(where: { $0.split(separator: "/").count > 2 }) {
      throw DatasetFault.folder(
        path: joinPath(folder, deep),
        reason: "expected images in the folder or one level of subfolders, found two levels; move "
          + "the file up, or out of the folder")
    }
    let classes = Set(names.map(Self.subfolder))
    if hasLabels, classes.count > 1, classes.contains(""),
      let bare = names.first(where: { Self.subfolder(of: $0).isEmpty })
    {
      throw DatasetFault.folder(
        path: joinPath(folder, bare),
        reason:
          "expected every image in the subfolder of its class, found one beside them; move it, or "
          + "say labels: false")
    }
    guard testCount < names.count else {
      throw DatasetFault.testTooLarge(test: testCount, images: names.count)
    }
    self.folder = folder
    self.names = names
    self.testCount = testCount
    self.workers = workers
    classNames =
      !hasLabels || classes == [""]
      ? [] : classes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// All PNGs below a folder. Throws `FileFault` (66) as well, where it cannot be listed.
  package init(folder: String, hasLabels: Bool = true, workers: ForkJoin) throws {
    let names = try DurableFile.listTree(folder).filter {
      $0.lowercased().hasSuffix(Self.suffix)
    }
    try self.init(folder: folder, names: names, hasLabels: hasLabels, workers: workers)
  }

  package var partNames: [String] { testCount == 0 ? ["train"] : ["train", "test"] }

  package var files: [(name: String, path: String)] {
    names.map { ($0, joinPath(folder, $0)) }
  }

  package func outline() throws -> ImageOutline? {
    let first = try firstImage()
    var counts = ["train": names.count - testCount]
    if testCount > 0 { counts["test"] = testCount }
    return ImageOutline(
      height: first.height, width: first.width, counts: counts, classes: classNames.count)
  }

  /// Every part is of its size.
  private func firstImage() throws -> GreyCanvas {
    try PNGFile.readGrey(joinPath(folder, names[0]), limit: Self.pixelLimit)
  }

  /// - Throws: `PNGFault`, `DatasetFault` (65) for images of two sizes, `FileFault`: of the first image
  ///   in order that is wrong, whatever the number of workers.
  package func part(_ name: String) throws -> ImagePart {
    precondition(partNames.contains(name), "no part \(name) in \(partNames)")
    let own = name == "test" ? names.suffix(testCount) : names.dropLast(testCount)
    let paths = own.map { joinPath(folder, $0) }
    let first = try firstImage()
    let pixels = try decode(paths, height: first.height, width: first.width)
    let numbers = Dictionary(uniqueKeysWithValues: zip(classNames, Int32(0)...))
    return ImagePart(
      count: own.count, height: first.height, width: first.width, pixels: pixels,
      labels: classNames.isEmpty ? nil : own.map { numbers[Self.subfolder(of: $0)] ?? -1 })
  }

  private func decode(_ paths: [String], height: Int, width: Int) throws -> [UInt8] {
    let size = height * width
    var faults = [(any Error)?](repeating: nil, count: paths.count)
    let pixels = faults.withUnsafeMutableBufferPointer { faults in
      // Each piece writes its own image and fault alone.
      nonisolated(unsafe) let faults = faults
      return [UInt8](unsafeUninitializedCapacity: paths.count * size) { pixels, count in
        nonisolated(unsafe) let pixels = pixels
        workers.run(pieces: paths.count) { piece, _ in
          let place = UnsafeMutableBufferPointer(
            rebasing: pixels[piece * size..<(piece + 1) * size])
          place.initialize(repeating: 0)
          do {
            let image = try PNGFile.readGrey(paths[piece], limit: Self.pixelLimit)
            guard (image.height, image.width) == (height, width) else {
              throw DatasetFault.imageSizesDiffer(
                path: paths[piece], expected: [height, width], found: [image.height, image.width])
            }
            _ = place.update(fromContentsOf: image.pixels)
          } catch {
            faults[piece] = error
          }
        }
        count = paths.count * size
      }
    }
    if let fault = faults.lazy.compactMap({ $0 }).first { throw fault }
    return pixels
  }

  private static func subfolder(of name: String) -> String {
    let parts = name.split(separator: "/")
    return parts.count > 1 ? String(parts[0]) : ""
  }
}
