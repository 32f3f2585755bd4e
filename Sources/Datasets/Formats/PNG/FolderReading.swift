import Files

/// Which files of a folder of pictures are read, and whether much may be left out.
package struct FolderReading: Hashable, Sendable {
  package var links: LinkPolicy
  /// Whether more files may be left out than are read.
  package var leavesOut: Bool

  package init(links: LinkPolicy = .inside, leavesOut: Bool = false) {
    self.links = links
    self.leavesOut = leavesOut
  }

  /// The options that differ from their defaults.
  package var givenOptions: Set<SourceOption> {
    Set((links == .inside ? [] : [.links]) + (leavesOut ? [.leaveOut] : []))
  }

  /// The account of a folder of PNGs. Throws as `FolderAccount`, and as `requireEnough`.
  package func account(of folder: String, besides: [String] = []) throws -> FolderAccount {
    let account = try FolderAccount(
      folder, suffixes: [PNGFolderSource.suffix], links: links, besides: besides)
    try requireEnough(of: account)
    return account
  }

  /// - Throws: `DatasetFault`: no picture (66), or more files left out than read where that was not asked for (65).
  package func requireEnough(of account: FolderAccount) throws {
    guard !account.names.isEmpty else {
      throw DatasetFault.noPictures(folder: account.folder, leftOut: account.leftOutWords)
    }
    guard leavesOut || account.missed <= account.names.count else {
      throw DatasetFault.folder(
        path: account.folder,
        reason: "\(account.names.count) files read, but more left out: "
          + "\(account.withoutHidden.leftOutWords); \(account.wayOut)say --leave-out (in a pipeline "
          + "leaveOut: true) to go on without them")
    }
  }
}

extension FolderAccount {
  /// One line of what was read and what left out; nil where nothing was.
  var note: String? {
    guard !leftOut.isEmpty else { return nil }
    let hint = wayOut.isEmpty ? "" : "; " + wayOut.dropLast(2)
    return "\(folder.printable): \(names.count) files read, left out: \(leftOutWords)\(hint)"
  }

  /// What brings files in that were left out; ends in a comma, empty where there is none.
  fileprivate var wayOut: String {
    let isPicture = leftOut.keys.contains { if case .format = $0 { true } else { false } }
    return (isPicture ? "convert the pictures to PNG, " : "")
      + (leftOut[.outside] != nil
        ? "follow the links by --links follow (links: follow), " : "")
  }
}
