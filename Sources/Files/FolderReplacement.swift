import CSystem
import Foundation

extension DurableFile {
  /// Puts the finished folder `new` in the place of `path`, an older one or nothing; same file system only.
  ///
  /// At no moment is there less than one whole folder: the two exchange their names at once, and only then is the
  /// older one removed, under the temporary name that `new` had. Where the file system cannot exchange names the
  /// older folder is renamed aside first; ended between the two renames, both are whole under temporary names.
  /// Throws `FileFault`; `path` is the older one then.
  package static func replaceFolder(_ path: String, by new: String) throws {
    guard try mode(of: path, .rename) != nil else { return try move(new, to: path) }
    if tessera_exchange(new, path) == 0 {
      try synchronise(path: parentFolder(path))
      return try remove(new)
    }
    guard [ENOSYS, EINVAL, ENOTSUP].contains(errno) else {
      throw FileFault(path, .rename, errno: errno)
    }
    let aside = temporarySibling(of: path)
    try move(path, to: aside)
    do {
      try move(new, to: path)
    } catch {
      try move(aside, to: path)
      throw error
    }
    try remove(aside)
  }
}
