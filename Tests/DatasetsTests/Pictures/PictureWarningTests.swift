import Datasets
import Files
import Foundation
import Numerics
import TestSupport
import Testing

/// Pictures that are read as something else than their makers see.
@Suite(.serialized) struct PictureWarningTests {
  private func notes(
    _ pictures: [[UInt8]], background: [UInt8] = [0, 0, 0]
  ) throws -> (notes: [String], preparation: [String: String], images: ImagePart) {
    let folder = try TemporaryFolder()
    for (number, bytes) in pictures.enumerated() {
      try DurableFile.createFolder(folder("in"))
      try DurableFile.write(bytes, to: folder("in/\(number).png"))
    }
    let source = try PNGFolderSource(
      folder: folder("in"), preparation: PicturePreparation(background: background),
      workers: ForkJoin(workers: 2))
    let notes = try ImageArchive.write(source, name: "x", to: folder("a.h5"))
    let read = try source.read("train")
    #expect(read.notes == notes, "from memory or from a file")
    let archive = try ImageArchive(folder("a.h5"))
    #expect(try archive.images("train", 0..<read.part.count) == read.part.pixels)
    return (notes, archive.preparation, read.part)
  }

  /// Grey of 16 bits whose values are those of 12: the nearest of 8 bits are 0 to 16.
  @Test func twelveBitsInSixteen() throws {
    let dark = HandmadePicture.grey16((0..<16).map { $0 * 273 })
    let notes = try notes([dark, dark]).notes
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("all levels are below 17, of 256: values of fewer bits") == true)
    #expect(try self.notes([HandmadePicture.grey16((0..<16).map { $0 * 4_369 })]).notes.isEmpty)
  }

  @Test func blackInkOnATransparentGround() throws {
    let ink = HandmadePicture.alpha((0..<16).map { ($0 % 3 == 0 ? 255 : 0) })
    let notes = try notes([ink, ink, ink]).notes
    #expect(notes.count == 1)
    #expect(
      notes.first?.hasPrefix(
        "3 of 3 images have one level in all pixels: what they show is in their transparency")
        == true)
    #expect(try self.notes([ink, ink], background: [255, 255, 255]).notes.isEmpty)
  }

  @Test func turnedPicturesAreCountedAndRecorded() throws {
    let upright = HandmadePicture.grey((0..<16).map { UInt8($0 * 16) })
    let turned = HandmadePicture.grey((0..<16).map { UInt8($0 * 16) }, orientation: 3)
    let (notes, preparation, images) = try notes([upright, turned, turned])
    #expect(notes == ["2 pictures turned upright as the orientation in eXIf says"])
    #expect(preparation["turned"] == "2 by eXIf orientation")
    #expect(images.pixels[16..<32].elementsEqual(images.pixels[..<16].reversed()))
  }

  /// The size that is not given is the first picture's as it stands upright.
  @Test func sizesAreThoseOfUprightPictures() throws {
    let wide = (0..<8).map { UInt8($0 * 30) }
    let images = try notes([
      HandmadePicture.grey(wide, height: 2, orientation: 6), HandmadePicture.grey(wide, height: 4),
    ]).images
    #expect(images.shape == ImageShape(height: 4, width: 2))
    #expect(images.pixels.prefix(8).elementsEqual([4, 0, 5, 1, 6, 2, 7, 3].map { wide[$0] }))
  }
}

/// Small PNG files with what our own writer never writes, by the specification: stored deflate blocks.
private enum HandmadePicture {
  static func grey(_ levels: [UInt8], height: Int = 4, orientation: UInt8 = 1) -> [UInt8] {
    let exif: [UInt8] =
      [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
    return file(levels, height: height, depth: 8, type: 0, exif: orientation == 1 ? nil : exif)
  }

  static func grey16(_ values: [Int]) -> [UInt8] {
    file(
      values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, height: 4, depth: 16, type: 0,
      exif: nil)
  }

  /// Black, of the given opacities.
  static func alpha(_ opacities: [UInt8]) -> [UInt8] {
    file(opacities.flatMap { [0, $0] }, height: 4, depth: 8, type: 4, exif: nil)
  }

  private static func file(
    _ samples: [UInt8], height: Int, depth: UInt8, type: UInt8, exif: [UInt8]?
  ) -> [UInt8] {
    let line = samples.count / height
    let width = line / (depth == 16 || type == 4 ? 2 : 1)
    let rows = (0..<height).flatMap { [0] + samples[$0 * line..<($0 + 1) * line] }
    let header = [0, 0, 0, UInt8(width), 0, 0, 0, UInt8(height), depth, type, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
      + (exif.map { chunk("eXIf", $0) } ?? []) + chunk("IDAT", zlib(rows)) + chunk("IEND", [])
  }

  private static func zlib(_ content: [UInt8]) -> [UInt8] {
    let size = [UInt8(content.count & 255), UInt8(content.count >> 8)]
    var (a, b) = (1, 0)
    for byte in content {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return [0x78, 0x01, 0x01] + size + size.map { ~$0 } + content + big(b << 16 | a)
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    var crc: UInt32 = ~0
    for byte in Array(name.utf8) + content {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
    }
    return big(content.count) + name.utf8 + content + big(Int(~crc))
  }

  private static func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }
}
