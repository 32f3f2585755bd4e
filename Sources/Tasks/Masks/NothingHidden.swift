import Circuits
import Configuration
import Datasets
import Files

/// A mask that hides no pixel of any image, so that no question is left: exit code 65 for a picture, 78
/// for a word.
struct NothingHiddenFault: Fault {
  private enum Reason {
    /// No pixel of images of this size.
    case word
    /// By chance, no pixel of any of so many images.
    case chance(images: Int)
    /// No pixel is bright.
    case dark(path: String)
    /// No pixel is bright, but some are more transparent than others.
    case transparent(path: String)
  }

  private let mask: String
  private let reason: Reason

  /// - Throws: `PNGFault`, `FileFault` where the mask's picture cannot be read again.
  init(_ choice: MaskChoice) throws {
    mask = choice.description
    guard let path = choice.picture else {
      reason = .word
      return
    }
    reason =
      try PNGFile.read(path).hasShapeInTransparency ? .transparent(path: path) : .dark(path: path)
  }

  /// A mask that is drawn by chance.
  fileprivate init(_ choice: MaskChoice, by images: Int) {
    mask = choice.description
    reason = .chance(images: images)
  }

  var exitCode: ExitCode {
    switch reason {
    case .word, .chance: .configuration
    case .dark, .transparent: .badData
    }
  }

  var description: String {
    let rule = "a mask hides where its pixels are bright (128 and above)"
    switch reason {
    case .word:
      return "mask \(mask.quoted) hides no pixel of images of this size: name one that hides a part"
    case .chance(let images):
      return
        "mask \(mask.quoted) hides, by chance, no pixel of any of the \(images) images that are asked "
        + "about: name one that hides a larger part"
    case .dark(let path):
      return
        "\(path.printable): hides no pixel: \(rule), and none of this one's are; paint white what is "
        + "to be hidden"
    case .transparent(let path):
      return
        "\(path.printable): hides no pixel: \(rule), and this one is dark everywhere, its shape lies in "
        + "its transparency; save it without transparency, white where pixels are to be hidden"
    }
  }
}

extension PNGImage {
  /// Whether some of its pixels are more transparent than others.
  fileprivate var hasShapeInTransparency: Bool {
    guard channels == 2 || channels == 4 else { return false }
    return stride(from: channels - 1, to: pixels.count, by: channels).contains {
      pixels[$0] != pixels[channels - 1]
    }
  }
}

extension SampleSource {
  /// - Throws: `NothingHiddenFault` where its mask, drawn by chance, hides no pixel of any of these images.
  func requireHidden(by choice: MaskChoice) throws {
    let (count, pixels) = (sampleCount, valueCount)
    let order = (0..<Int32(count)).map { $0 }
    var numbers = [Int32](repeating: 0, count: count)
    order.withUnsafeBufferPointer { order in
      numbers.withUnsafeMutableBufferPointer {
        if let place = $0.baseAddress { identify(order, into: place) }
      }
    }
    let hides = numbers.contains { mask.hidden(image: Int($0), pixelCount: pixels).contains(true) }
    guard hides || count == 0 else { throw NothingHiddenFault(choice, by: count) }
  }
}
