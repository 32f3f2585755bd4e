import Configuration

/// A NumPy array that is none, or has what is not read. Offsets count bytes of the array: of a `.npy` file, or of the
/// entry of a `.npz` file that holds one.
struct NPYFault: Fault, Equatable {
  /// `FILE.npy` or `FILE.npz:NAME`.
  let place: String
  let offset: Int
  let reason: String

  var exitCode: ExitCode { .badData }
  var description: String { "\(place.printable): byte \(offset): \(reason.printable)" }
}

/// The head of a NumPy array, versions 1.0 to 3.0: type, order and sizes.
struct NPYHeader: Equatable {
  /// The type of the values, in NumPy's letters.
  struct Element: Equatable {
    /// `u`, `i`, `f`, `b` and others.
    let kind: Character
    let size: Int
    let isBigEndian: Bool

    var words: String {
      switch kind {
      case "b": "booleans"
      case "U": "text of \(size / 4) characters"
      case "S", "a": "text of \(size) bytes"
      case "V": "\(size) bytes without a type"
      case "M", "m": "times"
      default: (isBigEndian && size > 1 ? "big-endian " : "") + "\(kind)\(size)"
      }
    }
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// A longer head describes records, which are not read.
  private static let largest = 1 << 16

  let element: Element
  /// Whether the first index is the fastest (Fortran order).
  let firstIsFastest: Bool
  let shape: [Int]
  /// Values, and bytes of the head before them.
  let count: Int
  let size: Int

  /// Bytes of the values.
  var contentSize: Int { count * element.size }

  /// - Parameters:
  ///   - total: bytes of head and values together.
  ///   - read: the next bytes of the array; so many are there, by `total`.
  /// - Throws: `NPYFault`, also where the values need another number of bytes than `total` leaves; what `read` throws.
  init(place: String, total: Int, read: (Int) throws -> [UInt8]) throws {
    func fault(_ offset: Int, _ reason: String) -> NPYFault {
      NPYFault(place: place, offset: offset, reason: reason)
    }
    let start = try read(min(8, total))
    guard start.starts(with: Self.magic) else {
      throw fault(0, "expected a NumPy array (93 4e 55 4d 50 59)")
    }
    guard start.count == 8 else { throw fault(start.count, "the head ends early") }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw fault(6, "expected version 1.0, 2.0 or 3.0, found \(start[6]).\(start[7])")
    }
    let lengthSize = start[6] == 1 ? 2 : 4
    guard total >= 8 + lengthSize else { throw fault(total, "the head ends early") }
    let length = try read(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
    size = 8 + lengthSize + length
    guard size <= total else {
      throw fault(8, "a head of \(length) bytes, found \(total - 8 - lengthSize)")
    }
    guard length < Self.largest else {
      throw fault(8, "a head of \(length) bytes: expected fewer than \(Self.largest)")
    }
    let text = try NPYDescription(place: place, offset: 8 + lengthSize, bytes: read(length))
    (element, firstIsFastest, shape) = (text.element, text.firstIsFastest, text.shape)
    let bytes = shape.reduce(Int?(element.size)) { product, size in
      let (next, overflow) = product?.multipliedReportingOverflow(by: size) ?? (0, true)
      return overflow ? nil : next
    }
    guard let bytes, bytes == total - size else {
      throw fault(
        size,
        "sizes \(shape) of \(element.words) need \(bytes.map(String.init) ?? "more than 2^63") bytes, found "
          + "\(total - size)")
    }
    count = bytes / element.size
  }
}
