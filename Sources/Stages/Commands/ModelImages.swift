import Configuration
import Datasets
import Images
import Kernels

/// Images of anybody's as a model sees them: of any source that `imageSource` knows. Of a source with a
/// test part it is the test images; pictures of any kind become grey or RGB as the model's are.
struct ModelImages {
  private(set) var samples: MemorySamples
  let classes: [UInt8]?
  /// The height and width that the images had; nil where they are the model's.
  let resizedFrom: [Int]?
  /// Whether pictures in colour were read as grey, because the model's are.
  let isGreyed: Bool

  /// - Parameter resizes: whether images of another size are resized; else they are refused.
  /// - Throws: `SizeFault` (65) for images of another size, and whatever is wrong with the files.
  init(
    _ images: String, labels: String? = nil, model: Model, resizes: Bool = false,
    workers: ForkJoin
  ) throws {
    let preparation = PicturePreparation(channels: model.imageChannels == 3 ? .rgb : .grey)
    let source = try imageSource(
      at: images, SourceOptions(preparation: preparation), workers: workers)
    let name = source.partNames.last ?? "train"
    let shape = try source.reader(name).shape
    isGreyed = try shape.channels == 1 && Self.isInColour(images, name, workers: workers)
    let fits = shape == model.imageShape
    // Sides beyond these are no pictures to resize.
    let canResize =
      resizes && shape.channels == model.imageChannels && max(shape.height, shape.width) <= 65_536
    guard fits || canResize else {
      throw SizeFault(what: images, found: shape, expected: model.imageShape)
    }
    let part = try source.part(name)
    classes = try labels.map {
      let classes = try IDXFile.labels($0)
      try IDXFile.requireSameCount(classes, asImages: part.count, of: images)
      return classes.labels
    }
    resizedFrom = fits ? nil : [part.height, part.width]
    samples = MemorySamples(
      fits
        ? part
        : part.resized(
          toHeight: model.imageHeight, toWidth: model.imageWidth, workers: workers),
      view: model.binarisation)
  }

  /// What the images would be if nobody asked for grey.
  private static func isInColour(
    _ images: String, _ part: String, workers: ForkJoin
  ) throws -> Bool {
    let own = SourceOptions(preparation: PicturePreparation(channels: .auto))
    return try imageSource(at: images, own, workers: workers).reader(part).shape.channels > 1
  }

  /// `, resized from 32 x 32, RGB or palette read as grey`: for what is told; empty where nothing was changed.
  var changedWords: String {
    (resizedFrom.map { ", resized from \($0[0]) x \($0[1])" } ?? "")
      + (isGreyed ? ", RGB or palette read as grey (BT.601 luma)" : "")
  }

  /// For JSON: null where nothing was resized.
  var resizedField: ResolvedValue {
    resizedFrom.map { .list($0.map { .integer($0) }) } ?? .null
  }

  mutating func keepFirst(_ count: Int) { samples.limit = count }
}
