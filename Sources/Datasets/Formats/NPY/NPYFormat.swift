import Configuration
import Files
import Numerics

/// Arrays of NumPy: files `.npy`, and those in archives `.npz`, by name.
struct NPYFormat: ImageFormat {
  static let word = "npy"
  static let summary = "NumPy arrays of u8: FILE.npy or FILE.npz:NAME"
  static let example =
    "{kind: npy, dataset: scans, images: scans.npz:images, labels: scans.npz:labels, test: {last: 1000}}"
  static let given = "a NumPy array of u8 (FILE.npy, FILE.npz:NAME)"
  static let givenLabels: String? =
    "of a NumPy array another one (FILE.npy, FILE.npz:NAME, or the name of one in the same file)"

  static func holdsArrays(_ file: String) throws -> Bool { try ZipArchive.isZip(file) }

  /// `FILE.npz:NAME`, and a file that begins or is called as NumPy's.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    guard let images = try place(path) else {
      if path.isFile, path.name.hasSuffix(".npz") { throw try unnamed(path.path) }
      return nil
    }
    let options = SourceOption.ofArrays.union(SourceOption.ofTestChoice)
    return RecognisedImages("NumPy arrays", obeying: options) { options, _ in
      NPYSource(
        train: .init(images: images, labels: try options.labels.map { try labels($0, of: images) }),
        test: nil, axes: options.axes)
    }
  }

  static func labels(at path: GivenPath, of images: UnlabelledImages) throws -> [Int32]? {
    guard let place = try place(path) else { return nil }
    return try NPYSource.labels(place, count: images.count)
  }

  /// The array that a command line names; nil for anything else.
  private static func place(_ path: GivenPath) throws -> NPYPlace? {
    if let (file, name) = path.array {
      guard try FileStatus.of(file, for: .read)?.isRegular == true, try ZipArchive.isZip(file)
      else {
        return nil
      }
      return NPYPlace(file: file, name: name)
    }
    guard path.isFile else { return nil }
    let isOurs = try path.name.hasSuffix(NPYPlace.suffix) || NPYPlace.isArray(path.path)
    return isOurs ? NPYPlace(file: path.path, name: nil) : nil
  }

  /// A file, or beside images of an archive the name of another array there.
  private static func labels(_ text: String, of images: NPYPlace) throws -> NPYPlace {
    let path = try GivenPath(text)
    if let place = try place(path) { return place }
    return path.found == nil && images.name != nil
      ? NPYPlace(file: images.file, name: text) : NPYPlace(file: text, name: nil)
  }

  private static func unnamed(_ path: String) throws -> DatasetFault {
    let names = NPYPlace.names(in: try ZipArchive(path))
    return .folder(
      path: path,
      reason: "an archive of NumPy arrays: name that of its images, as in \(path):images"
        + (names.isEmpty ? "" : "; it has \(NPYArray.few(names))"))
  }

  // MARK: In a pipeline

  private let arrays: ArrayFields
  var dataset: String { arrays.dataset }

  init(fields: Fields) { arrays = ArrayFields(fields: fields) }

  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    let parts = [arrays.train, arrays.test].compactMap { $0 }
    var files: [String] = []
    for name in parts.flatMap({ [$0.images, $0.labels].compactMap { $0 } }) {
      let file = Self.divided(name).file
      if !files.contains(file) { files.append(file) }
    }
    return finder.rawFolder(named: dataset, files: files)
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    func part(_ names: ArrayPart) -> NPYSource.Part {
      .init(
        images: place(names.images, in: folder), labels: names.labels.map { place($0, in: folder) })
    }
    return arrays.completed(
      NPYSource(train: part(arrays.train), test: arrays.test.map(part), axes: arrays.axes))
  }

  private func place(_ name: String, in folder: RawFolder) -> NPYPlace {
    let (file, name) = Self.divided(name)
    return NPYPlace(file: folder.path(of: file), name: name)
  }

  /// `FILE.npz:NAME` as both; without a colon the file alone.
  private static func divided(_ text: String) -> (file: String, name: String?) {
    guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}
