import Foundation

extension DurableFile {
  /// A hidden, unused name in the folder of `path`, so that a rename to `path` is atomic.
  package static func temporarySibling(of path: String) -> String {
    let slash = path.lastIndex(of: "/")
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let folder = slash.map { path[...$0] } ?? ""
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    // Cut, because a name has at most 255 bytes.
    return "\(folder).\(name.prefix(40)).\(getpid())-\(random).partial"
  }

  /// Whether a name is one that `temporarySibling` gives.
  package static func isTemporary(_ name: String) -> Bool {
    name.wholeMatch(of: #/\..*\.[0-9]+-[0-9a-z]+\.partial/#.dotMatchesNewlines()) != nil
  }

  /// Removes from a folder what `isLitter` recognises by its name; what lies in subfolders stays.
  package static func removeLitter(
    in folder: String, where isLitter: (String) -> Bool = isTemporary
  ) throws {
    for name in try entries(of: folder, .list) where isLitter(name) {
      try remove(joinPath(folder, name))
    }
  }
}
