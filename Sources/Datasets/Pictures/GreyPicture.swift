import Files

extension PNGFile {
  /// Reads an image of any kind as grey levels, `[row, column]`, over black. Throws as `read`.
  package static func readGrey(_ path: String, limit: Int = 1 << 28) throws -> Canvas {
    let image = try read(path, limit: limit)
    let grey = PictureColour(channels: 1, background: [0, 0, 0]).converted(image)
    return Canvas(height: image.height, width: image.width, pixels: grey)
  }
}
