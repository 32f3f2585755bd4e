/// PNG files written by hand, of every kind there is: no library's idea of the format but the
/// specification's (W3C PNG, third edition), with stored deflate blocks.
package struct HandmadePNG {
  package var width = 5
  package var height = 3
  package var bitDepth: UInt8 = 8
  /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
  package var colorType: UInt8 = 0
  package var isInterlaced = false
  /// Chunks between the header and the image: name and content.
  package var extra: [(String, [UInt8])] = []

  private var channels: Int { [1, 0, 3, 1, 2, 0, 4][Int(colorType)] }

  /// Damage done to the file's parts.
  package var flaw: Flaw?

  package enum Flaw: CaseIterable, Sendable {
    case noImageData, wrongZlibHeader, wrongAdler, shortImageData, wrongChecksum, noEnd
  }

  package init(
    width: Int = 5, height: Int = 3, bitDepth: UInt8 = 8, colorType: UInt8 = 0,
    isInterlaced: Bool = false, extra: [(String, [UInt8])] = []
  ) {
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    self.colorType = colorType
    self.isInterlaced = isInterlaced
    self.extra = extra
  }

  /// Bytes of the samples, `[row][column][channel]`, two a sample of 16 bits, one a sample of 1 to 8.
  package var samples: [UInt8] {
    let largest: UInt8 = bitDepth < 8 ? 1 << bitDepth - 1 : 255
    let count = width * height * channels * (bitDepth == 16 ? 2 : 1)
    return (0..<count).map { (index: Int) -> UInt8 in UInt8(index * 11 % 251) & largest }
  }

  package var bytes: [UInt8] {
    var header = big(width) + big(height)
    header += [bitDepth, colorType, 0, 0, isInterlaced ? 1 : 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", header)
    for (name, content) in extra { file += chunk(name, content) }
    if flaw != .noImageData {
      var content = zlib(flaw == .shortImageData ? Array(filtered.dropLast(2)) : filtered)
      if flaw == .wrongZlibHeader { content[0] = 0x77 }
      if flaw == .wrongAdler { content[content.count - 1] ^= 1 }
      file += chunk("IDAT", content)
      if flaw == .wrongChecksum { file[file.count - 1] ^= 1 }
    }
    return file + (flaw == .noEnd ? [] : chunk("IEND", []))
  }

  /// Rows, each after a byte that says "no filter"; pass by pass if interlaced (Adam7).
  private var filtered: [UInt8] {
    let whole = (0, 0, 1, 1)
    let adam7 = [
      (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
      (1, 0, 2, 1),
    ]
    let size = channels * (bitDepth == 16 ? 2 : 1)
    let all = samples
    var out: [UInt8] = []
    for (top, left, down, across) in isInterlaced ? adam7 : [whole] where left < width {
      for row in stride(from: top, to: height, by: down) {
        out.append(0)
        var line: [UInt8] = []
        for column in stride(from: left, to: width, by: across) {
          let start = (row * width + column) * size
          line += all[start..<start + size]
        }
        out += packed(line)
      }
    }
    return out
  }

  /// Samples of less than 8 bits side by side, the first highest, each row from a byte's start.
  private func packed(_ line: [UInt8]) -> [UInt8] {
    guard bitDepth < 8 else { return line }
    let perByte = 8 / Int(bitDepth)
    return stride(from: 0, to: line.count, by: perByte).map { start in
      line[start..<min(start + perByte, line.count)].enumerated().reduce(0) {
        $0 | $1.element << UInt8((perByte - 1 - $1.offset) * Int(bitDepth))
      }
    }
  }

  private func zlib(_ content: [UInt8]) -> [UInt8] {
    precondition(content.count < 65_536, "one stored block")
    let low = UInt8(content.count & 255)
    let high = UInt8(content.count >> 8)
    var (a, b) = (1, 0)
    for byte in content {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return [0x78, 0x01, 1, low, high, ~low, ~high] + content + big(b << 16 | a)
  }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return big(content.count) + body + Self.crc(body)
  }

  /// The checksum of a chunk's name and content.
  package static func crc(_ bytes: [UInt8]) -> [UInt8] {
    var register: UInt32 = ~0
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~register >> $0) }
  }

  private func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
