import Foundation
import Testing

extension CommandSuite {
  @Suite struct BadPipelineTests {
    private static let yaml = Pipelines.training(extra: Pipelines.evaluation)

    /// The text replaced, what replaces it, and each mistake's line, `p.yaml:` left out.
    @Test(
      arguments: [
        (
          "batch: 16", "bacth: 16",
          ["10:65: unknown key 'bacth' in stage 'spn'; did you mean 'batch'?"]
        ),
        (
          "epochs: 3", "epochs: three",
          [
            "10:62: expected an integer from 1 to 1000000 for 'epochs' in stage 'spn', found 'three'"
          ]
        ),
        (
          "epochs: 3", "epochs: 0",
          ["10:62: expected an integer from 1 to 1000000 for 'epochs' in stage 'spn', found '0'"]
        ),
        (
          "data: shards, part: ", "data: shads, part: ",
          ["11:53: unknown stage 'shads', for 'data' of stage 'metrics'; did you mean 'shards'?"]
        ),
        (
          "model: spn.model, data: shards, part", "model: spn.curve, data: shards, part",
          [
            "11:36: expected type model, but 'spn.curve' is of type curve, for 'model' of stage "
              + "'metrics'"
          ]
        ),
        (
          "kind: train", "kind: trian",
          ["10:15: unknown kind 'trian' of stage 'spn'; did you mean 'train'?"]
        ),
        (
          "batch: 16", "structure: {kind: poon-domingos, steps: [1, 4]}",
          [
            "10:105: steps of structure of stage 'spn': expected descending steps such as [4, 1], "
              + "found [1, 4]"
          ]
        ),
        (
          "batch: 16", "leaf: {kind: mixture, emission: nope}, binarisation: none",
          [
            "10:97: unknown kind 'nope' for emission of leaf of stage 'spn': expected one of "
              + "categorical, logistic, logistic-mixture, binomial, discrete-gaussian, gaussian"
          ]
        ),
        (
          "batch: 16", "leaf: {kind: mixed, of: []}",
          ["10:89: of of leaf of stage 'spn': expected at least one leaf, found an empty list"]
        ),
        (
          "superpixel: [4, 4]", "superpixel: [4]",
          [
            "5:62: expected a list of 2, each an integer from 1 to 65536 for 'superpixel' in stage "
              + "'superpixels', found a list of 1"
          ]
        ),
        (
          "partition: cells, ", "superpixel: [2, 2], ",
          [
            "10:48: superpixel of stage 'spn': there is no such field: the superpixels are those of the shards; "
              + "for others name a stage of kind partition, partition: NAME"
          ]
        ),
        (
          "seed: 1\n", "seed: -1\nspeed: 2\n",
          [
            "2:7: expected an integer of at least 0 for 'seed' in the pipeline, found '-1'",
            "3:1: unknown key 'speed' in the pipeline; did you mean 'seed'?",
          ]
        ),
        (
          "  digits: {kind: ingest, source: {kind: idx, dataset: toy}}\n", "",
          [
            "4:42: unknown stage 'digits', for 'images' of stage 'superpixels'",
            "5:36: unknown stage 'digits', for 'images' of stage 'cells'",
            "6:32: unknown stage 'digits', for 'images' of stage 'parts'",
            "7:34: unknown stage 'digits', for 'images' of stage 'shards'",
          ]
        ),
      ] as [(String, String, [String])])
    func everyMistakeIsToldWithItsPlace(old: String, new: String, lines: [String]) throws {
      let sandbox = try Sandbox()
      let text = Self.yaml.replacingOccurrences(of: old, with: new)
      try #require(text != Self.yaml)
      try sandbox.write("p.yaml", text)
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.output.isEmpty)
      #expect(
        ended.errors == "tessera: " + lines.map { "p.yaml:\($0)\n" }.joined())
      #expect(!sandbox.exists("Output"))
      #expect(!sandbox.exists("Data/Cache"))
    }

    @Test(arguments: [
      ("seed", "--set seed: expected path.to.key=value"),
      ("=3", "--set =3: expected path.to.key=value"),
      ("stages..x=3", "--set stages..x: a part of the path is empty"),
      (
        "stages.sp.epochs=3",
        "--set stages.sp.epochs: there is no 'stages.sp'; did you mean 'spn'?"
      ),
      (
        "stages.spn.epochs=[", "--set stages.spn.epochs: not valid YAML"
      ),
    ])
    func aBadOverrideIsNamed(override: String, message: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Self.yaml)
      let ended = try Tessera.run("run", "p.yaml", "--set", override, in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.hasPrefix("tessera: \(message)"), "\(ended.errors)")
      #expect(!sandbox.exists("Output"))
    }

    /// What only the data can tell: still 78, one line, nothing half-made.
    @Test(arguments: [
      (
        "stages.spn.leaf={kind: mixed, of: [bernoulli, bernoulli], units: [1, 2]}",
        "--set stages.spn.leaf: leaf of stage 'spn': a mixed leaf of 3 units in regions of 2: "
          + "expected units: 3"
      ),
      (
        "stages.superpixels.superpixel=[9, 4]",
        "stage 'superpixels': superpixels of 9 x 4 do not fit images of 8 x 8: expected 1 to 8 x "
          + "1 to 8"
      ),
      (
        "stages.cells.superpixel=[4, 9]",
        "stage 'cells': superpixels of 4 x 9 do not fit images of 8 x 8: expected 1 to 8 x 1 to 8"
      ),
      (
        "stages.parts.validation=60",
        "stage 'parts': validation: expected 0 to 59 of the 60 training images, found 60"
      ),
    ])
    func whatDoesNotFitTheDataIsTold(override: String, message: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Self.yaml)
      let ended = try Tessera.run("run", "p.yaml", "--set", override, in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errorLines.filter { $0.hasPrefix("tessera:") } == ["tessera: \(message)"])
      #expect(ended.output.isEmpty)
      #expect(!sandbox.exists("Output/tiny/spn"))
    }

    @Test(arguments: [
      ["frobnicate"], ["run"], ["run", "p.yaml", "--frob"], ["run", "p.yaml", "--workers", "0"],
      ["run", "p.yaml", "--workers", "many"], ["run", "p.yaml", "--json"], ["inspect"],
      ["evaluate", "--model", "model.h5"],
      ["sample", "--model", "m", "--output", "o", "--count", "0"],
    ])
    func aUsageMistakeIsSixtyFour(arguments: [String]) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Self.yaml)
      let ended = try Child(arguments, in: sandbox).wait()
      #expect(ended.status == 64)
      #expect(ended.output.isEmpty)
      #expect(ended.errorLines.first?.hasPrefix("Error: ") == true)
      #expect(!sandbox.exists("Output"))
    }

    @Test func aMissingPipelineIsNamed() throws {
      let sandbox = try Sandbox()
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 66)
      #expect(ended.errors == "tessera: p.yaml: no such file\n")
    }
  }
}
