import Files
import Foundation
import Testing

extension CommandSuite {
  @Suite struct SampleTests {
    private func draw(
      _ sandbox: Sandbox, count: Int = 9, seed: Int, to output: String
    ) throws -> [UInt8] {
      let ended = try Tessera.run(
        "sample", "--model", "model.h5", "--count", "\(count)", "--seed", "\(seed)", "--output",
        output, in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output == "\(output)\n")
      return try FileBytes.read(sandbox.path(output))
    }

    @Test func theSeedDecidesEveryByte() throws {
      let sandbox = try ModelFixture.sandbox()
      let first = try draw(sandbox, seed: 1, to: "a.png")
      #expect(try draw(sandbox, seed: 1, to: "b.png") == first)
      #expect(try draw(sandbox, seed: 2, to: "c.png") != first)
      #expect(
        try PNGFile.read(sandbox.path("a.png")).pixels
          != PNGFile.read(sandbox.path("c.png")).pixels, "the images, not only the text chunk")
    }

    @Test func theGridIsReadable() throws {
      let sandbox = try ModelFixture.sandbox()
      _ = try draw(sandbox, count: 9, seed: 1, to: "grid.png")
      let grid = try PNGFile.read(sandbox.path("grid.png"))
      #expect(grid.channels == 1)
      // Three columns of 8 pixels, twice as large, with gaps between them.
      #expect(grid.width >= 3 * 16 && grid.width < 3 * 16 + 20)
      #expect(grid.height == grid.width)
      #expect(Set(grid.pixels) == [0, 128, 255])
    }

    @Test func oneImageIsEnough() throws {
      let sandbox = try ModelFixture.sandbox()
      _ = try draw(sandbox, count: 1, seed: 1, to: "one.png")
      #expect(try PNGFile.read(sandbox.path("one.png")).width >= 16)
    }

    @Test(arguments: ["model.h5/grid.png", "missing/grid.png"])
    func anOutputThatCannotBeIsNamed(output: String) throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try Tessera.run(
        "sample", "--model", "model.h5", "--output", output, in: sandbox)
      #expect(ended.status == 73)
      #expect(ended.output.isEmpty)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.hasPrefix("tessera: \(output): "))
    }
  }
}
