import Foundation

/// All regular files below a folder that are not hidden, links followed as a policy says.
struct FolderListing {
  /// A folder's device and inode.
  private typealias Identity = [UInt64]

  /// Files behind a link that leads outside are counted up to here.
  private static let countLimit = 100_000
  /// Links to folders that are followed at most: those that refer to each other multiply.
  private static let linkLimit = 10_000

  private let root: String
  /// Nil where none are followed, nor their targets counted.
  private let links: LinkPolicy?
  private let limit: Int
  /// The root without links.
  private let place: String
  private var followed = 0
  private(set) var files: [String] = []
  private(set) var leftOut: [FolderAccount.Kind: Int] = [:]

  /// Throws `FileFault` where a folder cannot be listed (66).
  ///
  /// - Parameter limit: the listing may end after so many files.
  init(_ root: String, _ links: LinkPolicy?, limit: Int = .max) throws {
    self.root = root
    self.links = links
    self.limit = limit
    let place = try Self.resolved(root)
    // What does not resolve cannot be listed either, and says why.
    guard let place else { throw FileFault(root, .list, errno: errno) }
    self.place = place
    try enter("", within: [])
  }

  private mutating func enter(_ folder: String, within above: [Identity]) throws {
    let path = joinPath(root, folder)
    guard let own = try Self.status(of: path) else { throw FileFault(path, .list, errno: errno) }
    let above = above + [Self.identity(own)]
    for name in try DurableFile.entries(of: path, .list) where files.count < limit {
      let relative = joinPath(folder, name)
      let mode = try DurableFile.mode(of: joinPath(root, relative), .list)
      if name.hasPrefix(".") || name == "__MACOSX" {
        let isFolder = mode.map { $0 & S_IFMT == S_IFDIR } ?? false
        leftOut[isFolder ? .hiddenFolder : .hiddenFile, default: 0] += 1
        continue
      }
      // Its name was read a moment ago: the folder changes while it is listed.
      guard let mode else { throw FileFault(joinPath(root, relative), .list, errno: ENOENT) }
      switch mode & S_IFMT {
      case S_IFREG: files.append(relative)
      case S_IFDIR: try enter(relative, within: above)
      case S_IFLNK: try follow(relative, within: above)
      default: leftOut[.special, default: 0] += 1
      }
    }
  }

  private mutating func follow(_ name: String, within above: [Identity]) throws {
    guard let links else { return }
    let path = joinPath(root, name)
    guard let status = try Self.status(of: path), let target = try Self.resolved(path) else {
      leftOut[.broken, default: 0] += 1
      return
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if isFolder, above.contains(Self.identity(status)) {
      leftOut[.loop, default: 0] += 1
    } else if links == .inside, !target.hasPrefix(place.hasSuffix("/") ? place : place + "/") {
      leftOut[.outside, default: 0] += isFolder ? try Self.count(target) : 1
    } else if isFolder {
      followed += 1
      guard followed <= Self.linkLimit else { throw FileFault(path, .list, errno: ELOOP) }
      try enter(name, within: above)
    } else if status.st_mode & S_IFMT == S_IFREG {
      files.append(name)
    } else {
      leftOut[.special, default: 0] += 1
    }
  }

  /// Files that are not read because a link to their folder is not followed: one at least, and one for a
  /// folder that may not be listed.
  private static func count(_ folder: String) throws -> Int {
    do {
      return max(1, try FolderListing(folder, nil, limit: countLimit).files.count)
    } catch let fault as FileFault where fault.exitCode == .noInput {
      return 1
    }
  }

  private static func identity(_ status: stat) -> Identity {
    [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  /// Links followed; nil, with `errno`, for a link to nothing.
  private static func status(of path: String) throws -> stat? {
    var status = stat()
    if stat(path, &status) == 0 { return status }
    if errno == ENOENT || errno == ELOOP || errno == ENOTDIR { return nil }
    throw FileFault(path, .list, errno: errno)
  }

  /// The path without links; nil, with `errno`, for a link to nothing.
  private static func resolved(_ path: String) throws -> String? {
    guard let resolved = realpath(path, nil) else {
      if errno == ENOENT || errno == ELOOP || errno == ENOTDIR { return nil }
      throw FileFault(path, .list, errno: errno)
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
