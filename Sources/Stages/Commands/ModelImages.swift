import Datasets
import Images
import Kernels

/// Images of anybody's as a model sees them: of any source that `imageSource` knows. Of a source with a
/// test part it is the test images; pictures of any kind become grey or RGB as the model's are.
struct ModelImages {
  private(set) var samples: MemorySamples
  let classes: [UInt8]?

  /// - Throws: `SizeFault` (65) for images of another size, and whatever is wrong with the files.
  init(_ images: String, labels: String? = nil, model: Model, workers: ForkJoin) throws {
    let preparation = PicturePreparation(channels: model.imageChannels == 3 ? .rgb : .grey)
    let source = try imageSource(
      at: images, SourceOptions(preparation: preparation), workers: workers)
    let part = source.partNames.last ?? "train"
    let shape = try source.reader(part).shape
    guard shape == model.imageShape else {
      throw SizeFault(what: images, found: shape, expected: model.imageShape)
    }
    let all = try source.part(part)
    classes = try labels.map {
      let classes = try IDXFile.labels($0)
      try IDXFile.requireSameCount(classes, asImages: all.count, of: images)
      return classes.labels
    }
    samples = MemorySamples(all, view: model.binarisation)
  }

  mutating func keepFirst(_ count: Int) { samples.limit = count }
}
