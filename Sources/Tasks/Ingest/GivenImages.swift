import Datasets
import Files

/// Images that a command is given, and what the command line says of them.
package struct GivenImages: Sendable {
  /// What `imageSource` takes.
  package let path: String
  /// Whether images of another size are made the model's; else they are refused.
  package var resizes = false
  package var reading = FolderReading()
  /// Whether grey images are shown to a model of colour, and coloured ones to a grey one; pictures always are.
  package var recolours = false
  /// Whether rows become columns, as EMNIST's authors store them.
  package var transposes = false
  package var axes: ImageAxes?
  /// Red, green and blue behind the transparency of pictures.
  package var background: [UInt8] = [0, 0, 0]
  /// Hears what a user should know of them, a line each.
  package var tell: @Sendable (String) -> Void = { _ in }

  /// The options that differ from their defaults.
  var givenOptions: Set<SourceOption> {
    reading.givenOptions.union(
      (axes == nil ? [] : [.axes]) + (background == [0, 0, 0] ? [] : [.background]))
  }

  package init(_ path: String) { self.path = path }
}
