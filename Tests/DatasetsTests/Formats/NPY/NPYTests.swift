import Configuration
import Datasets
import Files
import Numerics
import TestSupport
import Testing

@Suite(.serialized) struct NPYTests {
  private let one = ForkJoin(workers: 1)
  private let levels = (0..<12).map { UInt8(20 * $0) }

  private func part(
    _ folder: TemporaryFolder, _ path: String, labels: String? = nil, axes: ImageAxes? = nil
  ) throws -> ImagePart {
    var options = SourceOptions(labels: labels)
    options.axes = axes
    return try imageSource(at: folder(path), options, workers: one).part("train")
  }

  /// The same array with its first index the fastest.
  private func turned(_ values: [UInt8], _ sizes: [Int]) -> [UInt8] {
    var strides = [Int](repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropFirst() { strides[axis] = strides[axis - 1] * sizes[axis - 1] }
    var output = values
    for (place, value) in values.enumerated() {
      var (rest, target) = (place, 0)
      for axis in sizes.indices.reversed() {
        target += rest % sizes[axis] * strides[axis]
        rest /= sizes[axis]
      }
      output[target] = value
    }
    return output
  }

  @Test(arguments: [1, 2, 3] as [UInt8], [[9, 4, 5], [9, 4, 5, 3], [9, 1, 4, 5]])
  func everyVersionAndOrder(version: UInt8, sizes: [Int]) throws {
    let folder = try TemporaryFolder()
    let pixels = tellingPixels(count: 9, pixels: sizes.dropFirst().reduce(1, *))
    let shape = "(\(sizes.map(String.init).joined(separator: ", ")))"
    try DurableFile.write(
      NPYFixture.bytes(shape, pixels, version: version), to: folder("c.npy"))
    try DurableFile.write(
      NPYFixture.bytes(
        "'<u1'", shape, turned(pixels, sizes), version: version, inFortranOrder: true),
      to: folder("fortran"))
    for name in ["c.npy", "fortran"] {
      let source = try imageSource(at: folder(name), workers: one)
      #expect(try source.part("train").pixels == pixels)
      #expect(try read(source.reader("train"), blocksOf: 2) == pixels)
      let channels = sizes.count == 4 && sizes[1] != 1 ? 3 : 1
      #expect(try source.outline()?.shape == ImageShape(height: 4, width: 5, channels: channels))
    }
  }

  @Test func axesMayBeNamed() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(NPYFixture.bytes("(2, 2, 3)", levels), to: folder("a.npy"))
    let axes = ImageAxes(["row", "column", "image"])
    let expected = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11].map { UInt8(20 * $0) }
    #expect(try part(folder, "a.npy", axes: axes).pixels == expected)
    try DurableFile.write(
      NPYFixture.bytes("(2, 2, 3)", turned(levels, [2, 2, 3]), inFortranOrder: true),
      to: folder("f.npy"))
    #expect(try part(folder, "f.npy", axes: axes).pixels == expected)
  }

  @Test(arguments: [
    ("i1", 1), ("u1", 1), ("<i2", 2), (">i2", 2), ("<u4", 4), (">u4", 4), ("<i8", 8), (">u8", 8),
  ])
  func labelsOfEveryWidth(type: String, size: Int) throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(NPYFixture.bytes("(3, 2, 2)", levels), to: folder("x.npy"))
    let values = [7, 100, 7]
    let content = values.flatMap { value in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return type.hasPrefix(">") ? bytes.reversed() : bytes
    }
    for shape in ["(3,)", "(3, 1)", "(1L, 3L)"] {
      try DurableFile.write(NPYFixture.bytes("'\(type)'", shape, content), to: folder("y.npy"))
      #expect(try part(folder, "x.npy", labels: folder("y.npy")).labels == [7, 100, 7])
      #expect(try imageLabels(at: folder("y.npy"), count: 3, of: "x") == [7, 100, 7])
    }
  }

  @Test(arguments: [NPYFixture.saved, NPYFixture.compressed])
  func whatNumPySaved(packed: String) throws {
    let folder = try TemporaryFolder()
    try NPYFixture.write(packed, to: folder("x.npz"))
    for name in ["x.npz:images", "x.npz:images.npy", "x.npz:/images"] {
      let part = try part(folder, name, labels: "labels")
      #expect(part.pixels == levels && part.labels == [7, 300, 7])
    }
    #expect(try part(folder, "x.npz:images", labels: folder("x.npz:labels")).labels == [7, 300, 7])
    #expect(try imageLabels(at: folder("x.npz:labels"), count: 3, of: "x") == [7, 300, 7])
    let unnamed = #expect(throws: DatasetFault.self) { try part(folder, "x.npz") }
    #expect(unnamed?.description.contains("it has images, labels") == true)
    let nothing = #expect(throws: DatasetFault.self) { try part(folder, "x.npz:nothing") }
    #expect(nothing?.description.contains("x.npz:nothing: no such array") == true)
    guard packed == NPYFixture.saved else { return }
    #expect(try part(folder, "x.npz:turned").pixels == levels)
    let pickled =
      #expect(throws: (any Error).self) { try part(folder, "x.npz:pickled") } as? any Fault
    #expect(pickled?.exitCode == .badData)
    #expect(pickled?.description.contains("Python objects (pickled)") == true)
  }

  private static let hostile: [([UInt8], String)] = [
    (Array("\u{93}NUMPX".utf8), "byte 0: expected a NumPy array"), ([], "byte 0: expected"),
    ([0x93] + Array("NUMPY".utf8), "byte 6: the head ends early"),
    ([0x93] + Array("NUMPY".utf8) + [2, 0, 1, 0], "byte 10: the head ends early"),
    (NPYFixture.bytes("(3, 2, 2)", [], version: 4), "byte 6: expected version 1.0, 2.0 or 3.0"),
    (
      NPYFixture.bytes("(3, 2, 2)", [], headSize: 60_000),
      "byte 8: a head of 60000 bytes, found 118"
    ),
    (
      NPYFixture.bytes("(3, 2, 2)", [], version: 2, headSize: 1 << 31),
      "byte 8: a head of 2147483648"
    ),
    (
      NPYFixture.bytes(head: String(repeating: " ", count: 1 << 16), [], version: 2),
      "expected fewer than 65536"
    ),
    (NPYFixture.bytes("(3, 2, 2)", [1, 2, 3]), "need 12 bytes, found 3"),
    (NPYFixture.bytes("(3, 2, 2)", [UInt8](repeating: 1, count: 13)), "need 12 bytes, found 13"),
    (NPYFixture.bytes("(4294967296, 4294967296, 2)", [1]), "need more than 2^63 bytes, found 1"),
    (NPYFixture.bytes("(99999999999999999999, 2, 2)", [1]), "expected up to 32 sizes of 63 bits"),
    (NPYFixture.bytes("(-1, 2, 2)", [1]), "expected up to 32 sizes"),
    (NPYFixture.bytes("(0, 2, 2)", []), "found [0, 2, 2]"),
    (NPYFixture.bytes("(2, 2)", [1, 2, 3, 4]), "found [2, 2]; name the axes"),
    (NPYFixture.bytes("(1, 1, 1", [1]), "expected up to 32 sizes"),
    (NPYFixture.bytes("'|O'", "(1, 1, 1)", [1]), "Python objects (pickled), which may run code"),
    (NPYFixture.bytes("'O8'", "(1, 1, 1)", [1]), "Python objects"),
    (NPYFixture.bytes("[('a', '|O')]", "(1, 1, 1)", [1]), "an array of records"),
    (NPYFixture.bytes("'<q9x'", "(1, 1, 1)", [1]), "a type that is not known"),
    (NPYFixture.bytes("'|u1", "(1, 1, 1)", [1]), "byte "),
    (NPYFixture.bytes("'|b1'", "(1, 1, 1)", [1]), "found booleans; scale it to levels"),
    (NPYFixture.bytes("'|i1'", "(1, 1, 1)", [1]), "found i1; scale it to levels"),
    (
      NPYFixture.bytes("'>f4'", "(1, 1, 1)", [1, 2, 3, 4]),
      "found big-endian f4; scale it to levels and write them as u1 (numpy: .astype('u1'))"
    ),
    (NPYFixture.bytes(head: "{'descr': '|u1', 'shape': (1, 1, 1)}", [1]), "no fortran_order"),
    (NPYFixture.bytes(head: "{'descr': '|u1', 'descr': '|u1'}", [1]), "each once"),
    (NPYFixture.bytes(head: "{'descr': '|u1', 'other': 1}", [1]), "each once"),
    (NPYFixture.bytes(head: "__import__('os')", [1]), "expected {"),
    (
      NPYFixture.bytes(
        head: "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1)} + 1", [1]),
      "expected the end of the head"
    ),
  ]

  @Test(arguments: hostile.indices) func whatIsNoArrayOfImages(number: Int) throws {
    let (bytes, words) = Self.hostile[number]
    let folder = try TemporaryFolder()
    try DurableFile.write(bytes, to: folder("x.npy"))
    let fault = #expect(throws: (any Error).self) { try part(folder, "x.npy") } as? any Fault
    #expect(fault?.exitCode == .badData)
    let text = fault?.description ?? ""
    #expect(text.contains("x.npy: ") && text.contains(words), "\(text)")
  }

  @Test func whatIsNoLabels() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(NPYFixture.bytes("(3, 2, 2)", levels), to: folder("x.npy"))
    let largest = [UInt8](repeating: 255, count: 24)
    for (type, shape, content, words) in [
      ("<f4", "(3,)", [UInt8](repeating: 0, count: 12), "found f4; write it as whole numbers"),
      ("|b1", "(3,)", [1, 0, 1], "found booleans; write it as whole numbers"),
      ("|u1", "(3, 2)", [1, 0, 1, 1, 0, 1], "expected one number an image, found sizes [3, 2]"),
      ("|u1", "(2,)", [1, 0], "expected one label for each of the 3 images, found 2"),
      ("|i1", "(3,)", [1, 255, 0], "image 1: expected a class number from 0 to 65535, found -1"),
      ("<u8", "(3,)", largest, "byte 128: a number that 64 bits with a sign do not hold"),
    ] {
      try DurableFile.write(NPYFixture.bytes("'\(type)'", shape, content), to: folder("y.npy"))
      let fault =
        #expect(throws: (any Error).self, "\(type)") {
          try part(folder, "x.npy", labels: folder("y.npy"))
        } as? any Fault
      #expect(fault?.exitCode == .badData)
      let text = fault?.description ?? ""
      #expect(text.contains("y.npy") && text.contains(words), "\(text)")
    }
  }

  /// Any byte of the head changed, or cut off: a fault or an array of the same number of levels.
  @Test func damage() throws {
    let folder = try TemporaryFolder()
    let bytes = NPYFixture.bytes("(3, 2, 2)", levels)
    for place in 0..<bytes.count - levels.count {
      for bit in [1, 0x40] as [UInt8] {
        var damaged = bytes
        damaged[place] ^= bit
        try DurableFile.write(damaged, to: folder("x.npy"))
        do {
          #expect(try part(folder, "x.npy").pixels.count == 12)
        } catch let fault as any Fault {
          #expect(fault.exitCode == .badData, "byte \(place): \(fault)")
        }
      }
      try DurableFile.write(Array(bytes.prefix(place)), to: folder("x.npy"))
      #expect(throws: (any Error).self) { try part(folder, "x.npy") }
    }
  }
}
