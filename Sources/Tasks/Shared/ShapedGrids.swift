import Datasets
import Files
import Reports

// Grids take plain numbers; here they take images of a data set's shape.

extension ImageGrid {
  /// Images `[image][row][column][channel]` of one shape. See `compose(_:height:width:channels:columns:)`.
  func compose(_ pixels: [UInt8], of shape: ImageShape, columns: Int) -> Canvas {
    compose(
      pixels, height: shape.height, width: shape.width, channels: shape.channels, columns: columns)
  }
}

extension HeatGrid {
  /// Images `[image][row][column][channel]` of one shape, and the heat of each of their values.
  func compose(_ images: [UInt8], heat: [Float], of shape: ImageShape) -> Canvas {
    compose(
      images, heat: heat, height: shape.height, width: shape.width, channels: shape.channels)
  }
}
