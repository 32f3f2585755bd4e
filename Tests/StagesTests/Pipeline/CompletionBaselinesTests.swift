import Configuration
import Stages
import Storage
import Testing

extension StagesSuite {
  @Suite struct CompletionBaselinesTests {
    @Test func baselinesAreATable() throws {
      let sandbox = try GreyFolder.sandbox()
      let extra = """
          left: {kind: completion-baselines, data: shards, hide: left, components: [2, 1, 99]}
          bottom: {kind: completion-baselines, data: shards, hide: bottom, part: validation}
        """
      try sandbox.run(GreyFolder.yaml(extra: extra))
      let table = try HDF5File.open(sandbox.path("Output/grey/left/completion.h5"))
        .table("/completion")
      #expect(
        table["method"]
          == .strings(
            [
              "mean image", "nearest neighbour", "principal components", "principal components",
            ]))
      #expect(table["components"] == .integers([0, 0, 1, 2]))
      #expect(table["images"] == .integers([4, 4, 4, 4]))

      // The mean image by hand: images 0..<16 train, 20..<24 are asked; the left four columns.
      let all = ToyData().pixels(count: 24, salt: 0)
      var sum = 0.0
      for pixel in 0..<64 where pixel % 8 < 4 {
        let mean = (0..<16).reduce(0.0) { $0 + Double(all[$1 * 64 + pixel]) } / 16
        for image in 20..<24 {
          let error = mean - Double(all[image * 64 + pixel])
          sum += error * error / (4 * 32)
        }
      }
      guard case .doubles(let errors)? = table["meanSquaredError"],
        case .doubles(let validation)? = table["validationMeanSquaredError"],
        case .integers(let chosen)? = table["chosen"]
      else {
        Issue.record("no errors")
        return
      }
      #expect(abs(errors[0] - sum) < 1e-9 * sum)
      #expect(
        chosen == [
          1, 1, validation[2] <= validation[3] ? 1 : 0, validation[2] > validation[3] ? 1 : 0,
        ])
      #expect(sandbox.exists("Output/grey/bottom/completion.csv"))
    }

    @Test func halvesOfOddSizes() {
      #expect(HiddenHalf.left.mask(height: 1, width: 3) == [true, false, false])
      #expect(HiddenHalf.right.mask(height: 1, width: 3) == [false, true, true])
      #expect(HiddenHalf.top.mask(height: 3, width: 1) == [true, false, false])
      #expect(HiddenHalf.bottom.mask(height: 3, width: 1) == [false, true, true])
    }
  }
}
