/// What the first 33 bytes of a PNG file say: its size and kind.
package struct PNGHead: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let bitDepth: Int
  /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
  package let colourType: Int

  package static let size = 33

  /// RGB or a palette, whatever its colours are.
  package var isColour: Bool { colourType & 2 != 0 }

  /// Nil where these bytes are not the head of a PNG file: its decoder will say what is wrong.
  package init?(_ bytes: [UInt8]) {
    let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    guard bytes.count >= Self.size, bytes.starts(with: start),
      bytes[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    func number(_ first: Int) -> Int { bytes[first..<first + 4].reduce(0) { $0 << 8 | Int($1) } }
    width = number(16)
    height = number(20)
    bitDepth = Int(bytes[24])
    colourType = Int(bytes[25])
    guard width > 0, height > 0, [0, 2, 3, 4, 6].contains(colourType) else { return nil }
  }

  /// Height and width of the picture that stands upright, `PNGFile.read`'s; nil as `read`. Reads the whole
  /// file, because the orientation may lie behind the image.
  package static func uprightSize(_ path: String) throws -> [Int]? {
    guard let head = try read(path) else { return nil }
    let orientation = PictureOrientation(png: try FileBytes.read(path, limit: 1 << 30))
    return orientation.swapsSides ? [head.width, head.height] : [head.height, head.width]
  }

  /// Throws `FileFault` where the file cannot be read.
  package static func read(_ path: String) throws -> PNGHead? {
    PNGHead(try FileBytes.prefix(path, count: size))
  }
}
