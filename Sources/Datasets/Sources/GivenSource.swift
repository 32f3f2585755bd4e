import Files
import Numerics

/// Options for images that are named by a path.
package struct SourceOptions: Sendable {
  /// Labels, as the format names them (`ImageFormat.givenLabels`).
  package var labels: String?
  package var preparation: PicturePreparation
  /// The meaning of subfolders of pictures.
  package var classes: FolderClasses
  /// Nil for the source's own test part, or none.
  package var test: FolderSplit?
  package var reading: FolderReading
  /// Whether rows become columns.
  package var transposes = false
  /// Whether grey levels become RGB, or RGB grey, as `preparation.channels` says; pictures are always converted.
  package var recolours = true
  /// Of an array; nil to guess.
  package var axes: ImageAxes?
  /// The options of the command line that differ from their defaults; a source that one of them does not apply to is refused.
  package var given: Set<SourceOption> = []

  package init(
    labels: String? = nil, preparation: PicturePreparation = PicturePreparation(),
    classes: FolderClasses = .none, test: FolderSplit? = nil,
    reading: FolderReading = FolderReading()
  ) {
    self.labels = labels
    self.preparation = preparation
    self.classes = classes
    self.test = test
    self.reading = reading
  }
}

/// The source that a path names: of the format that recognises it (`ImageFormats`), changed by the options.
///
/// Throws a `Fault` that names what is wrong or missing.
package func imageSource(
  at path: String, _ options: SourceOptions = SourceOptions(), workers: ForkJoin
) throws -> any ImageSource {
  let images = try ImageFormats.recognise(GivenPath(path))
  try options.require(images.obeyed, of: images.words, at: path)
  let source = try changed(images.open(options, workers), options)
  guard case .chosen(let choice) = options.test else { return source }
  guard source.partNames == ["train"] else {
    if !images.dividesItself,
      let ignored = options.given.first(where: SourceOption.ofTestChoice.contains)
    {
      throw SourceOptionFault(
        path: path, source: "images with a test part of their own", option: ignored, obeyed: [])
    }
    return source
  }
  return HeldOutSource(source, test: choice)
}

/// The source with its images changed by the options.
private func changed(
  _ source: any ImageSource, _ options: SourceOptions
) throws -> any ImageSource {
  let source = options.transposes ? ChangedSource(source, .transposed) : source
  guard options.recolours, options.preparation.channels != .auto,
    let channels = try source.outline()?.shape.channels
  else { return source }
  switch (options.preparation.channels, channels) {
  case (.rgb, 1): return ChangedSource(source, .coloured)
  case (.grey, 3): return ChangedSource(source, .grey)
  default: return source
  }
}

/// Labels of a file or array of their own, by a path as of images, one for each of `count` images.
///
/// - Parameter images: only names the images.
/// - Throws: `IDXFault` or `DatasetFault` (65) for another number of labels, and whatever is wrong with the file.
package func imageLabels(at path: String, count: Int, of images: String) throws -> [Int32] {
  let given = try GivenPath(path)
  let images = UnlabelledImages(count: count, path: images)
  for format in ImageFormats.all {
    if let labels = try format.labels(at: given, of: images) { return labels }
  }
  preconditionFailure("a format takes any file")
}

/// Whether images are an array in a file, and `labels`, which names no file, another array there.
package func namesArray(_ labels: String, inFileOf images: String) throws -> Bool {
  let labels = try GivenPath(labels)
  return try labels.found == nil && labels.array == nil && GivenPath(images).array != nil
}
