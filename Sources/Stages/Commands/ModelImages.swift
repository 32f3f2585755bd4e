import Datasets
import Foundation
import Images
import Kernels

/// Images of anybody's as a model sees them: of an IDX file, or of a folder all the PNGs.
struct ModelImages {
  private(set) var samples: MemorySamples
  let classes: [UInt8]?

  /// - Throws: `SizeFault` (65) for images of another size, and whatever is wrong with the files.
  init(_ images: String, labels: String? = nil, model: Model, workers: ForkJoin) throws {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: images, isDirectory: &isFolder)
    let part =
      isThere && isFolder.boolValue
      ? try PNGFolderSource(folder: images, hasLabels: false, workers: workers).part("train")
      : try IDXSource(trainImages: images).part("train")
    guard (part.height, part.width) == (model.imageHeight, model.imageWidth) else {
      throw SizeFault(
        what: images, found: [part.height, part.width],
        expected: [model.imageHeight, model.imageWidth])
    }
    classes = try labels.map {
      let classes = try IDXFile.labels($0)
      try IDXFile.requireSameCount(classes, asImages: part.count, of: images)
      return classes.labels
    }
    samples = MemorySamples(part, view: model.binarisation)
  }

  mutating func keepFirst(_ count: Int) { samples.limit = count }
}
