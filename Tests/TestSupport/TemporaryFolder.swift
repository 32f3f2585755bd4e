import Files
import Foundation

/// A folder that lives as long as the test.
package final class TemporaryFolder {
  package let path: String

  package init() throws {
    path = joinPath(NSTemporaryDirectory(), "tessera-test-\(UUID().uuidString)")
    try DurableFile.createFolder(path)
  }

  deinit { try? DurableFile.remove(path) }

  package func callAsFunction(_ name: String) -> String { joinPath(path, name) }
}
