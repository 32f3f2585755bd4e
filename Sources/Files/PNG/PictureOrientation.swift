/// The Exif orientation of a stored picture, 1 to 8: how it is turned upright.
package enum PictureOrientation: Int, CaseIterable, Sendable {
  case upright = 1
  case mirrored, halfTurn, mirroredHalfTurn, transposed, quarterTurn, transverse, threeQuarterTurn

  /// Whether rows become columns.
  package var swapsSides: Bool { rawValue >= 5 }

  /// `[row, column, channel]` of a picture that stands upright, and its height and width.
  package func upright(
    _ pixels: [UInt8], height: Int, width: Int, channels: Int
  ) -> (pixels: [UInt8], height: Int, width: Int) {
    if self == .upright { return (pixels, height, width) }
    let (newHeight, newWidth) = swapsSides ? (width, height) : (height, width)
    var turned = [UInt8](repeating: 0, count: pixels.count)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let (oldRow, oldColumn) = stored(row, column, height, width)
        let (from, to) = (oldRow * width + oldColumn, row * newWidth + column)
        for channel in 0..<channels {
          turned[to * channels + channel] = pixels[from * channels + channel]
        }
      }
    }
    return (turned, newHeight, newWidth)
  }

  /// Where a pixel of the upright picture is stored: Exif says which of its sides row 0 and column 0 are.
  private func stored(_ row: Int, _ column: Int, _ height: Int, _ width: Int) -> (Int, Int) {
    let (bottom, right) = (height - 1, width - 1)
    switch self {
    case .upright: return (row, column)
    case .mirrored: return (row, right - column)
    case .halfTurn: return (bottom - row, right - column)
    case .mirroredHalfTurn: return (bottom - row, column)
    case .transposed: return (column, row)
    case .quarterTurn: return (bottom - column, row)
    case .transverse: return (bottom - column, right - row)
    case .threeQuarterTurn: return (column, right - row)
    }
  }

  /// Of the eXIf chunk of a PNG file; upright where it has none, or one that says nothing of it.
  init(png bytes: [UInt8]) {
    self = Self.chunk("eXIf", in: bytes).flatMap(Self.init(exif:)) ?? .upright
  }

  /// The content of a PNG file's first chunk of a name.
  private static func chunk(_ name: String, in bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var start = 8
    while start + 12 <= bytes.count {
      let size = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= bytes.count - start - 12 else { return nil }
      if bytes[start + 4..<start + 8].elementsEqual(name.utf8) {
        return bytes[start + 8..<start + 8 + size]
      }
      start += 12 + size
    }
    return nil
  }

  /// Of a block of Exif: a byte order, then a directory of entries of twelve bytes; nil where none is the orientation.
  private init?(exif: ArraySlice<UInt8>) {
    let bytes = Array(exif)
    let isBig = bytes.starts(with: [0x4D, 0x4D, 0, 42])
    guard isBig || bytes.starts(with: [0x49, 0x49, 42, 0]) else { return nil }
    func number(_ place: Int, _ size: Int) -> Int? {
      guard place + size <= bytes.count else { return nil }
      let own = bytes[place..<place + size]
      return (isBig ? Array(own) : own.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for entry in 0..<count {
      let place = directory + 2 + 12 * entry
      guard let tag = number(place, 2) else { return nil }
      // The tag of the orientation, whose one value is a short.
      guard tag == 0x0112 else { continue }
      guard number(place + 2, 2) == 3, number(place + 4, 4) == 1,
        let value = number(place + 8, 2)
      else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
  }
}
