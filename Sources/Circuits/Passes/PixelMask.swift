import Numerics

/// Which pixels of which images are hidden, and so summed out: evidence is what is left.
///
/// A property of the data, not of a pass: image number n has the same hidden pixels in every epoch.
package struct PixelMask: Sendable {
  private enum Rule: Sendable {
    case nothing
    /// `[pixel]`, for every image.
    case shared([Bool])
    /// Each group hidden with a probability, by image.
    case random(groups: [[Int32]], probability: Double, seed: Int)
  }

  private let rule: Rule

  package static let nothing = PixelMask(rule: .nothing)

  /// The same pixels of every image. `[pixel]`, row-major.
  package static func shared(_ hidden: [Bool]) -> PixelMask {
    hidden.contains(true) ? PixelMask(rule: .shared(hidden)) : .nothing
  }

  /// Groups of pixels (single pixels, or superpixels), each hidden by itself with `probability`: a
  /// pure function of seed, image number and group.
  package static func random(
    groups: [[Int32]], probability: Double, seed: Int
  ) -> PixelMask {
    precondition((0...1).contains(probability))
    if probability == 0 { return .nothing }
    return PixelMask(rule: .random(groups: groups, probability: probability, seed: seed))
  }

  package var hidesNothing: Bool {
    if case .nothing = rule { true } else { false }
  }

  /// `[pixel]`: what is hidden of one image.
  package func hidden(image: Int, pixelCount: Int) -> [Bool] {
    var hidden = Array(repeating: false, count: pixelCount)
    switch rule {
    case .nothing: break
    case .shared(let flags):
      precondition(flags.count == pixelCount, "a mask of another size")
      hidden = flags
    case .random(let groups, let probability, let seed):
      for (number, group) in groups.enumerated()
      where PixelMask.isDrawn(seed, image: image, group: number, probability) {
        for pixel in group { hidden[Int(pixel)] = true }
      }
    }
    return hidden
  }

  private static func isDrawn(
    _ seed: Int, image: Int, group: Int, _ probability: Double
  ) -> Bool {
    NoiseKey(seed: seed, purpose: .masking, image: image, leaf: group).uniform < probability
  }

  /// Whether some image may have a part of these pixels hidden and a part observed.
  func splits(_ pixels: [Int32]) -> Bool {
    switch rule {
    case .nothing: false
    case .shared(let flags): Set(pixels.map { flags[Int($0)] }).count > 1
    case .random(let groups, let probability, _):
      probability > 0 && probability < 1
        && !groups.contains { Set($0).isSuperset(of: pixels) }
    }
  }

  /// Fills `[pixel][tile]` with 1 where a pixel is observed and 0 where it is hidden; lanes past the
  /// last image are left as they are.
  func fill(_ observed: PixelTile, images: UnsafeBufferPointer<Int32>) {
    switch rule {
    case .nothing: break
    case .shared(let flags):
      precondition(flags.count == observed.pixelCount, "a mask of another size")
      for (pixel, isHidden) in flags.enumerated() {
        observed.row(pixel).update(repeating: isHidden ? 0 : 1, count: images.count)
      }
    case .random(let groups, let probability, let seed):
      for (number, group) in groups.enumerated() {
        for (place, image) in images.enumerated() {
          let byte: UInt8 =
            PixelMask.isDrawn(seed, image: Int(image), group: number, probability) ? 0 : 1
          for pixel in group { observed.row(Int(pixel))[place] = byte }
        }
      }
    }
  }
}

/// How much of a leaf region the images of a tile show.
enum Visibility: UInt8, Sendable {
  /// Every pixel in every image.
  case whole
  /// Some pixels of some images.
  case part
  /// No pixel of any image: the region's value is 1.
  case nothing
}

/// Images of which some pixels are not looked at: every query over them is of the marginal
/// distribution of the others.
package struct MaskedSource<Base: SampleSource>: SampleSource {
  package let base: Base
  package let mask: PixelMask

  package init(_ base: Base, hiding mask: PixelMask) {
    self.base = base
    self.mask = mask
  }

  package var sampleCount: Int { base.sampleCount }
  package var valueCount: Int { base.valueCount }

  package func rewind() { base.rewind() }

  package func prepare(_ samples: UnsafeBufferPointer<Int32>) throws { try base.prepare(samples) }

  package func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) { base.copy(samples, epoch: epoch, into: rows) }

  package func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>
  ) { base.identify(samples, into: numbers) }

  package func classes(
    _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>
  ) { base.classes(samples, into: classes) }
}
