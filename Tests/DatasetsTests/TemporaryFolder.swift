import Files
import Foundation

/// A folder that lives as long as the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = joinPath(NSTemporaryDirectory(), "tessera-datasets-\(UUID().uuidString)")
    try DurableFile.createFolder(path)
  }

  deinit { try? DurableFile.remove(path) }

  func callAsFunction(_ name: String) -> String { joinPath(path, name) }
}
