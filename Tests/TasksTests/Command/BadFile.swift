import Datasets
import Files
import Testing

/// One of the four files of a data set, damaged, and what is said of it.
struct BadFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let message: String
  /// Written with `.gz` added, in the place of the plain file.
  let isCompressed: Bool
  let file: String
  let damage: @Sendable ([UInt8]) -> [UInt8]

  init(
    _ name: String, _ message: String, file: String = ToyData.trainImages,
    isCompressed: Bool = false, _ damage: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    testDescription = name
    self.message = message
    self.isCompressed = isCompressed
    self.file = file
    self.damage = damage
  }

  /// Replaces the file; returns the name that the message begins with.
  func write(in sandbox: Sandbox) throws -> String {
    let name = "Data/toy/\(file)"
    let good = try FileBytes.read(sandbox.path(name))
    try DurableFile.remove(sandbox.path(name))
    let written = isCompressed ? "\(name).gz" : name
    try DurableFile.write(
      damage(isCompressed ? Gzip.deflate(good) : good), to: sandbox.path(written))
    return written
  }

  static let all = plain + labels + compressed

  private static let plain = [
    BadFile("magic", "byte 0: expected an IDX file (00 00 08), found 01 00 08 03") {
      [1] + $0.dropFirst()
    },
    BadFile("type", "byte 2: expected type 0x08 (unsigned bytes), found 0xd") {
      [0, 0, 13] + $0.dropFirst(3)
    },
    BadFile("rank", "byte 3: expected 3 dimensions, found 4") { [0, 0, 8, 4] + $0.dropFirst(4) },
    BadFile("overflow", "byte 4: impossible sizes 4294967295 x 4294967295 x 4294967295") { _ in
      [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)
    },
    BadFile(
      "far too large",
      "byte 16: the header announces 274877906944 bytes, found 0: the file is cut short"
    ) { _ in IDXFile.encode(sizes: [1 << 30, 16, 16], content: []) },
    BadFile(
      "truncated", "byte 3855: the header announces 3840 bytes, found 3839: the file is cut short"
    ) { $0.dropLast() },
    BadFile("header cut", "byte 9: expected an IDX header of 16 bytes, found 9") {
      Array($0.prefix(9))
    },
    BadFile("no byte", "byte 0: expected an IDX header of 16 bytes, found 0") { _ in [] },
    BadFile("too long", "byte 3856: the header announces 3840 bytes, found 3841") { $0 + [0] },
    BadFile("no image", "byte 4: an empty set: sizes 0 x 8 x 8") { _ in
      IDXFile.encode(sizes: [0, 8, 8], content: [])
    },
    BadFile("no pixel", "byte 12: an empty set: sizes 60 x 8 x 0") { _ in
      IDXFile.encode(sizes: [60, 8, 0], content: [])
    },
  ]

  private static let labels = [
    BadFile(
      "a label less", "byte 4: 59 labels for the 60 images of Data/toy/train-images-idx3-ubyte",
      file: ToyData.trainLabels
    ) { _ in ToyData().encodedLabels(count: 59) },
    BadFile(
      "a test label more", "byte 4: 21 labels for the 20 images of Data/toy/t10k-images-idx3-ubyte",
      file: ToyData.testLabels
    ) { _ in ToyData().encodedLabels(count: 21) },
    BadFile(
      "images for labels",
      "byte 3: expected 1 dimensions, found 3: these are images; give the labels file "
        + "(...-idx1-ubyte)", file: ToyData.trainLabels
    ) { _ in ToyData().encodedImages(count: 60, salt: 0) },
    BadFile(
      "labels for images",
      "byte 3: expected 3 dimensions, found 1: these are labels; give the images file "
        + "(...-idx3-ubyte)"
    ) { _ in ToyData().encodedLabels(count: 60) },
  ]

  private static let compressed = [
    BadFile(
      "gzip, checksum",
      "byte \(compressedSize - 4): corrupt gzip data (incorrect data check); fetch the file again",
      isCompressed: true
    ) { flipped($0, at: $0.count - 8) },
    BadFile(
      "gzip, truncated",
      "byte \(compressedSize - 30): the gzip data ends early; fetch the file again",
      isCompressed: true
    ) { $0.dropLast(30) },
    BadFile(
      "gzip, more than announced", "byte 3856: the header announces 3840 bytes, found more",
      isCompressed: true
    ) { _ in
      Gzip.deflate(
        ToyData().encodedImages(count: 60, salt: 0) + [UInt8](repeating: 0, count: 10_000_000))
    },
    BadFile(
      "gzip, something after it", "byte \(compressedSize): 3 bytes after the end of the gzip data",
      isCompressed: true
    ) { $0 + [1, 2, 3] },
  ]

  private static let compressedSize =
    Gzip.deflate(ToyData().encodedImages(count: 60, salt: 0)).count

  private static func flipped(_ bytes: [UInt8], at index: Int) -> [UInt8] {
    var bytes = bytes
    bytes[index] ^= 1
    return bytes
  }
}
