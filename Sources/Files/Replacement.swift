import CSystem
import Foundation

/// A finished file or folder that takes the place of an older one, or of nothing, in the same folder. The older one is
/// kept until `finish`, so that `undo` can put it back. Nothing of it is durable before the folder is synchronised.
package struct Replacement {
  private let path: String
  private let new: String?
  /// Where the older one lies now; nil where there was none.
  private let older: String?

  /// Puts `new` at `path`; nil takes away what is there.
  ///
  /// At no moment is there less than one of the two: they exchange their names at once. Where the file system cannot
  /// exchange names the older one is renamed aside first; if the process ends between the two renames, both remain
  /// under temporary names.
  ///
  /// - Throws: `FileFault`; all is as it was then.
  package init(of path: String, by new: String?) throws {
    self.path = path
    self.new = new
    older = try Self.take(path, new)
  }

  private static func take(_ path: String, _ new: String?) throws -> String? {
    guard try DurableFile.mode(of: path, .rename) != nil else {
      if let new { try rename(new, to: path) }
      return nil
    }
    if let new {
      if tessera_exchange(new, path) == 0 { return new }
      guard [ENOSYS, EINVAL, ENOTSUP].contains(errno) else {
        throw FileFault(path, .rename, errno: errno)
      }
    }
    let aside = DurableFile.temporarySibling(of: path)
    try rename(path, to: aside)
    guard let new else { return aside }
    do {
      try rename(new, to: path)
    } catch {
      try rename(aside, to: path)
      throw error
    }
    return aside
  }

  private static func rename(_ from: String, to: String) throws {
    guard Foundation.rename(from, to) == 0 else { throw FileFault(to, .rename, errno: errno) }
  }

  /// Puts everything back under the names it had. Not after `finish`.
  ///
  /// - Throws: `FileFault`; nothing is lost then, but lies under other names.
  package func undo() throws {
    if let new, new == older {
      guard tessera_exchange(new, path) == 0 else { throw FileFault(path, .rename, errno: errno) }
    } else {
      if let new { try Self.rename(path, to: new) }
      if let older { try Self.rename(older, to: path) }
    }
    // A failed sync is ignored: after a power loss the folder is in a state that a kill could have left.
    try? DurableFile.synchronise(path: parentFolder(path))
  }

  /// Removes the older one.
  package func finish() throws {
    if let older { try DurableFile.remove(older) }
  }
}
