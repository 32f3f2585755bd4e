import Files
import Foundation
import Images
import Kernels
import Storage

/// What is said of images that are named by a path alone.
package struct SourceOptions: Sendable {
  /// A separate file or dataset of labels; of an HDF5 file its path inside.
  package var labels: String?
  package var preparation: PicturePreparation
  /// What subfolders of pictures say.
  package var classes: FolderClasses
  /// Nil for the source's own test part, or none.
  package var test: FolderSplit?
  package var reading: FolderReading

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

/// The source that a path names:
///
/// - `FILE.h5:/PATH`: a dataset of an HDF5 file
/// - a folder with `data_batch_1.bin`, or a file `*.bin`: CIFAR-10's binary version
/// - a folder with `train-images-idx3-ubyte`, plain or gzip: the files of MNIST and its relatives
/// - any other folder: its PNGs; a file `*.png`: one picture
/// - any other file: IDX
///
/// Throws a `Fault` that names what is wrong or missing.
package func imageSource(
  at path: String, _ options: SourceOptions = SourceOptions(), workers: ForkJoin
) throws -> any ImageSource {
  let source = try wholeSource(at: path, options, workers: workers)
  switch options.test {
  case .chosen(let choice):
    guard source.partNames == ["train"] else { return source }
    return HeldOutSource(source, test: choice)
  case nil, .folder, .list: return source
  }
}

private func wholeSource(
  at path: String, _ options: SourceOptions, workers: ForkJoin
) throws -> any ImageSource {
  var isFolder: ObjCBool = false
  let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
  if !isThere, let (file, dataset) = datasetPath(path) {
    return try HDF5Source(path: file, train: .init(images: dataset, labels: options.labels))
  }
  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: joinPath(path, name))
  }
  if isThere, isFolder.boolValue {
    if has("data_batch_1.bin") { return try CIFARSource(folder: path) }
    let images = "train-images-idx3-ubyte"
    if has(images) || has(images + ".gz") { return try IDXSource(folder: path) }
    return try PNGFolderSource(
      folder: path, reading: options.reading, split: options.test ?? .chosen(.none),
      classes: options.classes, preparation: options.preparation, workers: workers)
  }
  let name = path.split(separator: "/").last.map(String.init) ?? path
  if name.lowercased().hasSuffix(PNGFolderSource.suffix) {
    let folder = path.contains("/") ? String(path.dropLast(name.count + 1)) : "."
    return try PNGFolderSource(
      folder: folder.isEmpty ? "/" : folder, names: [name], classes: .none,
      preparation: options.preparation, workers: workers)
  }
  if name.lowercased().hasSuffix(".bin") { return CIFARSource(file: path) }
  if isThere, try isHDF5(path) { throw try unnamedDataset(path) }
  return IDXSource(trainImages: path, trainLabels: options.labels)
}

/// `images.h5:/train/images`, or, where there is the file, `images.h5:train/images`, as file and dataset; nil for what
/// does not look so.
private func datasetPath(_ path: String) -> (file: String, dataset: String)? {
  if let colon = path.range(of: ":/", options: .backwards), colon.lowerBound > path.startIndex {
    return (String(path[..<colon.lowerBound]), "/" + String(path[colon.upperBound...]))
  }
  guard let colon = path.lastIndex(of: ":") else { return nil }
  let file = String(path[..<colon])
  let dataset = String(path[path.index(after: colon)...])
  guard !dataset.isEmpty, (try? isHDF5(file)) == true else { return nil }
  return (file, "/" + dataset)
}

private func isHDF5(_ path: String) throws -> Bool {
  try FileBytes.prefix(path, count: 8) == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
}

private func unnamedDataset(_ path: String) throws -> DatasetFault {
  let names = try ForeignFile(path).datasets()
  let some = names.prefix(10).joined(separator: ", ")
  return .folder(
    path: path,
    reason: "an HDF5 file: name the dataset of its images, as in \(path):/images"
      + (names.isEmpty ? "" : "; it has \(some)"))
}
