/// Resizing of images: averages over areas along a side that shrinks, linear interpolation between pixel
/// centres along one that grows, each side by itself.
///
/// All arithmetic is of whole numbers, rounded once (halves upwards), so that the same image gives
/// the same bytes everywhere. An image of the same size stays as it is; a constant one stays constant.
package struct ImageResizing: Equatable, Sendable {
  package let height: Int
  package let width: Int
  /// Values of a pixel, beside each other.
  package let channels: Int
  package let toHeight: Int
  package let toWidth: Int
  private let rows: Side
  private let columns: Side

  /// Sizes are 1 to 65,536, so that no sum overflows.
  package init(height: Int, width: Int, channels: Int = 1, toHeight: Int, toWidth: Int) {
    let sides = 1...65_536
    precondition([height, width, toHeight, toWidth].allSatisfy(sides.contains) && channels > 0)
    self.height = height
    self.width = width
    self.channels = channels
    self.toHeight = toHeight
    self.toWidth = toWidth
    rows = Side(from: height, to: toHeight)
    columns = Side(from: width, to: toWidth)
  }

  /// Whether anything changes.
  package var changes: Bool { (height, width) != (toHeight, toWidth) }

  /// Resizes one image.
  ///
  /// - Parameters:
  ///   - image: u8 `[row][column][channel]` of the old size.
  ///   - output: of the new size; may not overlap `image`.
  package func resize(_ image: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>) {
    let line = width * channels
    var sums = [Int](repeating: 0, count: line)
    let scale = rows.sum * columns.sum
    for row in 0..<toHeight {
      for place in sums.indices { sums[place] = 0 }
      for (source, weight) in rows.sources[row] {
        let start = image + source * line
        for place in 0..<line { sums[place] += weight * Int(start[place]) }
      }
      for column in 0..<toWidth {
        for channel in 0..<channels {
          var sum = 0
          for (source, weight) in columns.sources[column] {
            sum += weight * sums[source * channels + channel]
          }
          output[(row * toWidth + column) * channels + channel] = UInt8(
            (2 * sum + scale) / (2 * scale))
        }
      }
    }
  }
}

/// One image of another size: u8 `[row][column][channel]`. See `ImageResizing`.
package func resized(
  _ pixels: [UInt8], height: Int, width: Int, channels: Int = 1, toHeight: Int, toWidth: Int
) -> [UInt8] {
  precondition(pixels.count == height * width * channels, "pixels fill the image")
  let resizing = ImageResizing(
    height: height, width: width, channels: channels, toHeight: toHeight, toWidth: toWidth)
  let count = toHeight * toWidth * channels
  return [UInt8](unsafeUninitializedCapacity: count) { output, written in
    pixels.withUnsafeBufferPointer { pixels in
      if let from = pixels.baseAddress, let to = output.baseAddress {
        resizing.resize(from, into: to)
      }
    }
    written = count
  }
}

/// The weights of the old places in each new place along a side.
private struct Side: Equatable, Sendable {
  typealias Source = (place: Int, weight: Int)

  /// By new place; weights above zero.
  let sources: [[Source]]
  /// Of the weights of each new place.
  let sum: Int

  init(from old: Int, to new: Int) {
    sum = new > old ? 2 * new : old
    sources = (0..<new).map { new > old ? Side.linear($0, old, new) : Side.area($0, old, new) }
  }

  /// New place o covers [o, o + 1) * old / new; in units of 1 / new of an old place.
  private static func area(_ place: Int, _ old: Int, _ new: Int) -> [Source] {
    let (first, end) = (place * old, (place + 1) * old)
    return (first / new...(end - 1) / new).map {
      ($0, min(end, ($0 + 1) * new) - max(first, $0 * new))
    }
  }

  /// The centre of new place o lies at (o + 1/2) * old / new - 1/2 between old centres; beyond the
  /// outermost ones the image goes on as it ends. In units of 1 / (2 new) of an old place.
  private static func linear(_ place: Int, _ old: Int, _ new: Int) -> [Source] {
    let unit = 2 * new
    let centre = min(max((2 * place + 1) * old - new, 0), (old - 1) * unit)
    let (before, share) = centre.quotientAndRemainder(dividingBy: unit)
    return share == 0 ? [(before, unit)] : [(before, unit - share), (before + 1, share)]
  }

  static func == (a: Side, b: Side) -> Bool {
    a.sum == b.sum && a.sources.elementsEqual(b.sources) { $0.elementsEqual($1, by: ==) }
  }
}
