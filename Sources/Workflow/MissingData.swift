import Configuration
import Files

/// Raw data that a pipeline names and that is missing.
package struct MissingData: Fault {
  package let description: String
  package var exitCode: ExitCode { .noInput }

  init(dataset: String, searched lookup: DatasetLookup) {
    if DatasetLookup.isPath(dataset) {
      description = "\(dataset.printable): no such folder"
      return
    }
    let places = lookup.folders.map(\.printable).joined(separator: ", ")
    let first = lookup.folders.first ?? "Data"
    description =
      "data set \(dataset.quoted) not found (searched \(places)): put its files into "
      + "\(joinPath(first, dataset).printable), or set TESSERA_DATA to the folder that holds "
      + dataset.quoted
  }

  /// - Parameter found: what is there instead of the folder.
  init(folder: String, file: String, found: FileStatus?) {
    let reason = found?.isFolder == true ? "no file" : "no such folder, wanted"
    description = "\(folder.printable): \(reason) \(file.quoted)"
  }

  init(_ account: FolderAccount, suffixes: [String]) {
    let left = account.leftOutWords
    description =
      "\(account.folder.printable): no file \("*\(suffixes.joined(separator: ", *"))".quoted)"
      + (left.isEmpty ? "" : "; it has \(left)")
  }

  init(file: String) { description = "\(file.printable): no such file" }
}
