import Configuration
import Files
import Numerics

/// A format of images: all that the program knows of it. Another one is a file in this folder and a line in
/// `ImageFormats.all`.
///
/// An instance is a pipeline's `source:` of this format.
package protocol ImageFormat: Sendable {
  /// The `kind` of a pipeline's `source:`.
  static var word: String { get }
  /// One line for `tessera kinds`: what is read.
  static var summary: String { get }
  /// The YAML of a `source:` of this format.
  static var example: String { get }
  /// What a command line may name, in a list of all formats: `IDX files (one, or a folder ...)`.
  static var given: String { get }
  /// What `--labels` of `tessera ingest` names; nil where the format has no such option.
  static var givenLabels: String? { get }

  /// Whether a regular file holds arrays that `FILE:NAME` names. Throws `FileFault`.
  static func holdsArrays(_ file: String) throws -> Bool
  /// The images at a path of a command line; nil where they are not of this format.
  ///
  /// - Throws: a `Fault` for a file of this format that does not say which of its images are meant.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages?
  /// Labels of a file or array of their own, one for each of the images; nil where the file is not of this format.
  ///
  /// - Throws: a `Fault` (65) for another number of labels, and for whatever is wrong with the file.
  static func labels(at path: GivenPath, of images: UnlabelledImages) throws -> [Int32]?

  /// Reads the fields of `source:`; mistakes are recorded there.
  init(fields: Fields)
  /// The data set's name below `Data/` or `$TESSERA_DATA`, or its path.
  var dataset: String { get }
  /// Asks for the raw files, which are part of the stage's fingerprint from then on.
  func rawFolder(_ finder: some RawFileFinder) -> RawFolder
  /// - Throws: a `Fault` naming file and position.
  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource
}

extension ImageFormat {
  package static var givenLabels: String? { nil }
  package static func holdsArrays(_ file: String) throws -> Bool { false }
  package static func labels(at path: GivenPath, of images: UnlabelledImages) throws -> [Int32]? {
    nil
  }

  /// The data set's name, for people.
  package var name: String {
    let last = dataset.split(separator: "/").last.map(String.init) ?? dataset
    return DatasetLookup.isPath(dataset) ? last : dataset
  }
}

/// Finds the raw files of a data set: a stage of a pipeline, whose fingerprint covers them.
package protocol RawFileFinder {
  /// The stage's fields, for mistakes that are found among the files.
  var fields: Fields { get }
  /// The names in the data set's folder; none where it is not there.
  func fileNames(of dataset: String) -> [String]
  /// Files by name; each may be there with `.gz` added.
  func rawFolder(named dataset: String, files: [String]) -> RawFolder
  /// Files at any depth whose names end in one of `suffixes`; `besides` are asked for apart.
  func rawFolder(
    named dataset: String, suffixes: [String], links: LinkPolicy, besides: [String]
  ) -> RawFolder
}

/// Images whose labels lie elsewhere.
package struct UnlabelledImages: Sendable {
  let count: Int
  /// Only names them.
  let path: String

  package init(count: Int, path: String) {
    self.count = count
    self.path = path
  }

  /// Throws `DatasetFault` (65) for another number of labels.
  func require(_ labels: Int, at place: String) throws {
    guard labels == count else {
      throw DatasetFault.folder(
        path: place, reason: "\(labels) labels for the \(count) images of \(path)")
    }
  }
}

/// Images that a format recognised at a path.
package struct RecognisedImages {
  /// In messages, in the plural: `IDX files`.
  let words: String
  /// The options that apply to them; any other that is given is refused.
  let obeyed: Set<SourceOption>
  /// Whether only the kind of the path, a folder, suggests the format: any other format has precedence.
  let isAssumed: Bool
  let open: (SourceOptions, ForkJoin) throws -> any ImageSource

  init(
    _ words: String, obeying obeyed: Set<SourceOption>, isAssumed: Bool = false,
    open: @escaping (SourceOptions, ForkJoin) throws -> any ImageSource
  ) {
    self.words = words
    self.obeyed = obeyed
    self.isAssumed = isAssumed
    self.open = open
  }

  /// Whether the source divides its images into parts itself, as the options say.
  var dividesItself: Bool { obeyed.contains(.testFolder) }
}

extension Fields {
  /// A data set by its name below `Data/`, or by its path, of which only the last part counts: a folder that is moved
  /// is the same.
  func dataset() -> String {
    let dataset = location(
      "dataset",
      meaning: "folder of the files: a name below Data or $TESSERA_DATA, or a path (/..., ./...)")
    let name = dataset.split(separator: "/").last.map(String.init) ?? dataset
    record("dataset", .string(DatasetLookup.isPath(dataset) ? name : dataset))
    return dataset
  }
}
