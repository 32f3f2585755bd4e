import Foundation

/// Which symbolic links of a folder of data are followed.
package enum LinkPolicy: String, CaseIterable, Sendable {
  /// Those whose targets lie below the folder.
  case inside
  /// All, wherever they lead.
  case follow
}

/// The files below a folder of data that are read, and those that are left out, by kind.
///
/// Whoever reads, hashes or counts the files of such a folder goes by this account, so that all see the same. Names
/// that begin with a dot, and `__MACOSX`, are left out at any depth. A link to a folder that it lies in is never
/// followed. What is left out is counted in files: behind a link that leads outside as many as lie there.
package struct FolderAccount: Hashable, Sendable {
  /// Why a file is not read.
  package enum Kind: Hashable, Comparable, Sendable {
    case hiddenFile, hiddenFolder
    /// A picture of a format that is not read, by the format's name.
    case format(String)
    /// A regular file of any other name.
    case other
    case outside, broken, loop
    /// Neither a file, a folder nor a link.
    case special
  }

  package let folder: String
  /// Relative paths of the files that are read, in bytewise order.
  package private(set) var names: [String] = []
  package private(set) var leftOut: [Kind: Int] = [:]
  /// Whether `record` counts hidden files: not where it is part of what a pipeline's results depend on, because
  /// such files come and go as other programs open the folder.
  package var recordsHidden = true

  /// Lists a folder. Throws `FileFault`: where it or a folder below it cannot be listed (66), for a name that is not
  /// UTF-8 (65).
  ///
  /// - Parameters:
  ///   - suffixes: ends of the names of files that are read, in lower case; others are left out.
  ///   - besides: relative paths of files that are read for another purpose: not counted.
  package init(
    _ folder: String, suffixes: [String], links: LinkPolicy = .inside, besides: [String] = []
  ) throws {
    let listed = try FolderListing(folder, links)
    self.folder = folder
    leftOut = listed.leftOut
    for name in listed.files where !besides.contains(name) {
      let lowercase = name.lowercased()
      if suffixes.contains(where: lowercase.hasSuffix) {
        names.append(name)
      } else {
        let kind = PictureFormat(name: lowercase).map { Kind.format($0.rawValue) } ?? .other
        leftOut[kind, default: 0] += 1
      }
    }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Files left out that a user may have meant: all but hidden ones.
  package var missed: Int {
    leftOut.filter { $0.key != .hiddenFile && $0.key != .hiddenFolder }.values.reduce(0, +)
  }

  /// What was left out, for the record of a data set; empty where nothing was.
  package var record: String { (recordsHidden ? self : withoutHidden).leftOutWords }

  package var withoutHidden: FolderAccount {
    var account = self
    account.leftOut[.hiddenFile] = nil
    account.leftOut[.hiddenFolder] = nil
    return account
  }

  /// `1 hidden file, 5 JPEG files`; empty where nothing was left out.
  package var leftOutWords: String {
    leftOut.sorted { $0.key < $1.key }.map { Self.words($0.key, $0.value) }
      .joined(separator: ", ")
  }

  private static func words(_ kind: Kind, _ count: Int) -> String {
    let files = count == 1 ? "file" : "files"
    switch kind {
    case .hiddenFile: return "\(count) hidden \(files)"
    case .hiddenFolder: return "\(count) hidden \(count == 1 ? "folder" : "folders")"
    case .format(let name): return "\(count) \(name) \(files)"
    case .other: return "\(count) other \(files)"
    case .outside: return "\(count) \(files) behind links that lead outside"
    case .broken: return "\(count) \(count == 1 ? "link" : "links") to nothing"
    case .loop: return "\(count) \(count == 1 ? "link to a folder" : "links to folders") above"
    case .special: return "\(count) that \(count == 1 ? "is" : "are") no regular \(files)"
    }
  }
}
