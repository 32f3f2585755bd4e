import Files
import TestSupport
import Testing

/// Orientation in eXIf: files by hand, and the places of corners as the Exif standard describes them.
@Suite(.serialized) struct PictureOrientationTests {
  /// A block of Exif with some other entry before the orientation.
  static func exif(_ orientation: Int, isBig: Bool = true) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      let bytes = (0..<size).map { UInt8(value >> (8 * $0) & 255) }
      return isBig ? bytes.reversed() : bytes
    }
    var bytes: [UInt8] = isBig ? [0x4D, 0x4D] : [0x49, 0x49]
    bytes += number(42, 2)
    bytes += number(8, 4)
    bytes += number(2, 2)
    for (tag, value) in [(0x0100, 640), (0x0112, orientation)] {
      bytes += number(tag, 2)
      bytes += number(3, 2)
      bytes += number(1, 4)
      bytes += number(value, 2) + [0, 0]
    }
    return bytes + number(0, 4)
  }

  /// Where row 0 and column 0 of what is stored are seen, for orientations 1 to 8.
  private static let sides = [
    ("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left"), ("left", "top"),
    ("right", "top"), ("right", "bottom"), ("left", "bottom"),
  ]

  @Test(arguments: 1...8) func everyOrientation(_ orientation: Int) throws {
    let folder = try TemporaryFolder()
    for isBig in [true, false] {
      let stored = HandmadePNG(extra: [("eXIf", Self.exif(orientation, isBig: isBig))])
      try DurableFile.write(stored.bytes, to: folder("a.png"))
      let image = try PNGFile.read(folder("a.png"))
      let (height, width) = (stored.height, stored.width)
      #expect(image.height == (orientation < 5 ? height : width))
      #expect(try PNGHead.uprightSize(folder("a.png")) == [image.height, image.width])
      #expect(image.orientation.rawValue == orientation)
      for row in 0..<height {
        for column in 0..<width {
          var (down, across) = (0, 0)
          for (side, place) in [
            (Self.sides[orientation - 1].0, row), (Self.sides[orientation - 1].1, column),
          ] {
            switch side {
            case "top": down = place
            case "bottom": down = image.height - 1 - place
            case "left": across = place
            default: across = image.width - 1 - place
            }
          }
          #expect(
            image.pixels[down * image.width + across] == stored.samples[row * width + column])
        }
      }
    }
  }

  /// With two channels and more: a pixel stays together.
  @Test(arguments: [UInt8(2), 4, 6]) func channelsStayTogether(colorType: UInt8) throws {
    let folder = try TemporaryFolder()
    var picture = HandmadePNG(colorType: colorType)
    try DurableFile.write(picture.bytes, to: folder("a.png"))
    let plain = try PNGFile.read(folder("a.png"))
    picture.extra = [("eXIf", Self.exif(3))]
    try DurableFile.write(picture.bytes, to: folder("b.png"))
    let pixels = stride(from: 0, to: plain.pixels.count, by: plain.channels).map {
      Array(plain.pixels[$0..<$0 + plain.channels])
    }
    #expect(try PNGFile.read(folder("b.png")).pixels == pixels.reversed().flatMap { $0 })
  }

  @Test func whatSaysNothingOfItChangesNothing() throws {
    let folder = try TemporaryFolder()
    let good = Self.exif(6)
    let plain = HandmadePNG()
    for exif in [[], Array(good.prefix(9)), Array(good.dropLast(10)), Self.exif(0), Self.exif(9)] {
      try DurableFile.write(
        HandmadePNG(extra: [("eXIf", exif)]).bytes, to: folder("a.png"))
      #expect(try PNGFile.read(folder("a.png")).pixels == plain.samples)
    }
  }
}
