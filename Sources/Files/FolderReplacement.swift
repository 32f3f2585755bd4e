extension DurableFile {
  /// Puts the finished folder `new` in the place of `path`, an older one or nothing, in the same folder.
  ///
  /// At no moment is there less than one whole folder, as `Replacement` has it. Throws `FileFault`; where `path` could
  /// not be replaced it is the older one then.
  package static func replaceFolder(_ path: String, by new: String) throws {
    let replacement = try Replacement(of: path, by: new)
    do {
      try synchronise(path: parentFolder(path))
    } catch {
      try replacement.undo()
      throw error
    }
    try replacement.finish()
  }
}
