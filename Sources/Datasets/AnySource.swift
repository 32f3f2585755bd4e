import Files
import Foundation
import Images
import Numerics
import Storage

/// Options for images that are named by a path.
package struct SourceOptions: Sendable {
  /// A separate file or dataset of labels; of an HDF5 file its path inside.
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
  /// Of an HDF5 array; nil to guess.
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

/// The source that a path names:
///
/// - `FILE.h5:/PATH`: a dataset of an HDF5 file
/// - what `tessera ingest` wrote: its folder, the archive `images.h5` or the folder `shards`
/// - a folder with `data_batch_1.bin`, or a file `*.bin`: the binary version of CIFAR-10 or CIFAR-100
/// - a folder with files by the names of MNIST's or its relatives' (`IDXNames`), plain or gzip
/// - a MATLAB file of version 7.3 with `X`, and perhaps `y`: SVHN's
/// - any other folder: its PNGs; a file `*.png`: one picture
/// - any other file: IDX
///
/// Throws a `Fault` that names what is wrong or missing.
package func imageSource(
  at path: String, _ options: SourceOptions = SourceOptions(), workers: ForkJoin
) throws -> any ImageSource {
  let source = try changed(wholeSource(at: path, options, workers: workers), options)
  switch options.test {
  case .chosen(let choice):
    guard source.partNames == ["train"] else {
      // Folders of pictures were divided by the same choice.
      if !(source is PNGFolderSource),
        let ignored = options.given.first(where: SourceOption.ofTestChoice.contains)
      {
        throw SourceOptionFault(
          path: path, source: "images with a test part of their own", option: ignored, obeyed: [])
      }
      return source
    }
    return HeldOutSource(source, test: choice)
  case nil, .folder, .list: return source
  }
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

private func wholeSource(
  at path: String, _ options: SourceOptions, workers: ForkJoin
) throws -> any ImageSource {
  let found = try FileStatus.of(path, for: .read)
  let ofTrain = SourceOption.ofTestChoice
  if found == nil, let (file, dataset) = try datasetPath(path) {
    try options.require(SourceOption.ofArrays.union(ofTrain), of: "HDF5 datasets", at: path)
    return try HDF5Source(
      path: file, train: .init(images: dataset, labels: options.labels), axes: options.axes)
  }
  func has(_ name: String) throws -> Bool {
    try FileStatus.of(joinPath(path, name), for: .read) != nil
  }
  if found?.isFolder == true {
    if try has("images.h5"), try ArchiveSource.recognises(joinPath(path, "images.h5")) {
      try options.require(ofTrain, of: "image archives", at: path)
      return try ArchiveSource(joinPath(path, "images.h5"))
    }
    if try has(ShardManifest.fileName) {
      try options.require(ofTrain, of: "shards", at: path)
      return try ShardsSource(folder: path)
    }
    if try has("data_batch_1.bin") {
      try options.require(ofTrain, of: "folders of CIFAR-10", at: path)
      return try CIFARSource(folder: path)
    }
    if try has("train.bin") {
      try options.require(ofTrain.union([.labels]), of: "folders of CIFAR-100", at: path)
      return try CIFARSource(folder: path, .hundred(options.labels))
    }
    if let names = try IDXNames(among: DurableFile.names(in: path), in: path) {
      try options.require(ofTrain, of: "folders of IDX files", at: path)
      return IDXSource(names) { joinPath(path, $0) }
    }
    try options.require(SourceOption.ofFolders, of: "folders of pictures", at: path)
    return try PNGFolderSource(
      folder: path, reading: options.reading, split: options.test ?? .chosen(.none),
      classes: options.classes, preparation: options.preparation, workers: workers)
  }
  let name = path.split(separator: "/").last.map(String.init) ?? path
  if name.lowercased().hasSuffix(PNGFolderSource.suffix) {
    try options.require(SourceOption.ofPictures.union(ofTrain), of: "single pictures", at: path)
    return try PNGFolderSource(
      folder: parentFolder(path), names: [name], classes: .none,
      preparation: options.preparation, workers: workers)
  }
  if name.lowercased().hasSuffix(".bin") {
    try options.require(ofTrain.union([.labels]), of: "files of CIFAR", at: path)
    return CIFARSource(file: path, try .of(path, labels: options.labels))
  }
  if found != nil, let folder = try folderOfShards(path) {
    try options.require(ofTrain, of: "shards", at: path)
    return try ShardsSource(folder: folder)
  }
  if found != nil, try isHDF5(path) { return try wholeFile(path, options) }
  try options.require(ofTrain.union([.labels]), of: "IDX files", at: path)
  return IDXSource(trainImages: path, trainLabels: options.labels)
}

/// The folder of shards that a manifest, or the view of all shards beside one, belongs to.
private func folderOfShards(_ path: String) throws -> String? {
  let folder = parentFolder(path)
  let manifest = joinPath(folder, ShardManifest.fileName)
  guard try FileStatus.of(manifest, for: .read) != nil else { return nil }
  let name = path.split(separator: "/").last.map(String.init)
  return name == ShardManifest.fileName || name == ShardManifest.viewName ? folder : nil
}

/// Whether a path is neither a file's nor that of a dataset with its file.
package func namesNoFile(_ path: String) throws -> Bool {
  try FileStatus.of(path, for: .read) == nil && datasetPath(path) == nil
}

/// Whether a path names a dataset inside an HDF5 file rather than a file.
package func namesDataset(_ path: String) throws -> Bool {
  try FileStatus.of(path, for: .read) == nil && datasetPath(path) != nil
}

/// `images.h5:/train/images`, or, where there is the file, `images.h5:train/images`, as file and dataset; nil for what
/// does not look so.
private func datasetPath(_ path: String) throws -> (file: String, dataset: String)? {
  if let colon = path.range(of: ":/", options: .backwards), colon.lowerBound > path.startIndex {
    return (String(path[..<colon.lowerBound]), "/" + String(path[colon.upperBound...]))
  }
  guard let colon = path.lastIndex(of: ":") else { return nil }
  let file = String(path[..<colon])
  let dataset = String(path[path.index(after: colon)...])
  guard !dataset.isEmpty, try FileStatus.of(file, for: .read)?.isRegular == true, try isHDF5(file)
  else { return nil }
  return (file, "/" + dataset)
}

/// The signature stands first, or behind a block of another program: MATLAB's has 512 bytes.
func isHDF5(_ path: String) throws -> Bool {
  let start = try FileBytes.prefix(path, count: 520)
  let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  return start.starts(with: signature) || start.dropFirst(512).elementsEqual(signature)
}

/// An HDF5 file without the name of a dataset: an archive of ours, or one whose datasets have known names.
private func wholeFile(_ path: String, _ options: SourceOptions) throws -> any ImageSource {
  if try HDF5Source.isMATLAB(path) {
    let names = try ForeignFile(path).datasets()
    if names.contains("/X") {
      try options.require(
        SourceOption.ofArrays.union(SourceOption.ofTestChoice), of: "MATLAB files", at: path)
      let labels = options.labels ?? (names.contains("/y") ? "/y" : nil)
      return try HDF5Source(
        path: path, train: .init(images: "/X", labels: labels), axes: options.axes)
    }
  } else if try ArchiveSource.recognises(path) {
    try options.require(SourceOption.ofTestChoice, of: "image archives", at: path)
    return try ArchiveSource(path)
  }
  throw try unnamedDataset(path)
}

/// Labels of a file of their own, IDX or a dataset of an HDF5 file by `FILE.h5:/PATH`, one for each of `count` images.
///
/// - Parameter images: only names the images.
/// - Throws: `IDXFault` or `DatasetFault` (65) for another number of labels, and whatever is wrong with the file.
package func imageLabels(at path: String, count: Int, of images: String) throws -> [Int32] {
  guard let (file, dataset) = try datasetPath(path) else {
    let labels = try IDXFile.labels(path)
    try IDXFile.requireSameCount(labels, asImages: count, of: images)
    return labels.labels
  }
  let labels = try HDF5Source(path: file, train: .init(images: dataset, labels: dataset))
    .labels(dataset)
  guard labels.count == count else {
    throw DatasetFault.folder(
      path: path, reason: "\(labels.count) labels for the \(count) images of \(images)")
  }
  return labels
}

private func unnamedDataset(_ path: String) throws -> DatasetFault {
  let names = try ForeignFile(path).datasets()
  let some = names.prefix(10).joined(separator: ", ")
  return .folder(
    path: path,
    reason: "an HDF5 file: name the dataset of its images, as in \(path):/images"
      + (names.isEmpty ? "" : "; it has \(some)"))
}
