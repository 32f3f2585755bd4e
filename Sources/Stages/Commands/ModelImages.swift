import Configuration
import Datasets
import Images
import Kernels

/// Images of anybody's as a model sees them: of any source that `imageSource` knows. Of a source with a
/// test part it is the test images; pictures of any kind become grey or RGB as the model's are, and whoever asks
/// is told where colours were lost.
struct ModelImages {
  private(set) var samples: MemorySamples
  let classes: [Int32]?
  /// The height and width that the images had; nil where they are the model's.
  let resizedFrom: [Int]?
  /// Pictures of colour that were made grey.
  let madeGrey: Int

  /// - Throws: `SizeFault` (65) for images of another size, and whatever is wrong with the files.
  init(
    _ images: GivenImages, labels: String? = nil, model: Model, workers: ForkJoin
  ) throws {
    // Colours are read even where they are then dropped, to know of them.
    let preparation = PicturePreparation(
      channels: model.imageChannels == 3 ? .rgb : .auto, background: images.background)
    var options = SourceOptions(preparation: preparation, reading: images.reading)
    options.transposes = images.transposes
    options.recolours = images.recolours
    options.axes = images.axes
    let source = try imageSource(at: images.path, options, workers: workers)
    for note in source.notes { images.tell(note) }
    let name = source.partNames.last ?? "train"
    var shape = try source.reader(name).shape
    let arePictures = try !source.preparation().isEmpty
    let losesColour =
      (arePictures || images.recolours) && shape.channels == 3 && model.imageChannels == 1
    if losesColour { shape = ImageShape(height: shape.height, width: shape.width) }
    let fits = shape == model.imageShape
    // Sides beyond these are no pictures to resize.
    let canResize =
      images.resizes && shape.channels == model.imageChannels
      && max(shape.height, shape.width) <= 65_536
    guard fits || canResize else {
      throw SizeFault(what: images.path, found: shape, expected: model.imageShape)
    }
    var (part, notes) = try source.read(name)
    for note in notes { images.tell("\(images.path.printable): \(note)") }
    var madeGrey = 0
    if losesColour { (part, madeGrey) = part.grey() }
    self.madeGrey = madeGrey
    classes = try labels.map {
      try imageLabels(at: $0, count: part.count, of: images.path)
    }
    resizedFrom = fits ? nil : [part.height, part.width]
    samples = MemorySamples(
      fits
        ? part
        : part.resized(
          toHeight: model.imageHeight, toWidth: model.imageWidth, workers: workers),
      view: model.binarisation)
  }

  /// What was done to them, a phrase each: `resized from 32 x 32`, `3 of colour read as grey (BT.601 luma)`.
  var changes: [String] {
    (resizedFrom.map { ["resized from \($0[0]) x \($0[1])"] } ?? [])
      + (madeGrey > 0 ? ["\(madeGrey) of colour read as grey (BT.601 luma)"] : [])
  }

  /// `, resized from 32 x 32, 3 of colour read as grey (BT.601 luma)`: for what is told; empty where nothing was done.
  var changeWords: String { changes.map { ", \($0)" }.joined() }

  /// For JSON: `resizedFrom`, null where nothing was resized, and how many were `madeGrey`.
  var changeFields: [String: ResolvedValue] {
    [
      "resizedFrom": resizedFrom.map { .list($0.map { .integer($0) }) } ?? .null,
      "madeGrey": .integer(madeGrey),
    ]
  }

  mutating func keepFirst(_ count: Int) { samples.limit = count }
}
