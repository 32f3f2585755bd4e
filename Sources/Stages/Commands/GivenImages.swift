import Datasets
import Files
import Images

/// Images that a command is given, and what the command line says of them.
package struct GivenImages: Sendable {
  /// What `imageSource` takes.
  package let path: String
  /// Whether images of another size are made the model's; else they are refused.
  package var resizes = false
  package var reading = FolderReading()
  /// Red, green and blue behind the transparency of pictures.
  package var background: [UInt8] = [0, 0, 0]
  /// Hears what a user should know of them, a line each.
  package var tell: @Sendable (String) -> Void = { _ in }

  package init(_ path: String) { self.path = path }
}
