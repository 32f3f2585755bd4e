/// The text of a NumPy head, a Python dictionary: `{'descr': '|u1', 'fortran_order': False, 'shape': (9, 4, 5), }`.
struct NPYDescription {
  private(set) var element = NPYHeader.Element(kind: "u", size: 1, isBigEndian: false)
  private(set) var firstIsFastest = false
  private(set) var shape: [Int] = []

  private let place: String
  private let offset: Int
  private let bytes: [UInt8]
  private var position = 0

  /// - Parameter offset: of the text in the array.
  /// - Throws: `NPYFault` with the byte.
  init(place: String, offset: Int, bytes: [UInt8]) throws {
    self.place = place
    self.offset = offset
    self.bytes = bytes
    try readDictionary()
  }

  private func fault(_ reason: String, at position: Int? = nil) -> NPYFault {
    NPYFault(place: place, offset: offset + (position ?? self.position), reason: reason)
  }

  // MARK: Dictionary

  private mutating func readDictionary() throws {
    try expect("{")
    var missing: Set = ["descr", "fortran_order", "shape"]
    while !take("}") {
      let start = position
      let key = try readText()
      guard missing.remove(key) != nil else {
        throw fault("expected descr, fortran_order and shape, each once", at: start)
      }
      try expect(":")
      switch key {
      case "descr": element = try readElement()
      case "shape": shape = try readShape()
      default: firstIsFastest = try readTruth()
      }
      guard take(",") else {
        try expect("}")
        break
      }
    }
    guard missing.isEmpty else { throw fault("the head has no \(missing.sorted()[0])") }
    skipBlanks()
    guard position == bytes.count else { throw fault("expected the end of the head") }
  }

  private mutating func readElement() throws -> NPYHeader.Element {
    skipBlanks()
    let start = position
    guard position < bytes.count, bytes[position] != UInt8(ascii: "[") else {
      throw fault("an array of records, which is not read; write one field as an array")
    }
    var text = try readText()[...]
    let order = text.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    if order != nil { text.removeFirst() }
    guard let kind = text.popFirst() else { throw fault("a type without a letter", at: start) }
    if kind == "O" {
      throw fault(
        "an array of Python objects (pickled), which may run code and is never read; write numbers "
          + "(numpy: .astype('u1'))", at: start)
    }
    let unit = text.prefix { $0.isASCII && $0.isNumber }
    guard "biufcSaUVMm".contains(kind), let size = Int(unit), (1...1 << 20).contains(size),
      unit.count == text.count || "Mm".contains(kind)
    else { throw fault("a type that is not known", at: start) }
    return NPYHeader.Element(
      kind: kind, size: kind == "U" ? 4 * size : size, isBigEndian: order == ">")
  }

  private mutating func readTruth() throws -> Bool {
    if take("True") { return true }
    if take("False") { return false }
    throw fault("expected True or False")
  }

  /// `(9, 4, 5)`, `(9,)`, `()`; Python 2 wrote `9L`.
  private mutating func readShape() throws -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      skipBlanks()
      let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard let size = Int(String(decoding: digits, as: UTF8.self)), sizes.count < 32 else {
        throw fault("expected up to 32 sizes of 63 bits")
      }
      position += digits.count
      _ = take("L")
      sizes.append(size)
      guard take(",") else {
        try expect(")")
        break
      }
    }
    return sizes
  }

  // MARK: Tokens

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  /// Whether a token stands next, which is then passed.
  private mutating func take(_ token: String) -> Bool {
    skipBlanks()
    guard bytes[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    return true
  }

  private mutating func expect(_ token: String) throws {
    guard take(token) else { throw fault("expected \(token)") }
  }

  /// A text in quotes, without escapes.
  private mutating func readText() throws -> String {
    skipBlanks()
    guard position < bytes.count, [0x22, 0x27].contains(bytes[position]) else {
      throw fault("expected a text in quotes")
    }
    let quote = bytes[position]
    let text = bytes[(position + 1)...].prefix { $0 != quote && $0 != 0x5C }
    guard text.endIndex < bytes.count, bytes[text.endIndex] == quote else {
      throw fault("expected the end of a text")
    }
    position = text.endIndex + 1
    return String(decoding: text, as: UTF8.self)
  }
}
