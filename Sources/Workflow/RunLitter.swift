import Files

/// Removes what killed runs left in a cache and in an output folder, where no other process works.
enum RunLitter {
  /// Locks that nobody holds, temporary files, and the begun results that cannot be continued.
  static func clean(cache: String) throws {
    try DurableFile.removeLitter(in: cache) { isOwn($0) }
    for name in try DurableFile.names(in: cache) {
      let path = joinPath(cache, name)
      if name.hasSuffix(".lock") {
        try FileLock.removeIfFree(path)
      } else if name.hasSuffix(".partial"), try FileStatus.of(path)?.isFolder == true {
        try clean(partial: path)
      }
    }
  }

  /// A stage keeps its resumable state in the scratch folder; a folder with a record is finished.
  private static func clean(partial: String) throws {
    if try FileStatus.of(joinPath(partial, StageRecord.fileName)) != nil { return }
    let scratch = joinPath(partial, StageContext.scratchName)
    let isEmpty = try FileStatus.of(scratch) == nil || DurableFile.listTree(scratch).isEmpty
    if isEmpty { try DurableFile.remove(partial) }
  }

  /// Below `Output/PIPELINE`.
  static func clean(output: String) throws {
    try DurableFile.removeLitter(in: output) { isOwn($0) || isStaging($0) }
    for name in try DurableFile.names(in: output) {
      let path = joinPath(output, name)
      if try FileStatus.of(path)?.isFolder == true, try !DurableFile.isLink(path) {
        try clean(output: path)
      }
    }
  }

  private static func isOwn(_ name: String) -> Bool {
    DurableFile.isTemporary(name) || name.hasPrefix(RunSettings.probePrefix)
  }

  /// Where a publisher copies to before files change places.
  private static func isStaging(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(Publisher.stagingSuffix)
  }
}
