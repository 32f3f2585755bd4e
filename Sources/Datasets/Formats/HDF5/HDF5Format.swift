import Configuration
import Files
import Numerics
import Storage

/// Datasets of one HDF5 file, by their paths in it.
struct HDF5Format: ImageFormat {
  static let word = "hdf5"
  static let summary = "u8 datasets of a file"
  static let example =
    "{kind: hdf5, dataset: scans, file: scans.h5, images: /images, test: {last: 1000}}"
  static let given =
    "u8 datasets of an HDF5 file (FILE.h5:/PATH); a MATLAB file of version 7.3 with X and y as SVHN's"
  static let givenLabels: String? = "of an HDF5 file the path of a dataset inside it"

  private static let options = SourceOption.ofArrays.union(SourceOption.ofTestChoice)

  static func holdsArrays(_ file: String) throws -> Bool { try isHDF5(file) }

  /// `FILE.h5:/PATH`, and a file of MATLAB 7.3 with `X` and perhaps `y`.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    if let (file, name) = path.array {
      return RecognisedImages("HDF5 datasets", obeying: options) { options, _ in
        try HDF5Source(
          path: file, train: .init(images: "/" + name, labels: options.labels), axes: options.axes)
      }
    }
    guard path.isFile, try isHDF5(path.path) else { return nil }
    let names = try ForeignFile(path.path).datasets()
    guard try HDF5Source.isMATLAB(path.path), names.contains("/X") else {
      throw unnamed(path.path, names)
    }
    return RecognisedImages("MATLAB files", obeying: options) { options, _ in
      let labels = options.labels ?? (names.contains("/y") ? "/y" : nil)
      return try HDF5Source(
        path: path.path, train: .init(images: "/X", labels: labels), axes: options.axes)
    }
  }

  private static func unnamed(_ path: String, _ names: [String]) -> DatasetFault {
    let some = names.prefix(10).joined(separator: ", ")
    return .folder(
      path: path,
      reason: "an HDF5 file: name the dataset of its images, as in \(path):/images"
        + (names.isEmpty ? "" : "; it has \(some)"))
  }

  static func labels(at path: GivenPath, of images: UnlabelledImages) throws -> [Int32]? {
    guard let (file, name) = path.array else { return nil }
    let labels = try HDF5Source(path: file, train: .init(images: "/" + name, labels: "/" + name))
      .labels("/" + name)
    try images.require(labels.count, at: path.path)
    return labels
  }

  private let file: String
  private let arrays: ArrayFields
  var dataset: String { arrays.dataset }

  init(fields: Fields) {
    arrays = ArrayFields(fields: fields, images: "/images")
    file = fields.string("file", meaning: "name of the file")
  }

  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    finder.rawFolder(named: dataset, files: [file])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    arrays.completed(
      try HDF5Source(
        path: folder.path(of: file), train: arrays.train, test: arrays.test, axes: arrays.axes))
  }
}

/// The signature stands first, or behind a block of another program: MATLAB's has 512 bytes.
func isHDF5(_ path: String) throws -> Bool {
  let start = try FileBytes.prefix(path, count: 520)
  let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  return start.starts(with: signature) || start.dropFirst(512).elementsEqual(signature)
}
