import Configuration
import Files
import Images
import Testing

@Suite struct PNGGreyTests {
  @Test(arguments: [false, true])
  func greyImagesOfOthersAreReadAsTheyAre(isInterlaced: Bool) throws {
    let folder = try TemporaryFolder()
    let made = HandmadePNG(width: 11, height: 9, isInterlaced: isInterlaced)
    try DurableFile.write(made.bytes, to: folder("a.png"))
    let read = try PNGFile.readGrey(folder("a.png"))
    #expect(read == GreyCanvas(height: 9, width: 11, pixels: made.samples))
  }

  /// A gamma of 1/2.2 would change every sample if it were heeded.
  @Test func noColorManagement() throws {
    let folder = try TemporaryFolder()
    let made = HandmadePNG(extra: [("gAMA", [0, 0, 0xB1, 0x8F])])
    try DurableFile.write(made.bytes, to: folder("a.png"))
    #expect(try PNGFile.readGrey(folder("a.png")).pixels == made.samples)
  }

  @Test(arguments: [
    (HandmadePNG(bitDepth: 16), "16-bit grey"), (HandmadePNG(colorType: 2), "8-bit RGB"),
    (HandmadePNG(colorType: 4), "8-bit grey with alpha"),
    (HandmadePNG(colorType: 6), "8-bit RGB with alpha"),
    (
      HandmadePNG(colorType: 3, extra: [("PLTE", Array(repeating: 7, count: 768))]),
      "8-bit a palette"
    ),
    (HandmadePNG(extra: [("tRNS", [0, 7])]), "8-bit grey with a transparent value"),
  ])
  func otherKindsAreRefused(made: HandmadePNG, kind: String) throws {
    let folder = try TemporaryFolder()
    let path = folder("a.png")
    try DurableFile.write(made.bytes, to: path)
    let fault = #expect(throws: PNGFault.self) { try PNGFile.readGrey(path) }
    #expect(fault?.exitCode == .badData)
    #expect(
      fault?.description
        == "\(path): expected 8-bit grey without transparency, found \(kind); convert it first")
  }

  @Test func aFlippedByteIsNotReadAsAnother() throws {
    let folder = try TemporaryFolder()
    let made = HandmadePNG()
    for position in made.bytes.indices {
      var damaged = made.bytes
      damaged[position] ^= 0x01
      try DurableFile.write(damaged, to: folder("a.png"))
      guard let read = try? PNGFile.readGrey(folder("a.png")) else { continue }
      #expect(read.pixels == made.samples, "byte \(position)")
    }
  }
}
