import Circuits
import Configuration
import Datasets
import Files
import Models

/// Which pixels are hidden, by a word: `left`, `right`, `top`, `bottom` (that half), `centre` (the middle
/// half of rows and columns), `random:F` and `random-superpixels:F` (each with probability F, image by
/// image; `:SEED` may follow), `superpixels:3,4,5` (by number, row by row), or a PNG whose bright pixels
/// (128 and above) are hidden.
package struct MaskChoice: Hashable, Sendable, CustomStringConvertible {
  enum Rule: Hashable, Sendable {
    case left, right, top, bottom, centre
    case random(fraction: Double, seed: Int, ofSuperpixels: Bool)
    case superpixels([Int])
    case picture(path: String)
  }

  let rule: Rule
  /// The word; of a picture, its file's name.
  package let description: String

  package static let expectation =
    "left, right, top, bottom, centre, random:F, random-superpixels:F, superpixels:N,N,... "
    + "or a PNG file"

  /// Nil for what is none of these.
  package init?(_ text: String) {
    let words: [String: Rule] = [
      "left": .left, "right": .right, "top": .top, "bottom": .bottom, "centre": .centre,
      "center": .centre,
    ]
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if let rule = words[text] {
      self.init(rule: rule, description: text)
    } else if text.lowercased().hasSuffix(".png") {
      self.init(
        rule: .picture(path: text),
        description: text.split(separator: "/").last.map(String.init) ?? text)
    } else if let rule = MaskChoice.random(parts) ?? MaskChoice.superpixels(parts) {
      self.init(rule: rule, description: text)
    } else {
      return nil
    }
  }

  private init(rule: Rule, description: String) {
    self.rule = rule
    self.description = description
  }

  private static func random(_ parts: [String]) -> Rule? {
    guard parts[0] == "random" || parts[0] == "random-superpixels",
      parts.count == 2 || parts.count == 3, let fraction = Double(parts[1]),
      (0...1).contains(fraction)
    else { return nil }
    let seed = parts.count == 3 ? Int(parts[2]) : 1
    return seed.flatMap { $0 < 0 ? nil : $0 }.map {
      .random(fraction: fraction, seed: $0, ofSuperpixels: parts[0] == "random-superpixels")
    }
  }

  private static func superpixels(_ parts: [String]) -> Rule? {
    guard parts.count == 2, parts[0] == "superpixels" else { return nil }
    let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0) ?? -1
    }
    return numbers.contains { $0 < 0 } ? nil : .superpixels(numbers)
  }

  /// Why nothing can be learned under it; nil if something can.
  func complaint(training leaf: any Leaf) -> String? {
    guard case .random(let fraction, _, let ofSuperpixels) = rule else { return nil }
    if fraction == 1 { return "hides every pixel of every image: expected a fraction below 1" }
    guard fraction > 0, !ofSuperpixels, !leaf.hidesPixels else { return nil }
    return "\(leaf.name) leaves cannot learn from a part of their pixels: expected "
      + "random-superpixels:F, or other leaves"
  }

  /// The file it is read from; nil for a word.
  var picture: String? {
    if case .picture(let path) = rule { path } else { nil }
  }

  /// What it hides of images of a size: some pixel of each, or by chance of some.
  ///
  /// - Parameter superpixels: the values of each superpixel, row by row.
  /// - Throws: `MaskSizeFault`, `PNGFault`, and `NothingHiddenFault` for a picture (65), `MaskFault` and
  ///   `NothingHiddenFault` for a word (78).
  func mask(of shape: ImageShape, superpixels: [[Int32]]) throws -> PixelMask {
    let mask = try hiding(shape, superpixels: superpixels)
    if mask.hidesNothing { throw try NothingHiddenFault(self) }
    return mask
  }

  /// As `mask`, of images to learn from: whole images are no holes to learn around, but `random:0` is the
  /// least of a row of fractions.
  func holes(of shape: ImageShape, superpixels: [[Int32]]) throws -> PixelMask {
    if case .random(fraction: 0, _, _) = rule { return .nothing }
    return try mask(of: shape, superpixels: superpixels)
  }

  private func hiding(_ shape: ImageShape, superpixels: [[Int32]]) throws -> PixelMask {
    let (height, width, channels) = (shape.height, shape.width, shape.channels)
    // A hidden pixel hides all its channels.
    func whole(_ isHidden: (_ row: Int, _ column: Int) -> Bool) -> PixelMask {
      .shared(
        (0..<shape.valueCount).map { isHidden($0 / channels / width, $0 / channels % width) })
    }
    switch rule {
    case .left: return whole { $1 < width / 2 }
    case .right: return whole { $1 >= width - width / 2 }
    case .top: return whole { row, _ in row < height / 2 }
    case .bottom: return whole { row, _ in row >= height - height / 2 }
    case .centre:
      return whole {
        (height / 4..<height - height / 4).contains($0)
          && (width / 4..<width - width / 4).contains($1)
      }
    case .random(let fraction, let seed, let ofSuperpixels):
      let groups =
        ofSuperpixels
        ? superpixels
        : (0..<shape.pixelCount).map {
          ImageShape.values(of: [$0], channels: channels).map(Int32.init)
        }
      return .random(groups: groups, probability: fraction, seed: seed)
    case .superpixels(let numbers):
      guard let last = numbers.max(), last < superpixels.count else {
        throw MaskFault(mask: description, superpixels: superpixels.count)
      }
      let hidden = Set(numbers.flatMap { superpixels[$0] })
      return whole { hidden.contains(Int32(($0 * width + $1) * channels)) }
    case .picture(let path):
      let picture = try PNGFile.readGrey(path)
      guard (picture.height, picture.width) == (height, width) else {
        throw MaskSizeFault(
          path: path, found: [picture.height, picture.width], expected: [height, width])
      }
      return whole { picture.pixels[$0 * width + $1] >= 128 }
    }
  }

  /// For images of a model that will be.
  func mask(of model: ModelOutlook) throws -> PixelMask {
    try mask(of: model.shape, superpixels: model.circuit.superpixels)
  }

  /// For images of a model.
  package func mask(of model: Model) throws -> PixelMask {
    try mask(of: model.imageShape, superpixels: model.circuit.superpixels)
  }
}

/// A picture of another size than the images (exit code 65).
struct MaskSizeFault: Fault {
  let path: String
  let found: [Int]
  let expected: [Int]
  var exitCode: ExitCode { .badData }
  var description: String {
    "\(path.printable): a mask of \(found[0]) x \(found[1]) pixels for images of \(expected[0]) x "
      + "\(expected[1]): draw one of that size"
  }
}

/// A mask that names superpixels which are not there (exit code 78).
struct MaskFault: Fault {
  let mask: String
  let superpixels: Int
  var exitCode: ExitCode { .configuration }
  var description: String {
    "mask \(mask.quoted): expected numbers of superpixels from 0 to \(superpixels - 1), row by row; "
      + "the model's are its lattice cells"
  }
}
