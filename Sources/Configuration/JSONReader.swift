/// Text that is not the JSON this program writes.
package struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  package let offset: Int
  package let expected: String
  package var description: String { "not valid JSON at byte \(offset): expected \(expected)" }
}

extension ResolvedValue {
  /// Reads JSON strictly: one value, no duplicate keys, at most 64 levels. Numbers with a point or
  /// an exponent are reals, others integers.
  ///
  /// Throws: `JSONFault` with the byte offset.
  package init(json: String) throws {
    var reader = JSONReader(bytes: Array(json.utf8))
    self = try reader.readDocument()
  }
}

private struct JSONReader {
  let bytes: [UInt8]
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func readDocument() throws -> ResolvedValue {
    let value = try readValue(depth: 0)
    skipBlanks()
    guard index == bytes.count else { throw fault("the end") }
    return value
  }

  private func fault(_ expected: String) -> JSONFault {
    JSONFault(offset: index, expected: expected)
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard current == character.asciiValue else { return false }
    index += 1
    return true
  }

  private mutating func readValue(depth: Int) throws -> ResolvedValue {
    guard depth < 64 else { throw fault("at most 64 levels") }
    skipBlanks()
    switch current.map({ Character(Unicode.Scalar($0)) }) {
    case "{": return .mapping(try readMapping(depth: depth))
    case "[": return .list(try readList(depth: depth))
    case "\"": return .string(try readString())
    case "t": return try readWord("true", .boolean(true))
    case "f": return try readWord("false", .boolean(false))
    case "n": return try readWord("null", .null)
    default: return try readNumber()
    }
  }

  private mutating func readWord(_ word: String, _ value: ResolvedValue) throws -> ResolvedValue {
    guard bytes[index...].starts(with: word.utf8) else { throw fault(word) }
    index += word.utf8.count
    return value
  }

  private mutating func readMapping(depth: Int) throws -> [String: ResolvedValue] {
    index += 1
    var entries: [String: ResolvedValue] = [:]
    skipBlanks()
    if take("}") { return entries }
    while true {
      skipBlanks()
      guard current == 0x22 else { throw fault("a key") }
      let key = try readString()
      guard entries[key] == nil else { throw fault("a key not given before") }
      skipBlanks()
      guard take(":") else { throw fault("':'") }
      entries[key] = try readValue(depth: depth + 1)
      skipBlanks()
      if take("}") { return entries }
      guard take(",") else { throw fault("',' or '}'") }
    }
  }

  private mutating func readList(depth: Int) throws -> [ResolvedValue] {
    index += 1
    var items: [ResolvedValue] = []
    skipBlanks()
    if take("]") { return items }
    while true {
      items.append(try readValue(depth: depth + 1))
      skipBlanks()
      if take("]") { return items }
      guard take(",") else { throw fault("',' or ']'") }
    }
  }

  private mutating func readNumber() throws -> ResolvedValue {
    let start = index
    while let byte = current, "+-.eE0123456789".utf8.contains(byte) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if let integer = Int(text), !text.hasPrefix("+") { return .integer(integer) }
    if let real = Double(text), real.isFinite, !text.hasPrefix("+") { return .real(real) }
    index = start
    throw fault("a value")
  }

  private mutating func readString() throws -> String {
    index += 1
    var text: [UInt8] = []
    while let byte = current {
      index += 1
      switch byte {
      case 0x22:
        guard let string = String(validating: text, as: UTF8.self) else { throw fault("UTF-8") }
        return string
      case 0x5C: text += try readEscape()
      case 0..<0x20: throw fault("no control character")
      default: text.append(byte)
      }
    }
    throw fault("'\"'")
  }

  private mutating func readEscape() throws -> [UInt8] {
    guard let byte = current else { throw fault("an escape") }
    index += 1
    switch Character(Unicode.Scalar(byte)) {
    case "n": return [0x0A]
    case "r": return [0x0D]
    case "t": return [0x09]
    case "b": return [0x08]
    case "f": return [0x0C]
    case "\"", "\\", "/": return [byte]
    case "u":
      var unit = try readHexadecimal()
      if (0xD800..<0xDC00).contains(unit), take("\\"), take("u") {
        let low = try readHexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("a low surrogate") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw fault("a Unicode scalar") }
      return Array(String(Character(scalar)).utf8)
    default: throw fault("an escape")
    }
  }

  private mutating func readHexadecimal() throws -> UInt32 {
    guard index + 4 <= bytes.count,
      bytes[index..<index + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    else { throw fault("four hexadecimal digits") }
    index += 4
    return unit
  }
}
