import Configuration
import Files
import TestSupport
import Testing

/// Every kind of PNG there is, against the specification's own words.
@Suite struct PNGKindsTests {
  static let kinds: [(colorType: UInt8, bitDepth: UInt8)] = [
    (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8),
    (4, 8), (4, 16), (6, 8), (6, 16),
  ]

  /// Red, green and blue of 256 entries.
  static let palette = (0..<768).map { UInt8(truncatingIfNeeded: $0 &* 83 &+ 5) }

  private func made(
    _ kind: (colorType: UInt8, bitDepth: UInt8), _ size: (width: Int, height: Int),
    isInterlaced: Bool, transparency: [UInt8]? = nil
  ) -> HandmadePNG {
    var extra: [(String, [UInt8])] = []
    if kind.colorType == 3 {
      extra.append(("PLTE", Array(Self.palette.prefix(3 << min(kind.bitDepth, 8)))))
    }
    if let transparency { extra.append(("tRNS", transparency)) }
    return HandmadePNG(
      width: size.width, height: size.height, bitDepth: kind.bitDepth, colorType: kind.colorType,
      isInterlaced: isInterlaced, extra: extra)
  }

  /// Samples of 8 bits, as the specification says, palettes looked up.
  private func expected(_ made: HandmadePNG) -> [UInt8] {
    let samples = made.samples
    switch made.bitDepth {
    case 16:
      return stride(from: 0, to: samples.count, by: 2).map { place -> UInt8 in
        let value = Int(samples[place]) * 256 + Int(samples[place + 1])
        return UInt8((value * 255 + 32_767) / 65_535)
      }
    case _ where made.colorType == 3:
      return samples.flatMap { entry -> [UInt8] in
        let start = 3 * Int(entry)
        return Array(Self.palette[start..<start + 3])
      }
    default:
      let largest = 1 << Int(made.bitDepth) - 1
      return samples.map { sample -> UInt8 in UInt8(Int(sample) * 255 / largest) }
    }
  }

  @Test(arguments: kinds, [false, true])
  func everyKindOfEverySize(
    kind: (colorType: UInt8, bitDepth: UInt8), isInterlaced: Bool
  ) throws {
    let folder = try TemporaryFolder()
    for width in 1...9 {
      for height in [1, 2, 5, 9] {
        let made = made(kind, (width, height), isInterlaced: isInterlaced)
        try DurableFile.write(made.bytes, to: folder("a.png"))
        let channels = [0: 1, 2: 3, 3: 3, 4: 2, 6: 4][kind.colorType] ?? 0
        #expect(
          try PNGFile.read(folder("a.png"))
            == PNGImage(
              height: height, width: width, channels: channels, pixels: expected(made)),
          "type \(kind.colorType), \(kind.bitDepth) bits, \(width) x \(height)")
      }
    }
  }

  /// One level, one colour, or an alpha an entry: those that `tRNS` does not name are opaque.
  @Test(arguments: kinds.filter { $0.colorType < 4 }, [false, true])
  func transparentValues(
    kind: (colorType: UInt8, bitDepth: UInt8), isInterlaced: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let plain = made(kind, (7, 5), isInterlaced: isInterlaced)
    let wide = kind.bitDepth == 16 ? 2 : 1
    let channels = kind.colorType == 2 ? 3 : 1
    // That of the third pixel.
    let chosen = Array(plain.samples[2 * channels * wide..<3 * channels * wide])
    var transparency = chosen
    if kind.colorType == 3 {
      transparency = [10, 200]
    } else if kind.bitDepth < 16 {
      transparency = chosen.flatMap { byte -> [UInt8] in [0, byte] }
    }
    let made = made(kind, (7, 5), isInterlaced: isInterlaced, transparency: transparency)
    try DurableFile.write(made.bytes, to: folder("a.png"))
    let image = try PNGFile.read(folder("a.png"))
    let colours = expected(plain)
    let own = kind.colorType == 0 ? 1 : 3
    #expect(image.channels == own + 1)
    for pixel in 0..<35 {
      let found = Array(image.pixels[pixel * (own + 1)..<(pixel + 1) * (own + 1)])
      let bytes = channels * wide
      let raw = Array(plain.samples[pixel * bytes..<(pixel + 1) * bytes])
      var alpha: UInt8 = raw == chosen ? 0 : 255
      if kind.colorType == 3 { alpha = [0: 10, 1: 200][raw[0], default: 255] }
      let colour = Array(colours[pixel * own..<(pixel + 1) * own])
      #expect(found == colour + [alpha], "pixel \(pixel)")
    }
  }

  @Test(arguments: HandmadePNG.Flaw.allCases)
  func damagedFilesAreRefused(flaw: HandmadePNG.Flaw) throws {
    let folder = try TemporaryFolder()
    var made = HandmadePNG(width: 40, height: 30)
    made.flaw = flaw
    try DurableFile.write(made.bytes, to: folder("a.png"))
    let fault = #expect(throws: PNGFault.self) { try PNGFile.read(folder("a.png")) }
    #expect(fault?.exitCode == .badData)
    #expect(fault?.description.hasPrefix("\(folder("a.png")): not a readable PNG: ") == true)
  }

  /// Kinds that the specification does not know: 3 and 0 bits, types 1 and 9, RGB of 4 bits, a palette of
  /// 16, no palette where there has to be one.
  @Test(arguments: [
    (24, 3), (24, 0), (25, 1), (25, 9), (24, 99), (28, 2), (26, 1), (27, 1), (25, 3),
  ])
  func unknownHeads(position: Int, value: UInt8) throws {
    let folder = try TemporaryFolder()
    var bytes = HandmadePNG().bytes
    bytes[position] = value
    // With a right checksum, so that the head itself is what is wrong.
    let crc = HandmadePNG.crc(Array(bytes[12..<29]))
    bytes.replaceSubrange(29..<33, with: crc)
    try DurableFile.write(bytes, to: folder("a.png"))
    #expect(throws: PNGFault.self) { try PNGFile.read(folder("a.png")) }
  }

  @Test(arguments: [1, 2, 4, 8] as [UInt8], [false, true])
  func entriesThatThePaletteDoesNotHave(bitDepth: UInt8, isInterlaced: Bool) throws {
    let folder = try TemporaryFolder()
    var made = made((3, bitDepth), (9, 9), isInterlaced: isInterlaced)
    let most = (made.samples.max() ?? 0)
    made.extra = [("PLTE", Array(Self.palette.prefix(3 * Int(most))))]
    try DurableFile.write(made.bytes, to: folder("a.png"))
    let fault = #expect(throws: PNGFault.self) { try PNGFile.read(folder("a.png")) }
    #expect(fault?.description.contains("the palette does not have") == true)
    made.extra = [("PLTE", Array(Self.palette.prefix(3 * (Int(most) + 1))))]
    try DurableFile.write(made.bytes, to: folder("a.png"))
    #expect(try PNGFile.read(folder("a.png")).channels == 3)
  }
}
