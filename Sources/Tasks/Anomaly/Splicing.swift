import Configuration
import Datasets
import Numerics

/// Known images into which a block of two by two superpixels of a foreign one was put: what a patch-wise
/// detector should find.
struct Splicing {
  /// `[image][pixel]`, as many as there are of both.
  let images: [UInt8]
  /// `[image][pixel]`: whether a pixel was changed by it.
  private let isChanged: [Bool]
  private let pixelCount: Int

  /// - Parameters:
  ///   - known, foreign: `[image][pixel]`, row-major.
  ///   - cell: height and width of a superpixel.
  ///   - seed: of the block's place, image by image.
  init(known: [UInt8], foreign: [UInt8], shape: ImageShape, cell: [Int], seed: Int) {
    let (height, width, channels) = (shape.height, shape.width, shape.channels)
    pixelCount = shape.valueCount
    let count = min(known.count, foreign.count) / pixelCount
    var images = Array(known.prefix(count * pixelCount))
    var isChanged = [Bool](repeating: false, count: images.count)
    let (rows, columns) = (max(height / cell[0] - 1, 1), max(width / cell[1] - 1, 1))
    for image in 0..<count {
      let (u, v) = NoiseKey(seed: seed, purpose: .masking, image: image).uniforms
      let top = min(Int(bounded: u * Double(rows)), rows - 1) * cell[0]
      let left = min(Int(bounded: v * Double(columns)), columns - 1) * cell[1]
      for row in top..<min(top + 2 * cell[0], height) {
        for column in left..<min(left + 2 * cell[1], width) {
          let first = image * pixelCount + (row * width + column) * channels
          for place in first..<first + channels {
            isChanged[place] = images[place] != foreign[place]
            images[place] = foreign[place]
          }
        }
      }
    }
    self.images = images
    self.isChanged = isChanged
  }

  /// Whether anything in a patch of an image was changed.
  func isForeign(_ image: Int, _ patch: [Int32]) -> Bool {
    patch.contains { isChanged[image * pixelCount + Int($0)] }
  }
}
