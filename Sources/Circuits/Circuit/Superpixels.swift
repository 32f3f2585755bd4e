/// The values of an image that each variable of a region graph stands for.
package struct Superpixels: Sendable {
  /// `[variable]`: its values, those of a pixel side by side; together every value of an image exactly once.
  package let values: [[Int32]]
  /// Values of a pixel.
  package let channels: Int

  package init(_ values: [[Int32]], channels: Int = 1) {
    self.values = values
    self.channels = channels
  }
}
