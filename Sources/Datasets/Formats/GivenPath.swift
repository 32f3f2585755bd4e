import Files
import Foundation

/// A path that names images on a command line, and what is there.
package struct GivenPath {
  package let path: String
  /// Nil where nothing is there.
  let found: FileStatus?
  /// A file and the name of an array in it: `images.h5:/train/images` or, of a file that holds arrays,
  /// `images.h5:train/images`, without the slash at its start; nil for what does not look so, and for a file's own path.
  let array: (file: String, name: String)?

  /// Throws `FileFault` where it cannot be known what is there.
  package init(_ path: String) throws {
    self.path = path
    found = try FileStatus.of(path, for: .read)
    array = found == nil ? try Self.array(path) : nil
  }

  var isFolder: Bool { found?.isFolder == true }
  var isFile: Bool { found?.isRegular == true }

  /// The last component, in lower case.
  var name: String { (path.split(separator: "/").last.map(String.init) ?? path).lowercased() }

  /// The path of a file of the folder; nil where it is none, or the file is not there.
  func file(_ name: String) throws -> String? {
    guard isFolder else { return nil }
    let path = joinPath(path, name)
    return try FileStatus.of(path, for: .read) == nil ? nil : path
  }

  private static func array(_ path: String) throws -> (file: String, name: String)? {
    if let colon = path.range(of: ":/", options: .backwards), colon.lowerBound > path.startIndex {
      return (String(path[..<colon.lowerBound]), String(path[colon.upperBound...]))
    }
    guard let colon = path.lastIndex(of: ":") else { return nil }
    let file = String(path[..<colon])
    let name = String(path[path.index(after: colon)...])
    guard !name.isEmpty, try FileStatus.of(file, for: .read)?.isRegular == true,
      try ImageFormats.all.contains(where: { try $0.holdsArrays(file) })
    else { return nil }
    return (file, name)
  }
}
