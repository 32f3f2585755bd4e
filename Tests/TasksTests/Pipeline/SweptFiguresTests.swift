import Foundation
import Testing
import Workflow

extension StagesSuite {
  /// Tables and figures over a sweep: a row or line for each combination of the swept values, and
  /// seeds alone are pooled.
  @Suite struct SweptFiguresTests {
    private static let stages = """
        spn: {kind: train, data: shards, epochs: 2, units: $k, batch: 16,
          learner: {kind: adam, rate: $rate}}
        metrics: {kind: evaluate, model: spn.model, data: shards}
        epochs: {kind: evaluate-epochs, checkpoints: spn.checkpoints, data: shards}
        asked: {kind: questions, model: spn.model, data: shards, curve: spn.curve, images: 8,
          repetitions: 1, only: {seed: 1}}
        comparison: {kind: compare, metrics: {spn: metrics}}
        curves: {kind: curves, runs: {spn: epochs, again: epochs}}
        answers: {kind: answers, questions: {spn: asked}}
        sets: {kind: likelihood-histogram, sets: {spn: metrics}}
        mass: {kind: leaf-mass, models: {spn: spn.model}}
        claims: {kind: claims, data: shards, runs: {spn: epochs, again: epochs},
          trained: {spn: spn.curve, again: spn.curve}, values: [-45], alike: [spn],
          faster: [{model: spn, than: again}], notStuck: [spn]}
      """
    private static let names = ["2", "8"].flatMap { k in
      ["0.01", "0.03"].map { "spn, k \(k), rate \($0)" }
    }

    private func yaml(_ stages: String) -> String {
      Pipelines.training(extra: "").replacing(
        "seed: 1", with: "seeds: [1, 2]\nsweep: {k: [2, 8], rate: [0.01, 0.03]}"
      ).replacing(#/  spn: \{.*\n/#, with: "").appending("\n\(stages)\n")
    }

    @Test func eachCombinationIsAModelOfItsOwn() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(yaml(Self.stages))
      func lines(_ file: String) throws -> [String] {
        try sandbox.text("Output/tiny/\(file)").split(separator: "\n").map(String.init)
      }
      let rows = try lines("comparison/comparison.csv").dropFirst()
      try #require(rows.count == 4, "a row a combination")
      for (row, name) in zip(rows, Self.names) {
        #expect(row.hasPrefix("\"\(name)\","), "\(row)")
        // Its own two seeds, in their order, as their own tables have them.
        let variant = name.dropFirst("spn, ".count).replacing(", ", with: "/")
          .replacing(" ", with: "-")
        let own = try (1...2).map { seed in
          try lines("metrics/\(variant)/seed-\(seed)/metrics.csv")[1]
            .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let head = try lines("metrics/\(variant)/seed-1/metrics.csv")[0]
          .split(separator: ",").map(String.init)
        let mean = try #require(head.firstIndex(of: "meanLogLikelihood"))
        let parameters = try #require(head.firstIndex(of: "parameters"))
        #expect(row.contains(",\(own[0][parameters]),"), "parameters of this combination")
        #expect(row.contains(",20,2,0,\(own[0][mean]) \(own[1][mean]),"), "\(row)")
      }
      let curves = try lines("curves/curves.csv")[0]
      for name in Self.names { #expect(curves.contains("\"\(name)\""), "\(curves)") }
      let panels = summary.stage("curves")?.files.filter { $0.hasSuffix(".svg") }
      #expect(panels?.count == 9, "one of all, and one a model")
      #expect(panels?.contains("curves-4-spn-k-8-rate-0-03.svg") == true)
      let answers = try lines("answers/answers.csv")
      #expect(answers[0] == "question," + Self.names.map { "\"\($0)\"" }.joined(separator: ","))
      let sets = try lines("sets/likelihoods.csv")[0]
      for name in Self.names {
        #expect(sets.contains("\(name), n = 20 \u{D7} 2 seeds, mean"), "\(sets)")
      }
      #expect(try lines("mass/leaf-mass.csv").count == 5)
      #expect(summary.notes.contains("spn, k 8, rate 0.01: seed 1 stands for its 2 seeds"))
      let claims = try lines("claims/claims.csv")
      try #require(claims.count == 1 + 4 + 4 + 4, "faster: of equal values alone: \(claims)")
      #expect(claims.filter { $0.contains("; 2 seeds") }.count == 4)
      #expect(
        claims[5].hasPrefix("\"spn, k 2, rate 0.01 learns faster than again, k 2, rate 0.01\""))
    }

    /// Along the axis of the training images, the other axes part the models.
    @Test func efficiencyPartsTheOtherAxes() throws {
      let sandbox = try Sandbox()
      let yaml = Pipelines.training(extra: "")
        .replacing(
          "seed: 1", with: "seeds: [1, 2]\nsweep: {images: [10, 40], k: [1, 2]}"
        )
        .replacing("validation: 10", with: "validation: 10, train: $images")
        .replacing(
          #/  spn: \{.*\n/#,
          with: """
              spn: {kind: train, data: shards, epochs: 1, batch: 16,
                units: $k, keep: last}
              test: {kind: evaluate, model: spn.model, data: shards}
              train: {kind: evaluate, model: spn.model, data: shards, part: train}
              efficiency: {kind: efficiency, test: {circuit: test}, train: {circuit: train}}

            """)
      try sandbox.run(yaml)
      let chart = try sandbox.text("Output/tiny/efficiency/efficiency-test.csv")
        .split(separator: "\n")
      #expect(
        chart[0].hasPrefix("training images,\"circuit, k 1\",\"circuit, k 2\","), "\(chart[0])")
      let rows = try sandbox.text("Output/tiny/efficiency/efficiency.csv").split(separator: "\n")
      #expect(rows.filter { $0.hasPrefix("\"circuit, k 2\",40,") }.count == 2)
    }

    /// A page has room for one model under each label: said before any work.
    @Test func aPosterNamesTheWayOutInThePlan() throws {
      let sandbox = try Sandbox()
      let stages =
        Self.stages + """

            blocks: {kind: building-blocks}
            cuts: {kind: cuts, dense: [2, 3], superpixels: [2, 2]}
            nodes: {kind: nodes, largest: 24, largestDense: 12}
            by-second: {kind: curves-by-second, runs: {spn: epochs}, trained: {spn: spn.curve}}
            pictures: {kind: sample, model: spn.model, count: 4}
            poster: {kind: poster, data: toy images,
              buildingBlocks: [blocks.mixture, blocks.product, blocks.composition],
              network: blocks.network, cuts: [cuts.dense, cuts.superpixels], nodes: nodes,
              models: {spn: spn.model}, curves: curves, bySecond: by-second,
              samples: {spn: pictures}, reconstructions: {spn: pictures},
              comparison: comparison.comparison, questions: {spn: asked}, claims: claims}
          """
      try sandbox.write("p.yaml", yaml(stages))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78)
      #expect(
        ended.errors.contains("'spn' is 4 models, one for each combination of k, rate"),
        "\(ended.errors)")
      #expect(ended.errors.contains("stage 'pictures', only: {k: 2, rate: 0.01}"))
      let one = "only: {k: 2, rate: 0.01"
      try sandbox.write(
        "p.yaml",
        yaml(stages).replacing("count: 4}", with: "count: 4, \(one)}}")
          .replacing("only: {seed: 1}", with: "\(one), seed: 1}"))
      let restricted = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(restricted.status == 0, "\(restricted.errors)")
    }
  }
}
