extension ImagePart {
  /// RGB images as grey ones, by `PictureColour.luma`, and how many of them had a colour to lose.
  package func grey() -> (part: ImagePart, coloured: Int) {
    precondition(shape.channels == 3, "RGB images")
    var coloured = 0
    let grey = ImageShape(height: height, width: width)
    let levels = [UInt8](unsafeUninitializedCapacity: count * grey.valueCount) { output, written in
      for image in 0..<count {
        var hasColour = false
        for pixel in image * grey.valueCount..<(image + 1) * grey.valueCount {
          let (red, green, blue) = (pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2])
          hasColour = hasColour || red != green || green != blue
          output[pixel] = PictureColour.luma(red, green, blue)
        }
        coloured += hasColour ? 1 : 0
      }
      written = count * grey.valueCount
    }
    return (ImagePart(count: count, shape: grey, pixels: levels, labels: labels), coloured)
  }
}
