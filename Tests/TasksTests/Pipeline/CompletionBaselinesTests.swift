import Configuration
import Storage
import Tasks
import Testing

extension StagesSuite {
  @Suite struct CompletionBaselinesTests {
    @Test func baselinesAreATable() throws {
      let sandbox = try GreyFolder.sandbox()
      let extra = """
          left: {kind: completion-baselines, data: shards, hide: [left, top], components: [2, 1, 99]}
          bottom: {kind: completion-baselines, data: shards, hide: ["superpixels:2,3"], part: validation}
        """
      try sandbox.run(GreyFolder.yaml(extra: extra))
      let table = try HDF5File.open(sandbox.path("Output/grey/left/baselines.h5"))
        .table("/baselines")
      let methods = [
        "meanImage", "nearestNeighbour", "principalComponents", "principalComponents",
      ]
      #expect(table["method"] == .strings(methods + methods))
      #expect(
        table["mask"]
          == .strings(Array(repeating: "left", count: 4) + Array(repeating: "top", count: 4)))
      #expect(table["components"] == .integers([0, 0, 1, 2, 0, 0, 1, 2]))
      #expect(table["images"] == .integers(Array(repeating: 4, count: 8)))

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
      let best = validation[2] <= validation[3]
      #expect(chosen.prefix(4) == [1, 1, best ? 1 : 0, best ? 0 : 1])
      #expect(sandbox.exists("Output/grey/bottom/baselines.csv"))
    }

    @Test(arguments: [
      (
        "random:0.5", "hide of stage 'x': expected a mask that all images share, found 'random:0.5'"
      ),
      ("lft", "hide of stage 'x': expected left, right, top, bottom, "),
    ])
    func masksThatNothingCanBeSaidOf(mask: String, message: String) throws {
      let sandbox = try GreyFolder.sandbox()
      let extra = "  x: {kind: completion-baselines, data: shards, hide: [\"\(mask)\"]}"
      try sandbox.write("p.yaml", GreyFolder.yaml(extra: extra))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }
  }
}
