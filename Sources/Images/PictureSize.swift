/// How pictures of many sizes become images of one.
package enum SizePolicy: String, CaseIterable, Sendable {
  /// Pictures are of the size already, or refused.
  case fail
  /// Stretched to the size: each side by itself, area averages where it shrinks, linear interpolation
  /// where it grows.
  case resize
  /// The middle of a picture that is at least as large.
  case crop
  /// In the middle of background, a picture that is at most as large.
  case pad
}

/// The same values at another size; all arithmetic is in integers, so that it is the same everywhere.
enum PictureSize {
  /// The middle `height` x `width` pixels of a picture that has them; of an odd rest the smaller half is
  /// cut off above and to the left.
  static func cropped(_ picture: Canvas, height: Int, width: Int) -> Canvas {
    let (top, left) = ((picture.height - height) / 2, (picture.width - width) / 2)
    let channels = picture.channels
    var pixels: [UInt8] = []
    pixels.reserveCapacity(height * width * channels)
    for row in top..<top + height {
      let start = (row * picture.width + left) * channels
      pixels += picture.pixels[start..<start + width * channels]
    }
    return Canvas(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// A picture in the middle of background; of an odd rest the smaller half lies above and to the left.
  static func padded(
    _ picture: Canvas, height: Int, width: Int, background: [UInt8]
  ) -> Canvas {
    let channels = picture.channels
    let (top, left) = ((height - picture.height) / 2, (width - picture.width) / 2)
    var pixels = Array(repeatElement(background, count: height * width).joined())
    for row in 0..<picture.height {
      let from = row * picture.width * channels
      let to = ((top + row) * width + left) * channels
      pixels.replaceSubrange(
        to..<to + picture.width * channels,
        with: picture.pixels[from..<from + picture.width * channels])
    }
    return Canvas(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// Each output is the weighted mean of the inputs below it, rounded once, halves up.
  static func resized(_ picture: Canvas, height: Int, width: Int) -> Canvas {
    if (picture.height, picture.width) == (height, width) { return picture }
    let rows = ResampledAxis(from: picture.height, to: height)
    let columns = ResampledAxis(from: picture.width, to: width)
    let channels = picture.channels
    // Sums over columns of every row of the picture that is needed, then over rows.
    var sums = [Int](repeating: 0, count: picture.height * width * channels)
    for row in 0..<picture.height {
      for column in 0..<width {
        for (offset, weight) in columns.weights[column].enumerated() {
          let from = (row * picture.width + columns.starts[column] + offset) * channels
          let to = (row * width + column) * channels
          for channel in 0..<channels {
            sums[to + channel] += weight * Int(picture.pixels[from + channel])
          }
        }
      }
    }
    let total = rows.total * columns.total
    var pixels = [UInt8](repeating: 0, count: height * width * channels)
    for row in 0..<height {
      for value in 0..<width * channels {
        var sum = total / 2
        for (offset, weight) in rows.weights[row].enumerated() {
          sum += weight * sums[(rows.starts[row] + offset) * width * channels + value]
        }
        pixels[row * width * channels + value] = UInt8(sum / total)
      }
    }
    return Canvas(height: height, width: width, channels: channels, pixels: pixels)
  }
}

/// Which inputs each output of one axis is made of, and how much of each; weights sum to `total`.
struct ResampledAxis {
  private(set) var starts: [Int] = []
  private(set) var weights: [[Int]] = []
  let total: Int

  /// - Parameters:
  ///   - inputs, outputs: numbers of pixels. Fewer outputs: output i covers the inputs from i * m / n to
  ///     (i + 1) * m / n, in parts of 1 / n. More: between the two inputs whose centres are nearest, in
  ///     parts of 1 / 2n.
  init(from inputs: Int, to outputs: Int) {
    if outputs <= inputs {
      total = inputs
      for output in 0..<outputs {
        let (low, high) = (output * inputs, (output + 1) * inputs)
        let first = low / outputs
        let last = (high - 1) / outputs
        starts.append(first)
        weights.append(
          (first...last).map { input in
            min(high, (input + 1) * outputs) - max(low, input * outputs)
          })
      }
    } else {
      total = 2 * outputs
      for output in 0..<outputs {
        let centre = (2 * output + 1) * inputs - outputs
        let place = min(max(centre, 0), (inputs - 1) * total)
        let part = place % total
        starts.append(place / total)
        weights.append(part == 0 ? [total] : [total - part, part])
      }
    }
  }
}
