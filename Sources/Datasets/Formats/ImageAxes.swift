/// The meaning of each axis of an array of images, from the first on.
package struct ImageAxes: Hashable, Sendable {
  package enum Axis: String, CaseIterable, Sendable {
    case image, row, column, channel
  }

  private let axes: [Axis]

  package static let expectation =
    "image, row and column, and perhaps channel, in the array's order"

  /// Nil unless every axis but the channel's is there, and none twice.
  package init?(_ words: [String]) {
    let axes = words.compactMap(Axis.init(rawValue:))
    guard axes.count == words.count, Set(axes).count == axes.count,
      Set(axes).union([.channel]).count == 4
    else { return nil }
    self.axes = axes
  }

  /// The most likely axes of an array of these sizes; nil for none.
  ///
  /// - Parameter isMATLAB: whether it lies as MATLAB stores `X(row, column, channel, image)`: the last index first.
  package init?(guessing sizes: [Int], isMATLAB: Bool) {
    let plain: [Axis] = isMATLAB ? [.column, .row] : [.row, .column]
    switch sizes.count {
    case 3: axes = [.image] + plain
    case 4 where !isMATLAB && Self.isChannel(sizes[3]): axes = [.image] + plain + [.channel]
    case 4 where Self.isChannel(sizes[1]): axes = [.image, .channel] + plain
    default: return nil
    }
  }

  private static func isChannel(_ size: Int) -> Bool { size == 1 || size == 3 }

  /// The same axes from the last on.
  var reversed: ImageAxes { ImageAxes(axes: axes.reversed()) }

  private init(axes: [Axis]) { self.axes = axes }

  /// Whether images follow each other, each whole.
  var startsWithImages: Bool { axes.first == .image }

  private func size(_ axis: Axis, _ sizes: [Int]) -> Int {
    axes.firstIndex(of: axis).map { sizes[$0] } ?? 1
  }

  /// Images and their shape; nil where the array has another number of axes.
  func layout(_ sizes: [Int]) -> (count: Int, shape: ImageShape)? {
    guard sizes.count == axes.count else { return nil }
    return (
      size(.image, sizes),
      ImageShape(
        height: size(.row, sizes), width: size(.column, sizes), channels: size(.channel, sizes))
    )
  }

  /// The step of each axis in the array, in the order `[image][row][column][channel]`.
  private func steps(_ sizes: [Int]) -> (image: Int, row: Int, column: Int, channel: Int) {
    func step(_ axis: Axis) -> Int {
      axes.firstIndex(of: axis).map { sizes[($0 + 1)...].reduce(1, *) } ?? 0
    }
    return (step(.image), step(.row), step(.column), step(.channel))
  }

  /// Whether values are in the order of images already.
  func isPlain(_ sizes: [Int]) -> Bool {
    let names: [Axis] = [.image, .row, .column, .channel]
    return axes == Array(names.prefix(axes.count)) || sizes.count != axes.count
  }

  /// Copies the first `images` of an array of `sizes` as `[image][row][column][channel]`.
  func copy(
    _ from: UnsafeRawBufferPointer, sizes: [Int], images: Range<Int>,
    to: UnsafeMutableRawBufferPointer
  ) {
    let (steps, shape) = (steps(sizes), layout(sizes)?.shape ?? ImageShape(height: 0, width: 0))
    var place = 0
    for image in images {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          let start = image * steps.image + row * steps.row + column * steps.column
          for channel in 0..<shape.channels {
            to[place] = from[start + channel * steps.channel]
            place += 1
          }
        }
      }
    }
  }
}
