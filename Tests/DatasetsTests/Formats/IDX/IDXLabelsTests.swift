import Datasets
import Testing

/// Labels of any width, in one column or in QMNIST's eight.
struct IDXLabelsTests {
  private func file(_ type: UInt8, _ sizes: [Int], _ content: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(sizes.count)]
      + sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } } + content
  }

  @Test func everyWidth() throws {
    let two: [UInt8] = [0, 3, 1, 44]
    let four: [UInt8] = [0, 0, 0, 3, 0, 0, 1, 44]
    for bytes in [file(0x0B, [2], two), file(0x0C, [2], four), file(0x0C, [2, 1], four)] {
      #expect(try IDXFile.labels(bytes: bytes, path: "x").labels == [3, 300])
    }
    #expect(try IDXFile.labels(bytes: file(8, [3, 1], [4, 5, 6]), path: "x").labels == [4, 5, 6])
    var eight: [UInt8] = []
    for label in [7, 8, 9] as [UInt8] {
      for column in 0..<8 { eight += [0, 0, 0, column == 0 ? label : 99] }
    }
    #expect(try IDXFile.labels(bytes: file(0x0C, [3, 8], eight), path: "x").labels == [7, 8, 9])
  }

  @Test func whatIsNoClassIsRefused() {
    for (bytes, problem) in [
      (file(0x0C, [1], [255, 255, 255, 255]), IDXFault.Problem.label(image: 0, found: -1)),
      (file(8, [2, 2], [1, 2, 3, 4]), .columns(found: 2)),
      (file(0x0D, [1], [0, 0, 0, 0]), .type(found: 0x0D)),
      (file(0x0C, [2], [0, 0, 0, 1]), .truncated(expected: 8, found: 4)),
    ] {
      let fault = #expect(throws: IDXFault.self) { try IDXFile.labels(bytes: bytes, path: "x") }
      #expect(fault?.problem == problem)
    }
  }
}
