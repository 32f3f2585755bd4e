/// A file from outside the pipeline.
package struct RawFile: Hashable, Sendable {
  /// Its name within its data set: with the content, all that a fingerprint sees.
  package let name: String
  package let path: String

  package init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}

/// The files of a data set that a stage reads.
package struct RawFolder: Hashable, Sendable {
  package let path: String
  /// In the order asked for, or bytewise where a whole folder was.
  package let files: [RawFile]
  /// What was left out of a whole folder; nil where files were asked for by name.
  package let account: FolderAccount?

  package init(path: String, files: [RawFile], account: FolderAccount? = nil) {
    self.path = path
    self.files = files
    self.account = account
  }

  /// Where the file asked for as `name` lies: itself, or compressed with `.gz` added.
  package func path(of name: String) -> String {
    files.first { $0.name == name || $0.name == "\(name).gz" }?.path ?? joinPath(path, name)
  }
}

/// Where data sets are looked for.
package struct DatasetLookup: Hashable, Sendable {
  /// In the order searched.
  package let folders: [String]

  package init(folders: [String]) { self.folders = folders }

  /// `Data`, then `$TESSERA_DATA` if set.
  package init(environment: [String: String]) {
    let given = environment["TESSERA_DATA"].map { $0.isEmpty ? [] : [$0] } ?? []
    folders = ["Data"] + given
  }

  /// Whether a data set is named by its path: `/...`, `./...` or `../...`.
  package static func isPath(_ dataset: String) -> Bool {
    ["/", "./", "../"].contains { dataset.hasPrefix($0) } || dataset == "." || dataset == ".."
  }

  /// The folder of a data set: of a name the first one found. Throws: `FileFault` where folders cannot be examined.
  package func folder(of dataset: String) throws(FileFault) -> String? {
    let places = Self.isPath(dataset) ? [dataset] : folders.map { joinPath($0, dataset) }
    for place in places where try FileStatus.of(place, for: .read)?.isFolder == true {
      return place
    }
    return nil
  }
}
