import Configuration
import Files

/// An IDX file that is damaged, or not of the expected kind.
package struct IDXFault: Fault, Equatable {
  package enum Problem: Equatable, Sendable {
    /// Ends inside the header.
    case headerTruncated(expected: Int, found: Int)
    /// The first two bytes are not zero.
    case magic(found: [UInt8])
    /// The first bytes are those of another format.
    case otherKind(FileKind)
    /// The element type is not u8 (0x08).
    case type(found: UInt8)
    case rank(expected: Int, found: Int)
    /// One of the sizes is zero.
    case empty(dimensions: [Int])
    /// The sizes multiply to more than this machine counts.
    case overflow(dimensions: [Int])
    /// Fewer bytes of content than the header announces.
    case truncated(expected: Int, found: Int)
    /// More bytes of content than the header announces; `found` is nil for a gzip file, which
    /// is not inflated further.
    case tooLong(expected: Int, found: Int?)
    /// Labels in rows of neither one column nor QMNIST's eight.
    case columns(found: Int)
    /// A label that is no class number.
    case label(image: Int, found: Int)
    case countsDiffer(images: Int, labels: Int, imagesPath: String)
  }

  package let path: String
  /// The byte of the (inflated) content where it was found.
  package let offset: Int
  package let problem: Problem

  package init(path: String, offset: Int, problem: Problem) {
    self.path = path
    self.offset = offset
    self.problem = problem
  }

  package var exitCode: ExitCode { .badData }

  package var description: String {
    "\(printable(path)): byte \(offset): \(explanation)"
  }

  private var explanation: String {
    switch problem {
    case .headerTruncated(let expected, let found):
      return "expected an IDX header of \(expected) bytes, found \(found)"
    case .magic(let found):
      let digits = found.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      return "expected an IDX file (00 00 08), found \(digits.joined(separator: " "))"
    case .otherKind(let kind): return "expected an IDX file (00 00 08), \(kind.words)"
    case .type(let found):
      return "expected type 0x08 (unsigned bytes), found 0x\(String(found, radix: 16))"
    case .rank(let expected, let found):
      return Self.explainRank(expected: expected, found: found)
    case .empty(let dimensions): return "an empty set: sizes \(Self.sizes(dimensions))"
    case .overflow(let dimensions): return "impossible sizes \(Self.sizes(dimensions))"
    case .truncated(let expected, let found):
      return "the header announces \(expected) bytes, found \(found): the file is cut short"
    case .tooLong(let expected, let found):
      return "the header announces \(expected) bytes, found \(found.map(String.init) ?? "more")"
    case .columns(let found):
      return "expected labels in one column, or in QMNIST's eight, found \(found)"
    case .label(let image, let found):
      return "image \(image): expected a class number from 0 to 65535, found \(found)"
    case .countsDiffer(let images, let labels, let imagesPath):
      return "\(labels) labels for the \(images) images of \(printable(imagesPath))"
    }
  }

  private static func explainRank(expected: Int, found: Int) -> String {
    let text = "expected \(expected) dimensions, found \(found)"
    switch (expected, found) {
    case (3, 1): return text + ": these are labels; give the images file (...-idx3-ubyte)"
    case (1, 3): return text + ": these are images; give the labels file (...-idx1-ubyte)"
    default: return text
    }
  }

  private static func sizes(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " x ")
  }
}
