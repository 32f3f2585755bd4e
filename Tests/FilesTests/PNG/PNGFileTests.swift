import Configuration
import Files
import Foundation
import TestSupport
import Testing

@Suite struct PNGFileTests {
  @Test(arguments: [1, 3], [(1, 1), (5, 3), (257, 2)])
  func roundTrip(channels: Int, size: (Int, Int)) throws {
    let folder = try TemporaryFolder()
    let (width, height) = size
    let pixels = (0..<(width * height * channels)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let text = [("Pipeline", "mnist 'é'"), ("Seed", "7")]
    for name in ["a.png", "b.png"] {
      try PNGFile.write(
        pixels: pixels, width: width, height: height, channels: channels, text: text,
        to: folder(name))
    }
    let image = try PNGFile.read(folder("a.png"))
    #expect(
      image == PNGImage(height: height, width: width, channels: channels, pixels: pixels))
    let bytes = try FileBytes.read(folder("a.png"))
    #expect(try FileBytes.read(folder("b.png")) == bytes, "equal input, equal bytes")
    #expect(bytes.firstRange(of: Array("Pipeline\0".utf8)) != nil)
    #expect(bytes.firstRange(of: Array("tIME".utf8)) == nil)
  }

  @Test func everyTruncationAndFlipIsRefusedOrHarmless() throws {
    let folder = try TemporaryFolder()
    let pixels = (0..<64).map { UInt8($0) }
    try PNGFile.write(pixels: pixels, width: 8, height: 8, to: folder("a.png"))
    let bytes = try FileBytes.read(folder("a.png"))
    for count in 0..<(bytes.count - 12) {
      try DurableFile.write(Array(bytes[..<count]), to: folder("cut.png"))
      #expect(throws: PNGFault.self) { try PNGFile.read(folder("cut.png")) }
    }
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x20
      try DurableFile.write(damaged, to: folder("flip.png"))
      guard let image = try? PNGFile.read(folder("flip.png")) else { continue }
      #expect(image.pixels == pixels, "byte \(position) changed the samples unnoticed")
    }
  }

  @Test func limitsAndKinds() throws {
    let folder = try TemporaryFolder()
    try PNGFile.write(
      pixels: [UInt8](repeating: 0, count: 100), width: 10, height: 10, to: folder("a.png"))
    let fault = #expect(throws: PNGFault.self) { try PNGFile.read(folder("a.png"), limit: 99) }
    #expect(fault == .tooLarge(path: folder("a.png"), width: 10, height: 10, limit: 99))
    #expect(fault?.exitCode == .badData)
    try DurableFile.write(text: "not a picture", to: folder("b.png"))
    #expect(throws: PNGFault.self) { try PNGFile.read(folder("b.png")) }
    try DurableFile.createFolder(folder("c.png"))
    #expect(throws: FileFault.self) { try PNGFile.read(folder("c.png")) }
  }

  @Test func impossibleSizesAreRefused() {
    #expect(throws: PNGFault.self) {
      try PNGFile.write(pixels: [], width: 0, height: 3, to: "/nowhere/a.png")
    }
  }
}
