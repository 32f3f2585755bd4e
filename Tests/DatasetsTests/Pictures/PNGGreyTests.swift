import Configuration
import Datasets
import Files
import TestSupport
import Testing

@Suite struct PNGGreyTests {
  @Test(arguments: [false, true])
  func greyImagesOfOthersAreReadAsTheyAre(isInterlaced: Bool) throws {
    let folder = try TemporaryFolder()
    let made = HandmadePNG(width: 11, height: 9, isInterlaced: isInterlaced)
    try DurableFile.write(made.bytes, to: folder("a.png"))
    let read = try PNGFile.readGrey(folder("a.png"))
    #expect(read == Canvas(height: 9, width: 11, pixels: made.samples))
  }

  /// A gamma of 1/2.2 would change every sample if it were heeded.
  @Test func noColorManagement() throws {
    let folder = try TemporaryFolder()
    let made = HandmadePNG(extra: [("gAMA", [0, 0, 0xB1, 0x8F])])
    try DurableFile.write(made.bytes, to: folder("a.png"))
    #expect(try PNGFile.readGrey(folder("a.png")).pixels == made.samples)
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
