import Configuration
import Datasets
import Files
import Models
import Numerics

/// Images of anybody's as a model sees them: of any source that `imageSource` knows. Of a source with a
/// test part it is the test images; pictures of any kind become grey or RGB as the model's are, and whoever asks
/// is told where colours were lost.
struct ModelImages {
  private(set) var samples: MemorySamples
  /// Which of the given images these are.
  private(set) var choice: SampleChoice
  /// Nil where neither the source nor a file says of what classes the images are.
  let labels: ImageLabels?
  /// The height and width that the images had; nil where they are the model's.
  let resizedFrom: [Int]?
  /// Pictures of colour that were made grey.
  let madeGrey: Int

  /// - Parameters:
  ///   - labels: a file of labels, or beside a dataset of an HDF5 file another of the same; nil for the source's own.
  ///   - classes: what subfolders of pictures say; nil for classes where they hold all pictures.
  /// - Throws: `SizeFault` (65) for images of another size, and whatever is wrong with the files.
  init(
    _ images: GivenImages, labels: String? = nil, classes: FolderClasses? = nil, model: Model,
    workers: ForkJoin
  ) throws {
    // Colours are read even where they are then dropped, to know of them.
    let preparation = PicturePreparation(
      channels: model.imageChannels == 3 ? .rgb : .auto, background: images.background)
    // Beside a dataset a path that is no file's is another dataset's.
    let areInside = try labels.map { try namesArray($0, inFileOf: images.path) } ?? false
    var options = SourceOptions(
      labels: areInside ? labels : nil, preparation: preparation, reading: images.reading)
    options.transposes = images.transposes
    options.recolours = images.recolours
    options.axes = images.axes
    options.given = images.givenOptions
    let source = try Self.source(
      images.path, options, classes: labels == nil ? classes : FolderClasses.none,
      workers: workers)
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
    if let labels, !areInside {
      self.labels = ImageLabels(
        try imageLabels(at: labels, count: part.count, of: images.path))
    } else {
      self.labels = part.labels.map { ImageLabels($0, names: source.classNames) }
    }
    resizedFrom = fits ? nil : [part.height, part.width]
    samples = MemorySamples(
      fits
        ? part
        : part.resized(
          toHeight: model.imageHeight, toWidth: model.imageWidth, workers: workers),
      view: model.binarisation)
    choice = SampleChoice(part.count, of: part.count, labels: self.labels?.classes ?? [])
  }

  /// Where nobody says what subfolders are, they are classes unless pictures lie beside them.
  private static func source(
    _ images: String, _ options: SourceOptions, classes: FolderClasses?, workers: ForkJoin
  ) throws -> any ImageSource {
    var options = options
    options.classes = classes ?? .first
    do { return try imageSource(at: images, options, workers: workers) } catch DatasetFault.folder
      where classes == nil
    {
      options.classes = .none
      return try imageSource(at: images, options, workers: workers)
    }
  }

  /// What was done to them, a phrase each: `resized from 32 x 32`, `3 of colour read as grey (BT.601 luma)`.
  var changes: [String] {
    (resizedFrom.map { ["resized from \($0[0]) x \($0[1])"] } ?? [])
      + (madeGrey > 0 ? ["\(madeGrey) of colour read as grey (BT.601 luma)"] : [])
  }

  /// `, resized from 32 x 32, 3 of colour read as grey (BT.601 luma)`: for what is told; empty where nothing was done.
  var changeWords: String { changes.map { ", \($0)" }.joined() }

  /// `, 10 of 20 images, chosen by seed 1`: for what is told; empty where all are meant.
  var choiceWords: String { choice.isWhole ? "" : ", \(choice.words)" }

  /// For JSON: `resizedFrom`, null where nothing was resized, and how many were `madeGrey`.
  var changeFields: [String: ResolvedValue] {
    [
      "resizedFrom": resizedFrom.map { .list($0.map { .integer($0) }) } ?? .null,
      "madeGrey": .integer(madeGrey), "choice": .string(choice.words),
    ]
  }

  /// From now on these are so many of the images at most, as `SampleChoice` has them.
  mutating func choose(_ count: Int, seed: Int = SampleChoice.seed) {
    choice = SampleChoice(count, of: choice.total, labels: labels?.classes ?? [], seed: seed)
    samples.chosen = choice.isWhole ? nil : choice.samples
  }
}
