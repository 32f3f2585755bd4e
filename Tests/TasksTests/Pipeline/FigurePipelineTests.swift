import Foundation
import Tasks
import Testing
import Workflow

extension StagesSuite {
  /// The whole way from seeds to the poster, on toy images.
  @Suite struct FigurePipelineTests {
    private static let models = """
        pixels: {kind: partition, images: digits, superpixel: [1, 1]}
        all: {kind: partition, images: digits, superpixel: [8, 8]}
        spn: {kind: train, data: shards, epochs: 2, partition: pixels,
          structure: {kind: poon-domingos, steps: [4, 1]}, batch: 16}
        vae: {kind: train, data: shards, epochs: 2, partition: all, units: 1, batch: 16,
          leaf: {kind: vae, hidden: 5}}
        spn-epochs: {kind: evaluate-epochs, checkpoints: spn.checkpoints, data: shards}
        vae-epochs: {kind: evaluate-epochs, checkpoints: vae.checkpoints, data: shards}
        spn-metrics: {kind: evaluate, model: spn.model, data: shards}
        vae-metrics: {kind: evaluate, model: vae.model, data: shards,
          likelihood: [elbo, "quadrature:7"]}
        spn-questions: {kind: questions, model: spn.model, data: shards, curve: spn.curve,
          images: 8, repetitions: 1, only: {seed: 1}}
        vae-questions: {kind: questions, model: vae.model, data: shards, curve: vae.curve,
          images: 8, repetitions: 1, only: {seed: 1}}
      """

    private static let figures = """
        comparison: {kind: compare, metrics: {circuit: spn-metrics, network: vae-metrics}}
        curves: {kind: curves, runs: {circuit: spn-epochs, network: vae-epochs}}
        by-second: {kind: curves-by-second, runs: {circuit: spn-epochs, network: vae-epochs},
          trained: {circuit: spn.curve, network: vae.curve}}
        blocks: {kind: building-blocks}
        cuts: {kind: cuts, dense: [2, 3], superpixels: [2, 2]}
        nodes: {kind: nodes, largest: 24, largestDense: 12}
        images: {kind: images, data: shards, count: 4}
        spn-samples: {kind: sample, model: spn.model, count: 4, only: {seed: 1}}
        vae-reconstructions: {kind: reconstruct, model: vae.model, data: shards, count: 4,
          columns: 2, only: {seed: 1}}
        answers: {kind: answers, questions: {circuit: spn-questions, network: vae-questions}}
        claims: {kind: claims, data: shards, runs: {circuit: spn-epochs, network: vae-epochs},
          trained: {circuit: spn.curve, network: vae.curve}, values: [-40, -30],
          alike: [circuit], faster: [{model: network, than: circuit}], notStuck: [network]}
        poster: {kind: poster, data: toy images,
          buildingBlocks: [blocks.mixture, blocks.product, blocks.composition],
          network: blocks.network, cuts: [cuts.dense, cuts.superpixels], nodes: nodes,
          models: {circuit: spn.model, network: vae.model}, curves: curves, bySecond: by-second,
          samples: {images: images, circuit: spn-samples},
          reconstructions: {network: vae-reconstructions}, comparison: comparison.comparison,
          questions: {circuit: spn-questions, network: vae-questions}, claims: claims}
      """

    private var pipeline: String {
      Pipelines.training(extra: "").replacing("seed: 1", with: "seeds: [1, 2]")
        .replacing(#/  spn: \{.*\n/#, with: "")
        .appending("\n\(Self.models)\n\(Self.figures)\n")
    }

    @Test func fromSeedsToThePoster() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(pipeline)
      #expect(summary.warnings.isEmpty, "\(summary.warnings)")
      for file in [
        "spn/seed-2/model.h5", "spn-epochs/seed-1/trajectory.csv", "comparison/comparison.csv",
        "comparison/comparison.png", "curves/curves.svg", "curves/curves-1-circuit.png",
        "by-second/curves-by-second.png", "blocks/composition.png", "blocks/network.png",
        "cuts/dense-cuts.png", "cuts/superpixel-cuts.svg", "nodes/nodes.png",
        "answers/answers.png", "claims/claims.csv", "poster/poster.svg", "poster/poster.png",
      ] {
        #expect(sandbox.exists("Output/tiny/\(file)"), "\(file)")
      }
      let rows = try sandbox.text("Output/tiny/comparison/comparison.csv").split(separator: "\n")
      #expect(rows.count == 4, "a row a model and estimator")
      #expect(rows[1].hasPrefix("circuit,") && rows[1].contains(",exact,20,2,0,"))
      #expect(rows[2].contains(",elbo,lowerBound,") && rows[3].contains(",quadrature:7,estimate,"))
      let questions = try sandbox.text("Output/tiny/answers/answers.csv")
      #expect(questions.contains("marginalising,exact") && questions.contains("no answer"))
      let again = try sandbox.run(pipeline)
      #expect(again.ran.isEmpty, "a second run does nothing")
    }

    /// Formula and count are two ways to the same number.
    @Test func nodesByFormulaAreThoseCounted() throws {
      let sandbox = try Sandbox()
      try sandbox.run(
        "name: tiny\nstages:\n  nodes: {kind: nodes, units: 3, superpixel: 3, largest: 18, "
          + "largestDense: 12}\n")
      let lines = try sandbox.text("Output/tiny/nodes/nodes.csv").split(separator: "\n")
      var compared = 0
      for line in lines.dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        try #require(cells.count == 7)
        for series in 0..<3 where !cells[2 + 2 * series].isEmpty {
          let counted = Double(cells[2 + 2 * series])
          #expect(Double(cells[1 + 2 * series]) == counted && counted != nil, "\(line)")
          compared += 1
        }
      }
      #expect(compared == 12, "three networks at four sides")
    }

    @Test func efficiencyOverASweep() throws {
      let sandbox = try Sandbox()
      let yaml = Pipelines.training(extra: "")
        .replacing("seed: 1", with: "seeds: [1, 2]\nsweep: {images: [10, 40]}")
        .replacing("validation: 10", with: "validation: 10, train: $images")
        .replacing(
          #/  spn: \{.*\n/#,
          with: """
              spn: {kind: train, data: shards, epochs: 2, epochImages: 60, partition: cells,
                batch: 16, keep: last}
              test: {kind: evaluate, model: spn.model, data: shards}
              train: {kind: evaluate, model: spn.model, data: shards, part: train}
              efficiency: {kind: efficiency, test: {circuit: test}, train: {circuit: train}}

            """)
      try sandbox.run(yaml)
      let rows = try sandbox.text("Output/tiny/efficiency/efficiency.csv").split(separator: "\n")
      #expect(rows.count == 5, "two sizes, two seeds")
      #expect(rows[1].hasPrefix("circuit,10,") && rows[4].hasPrefix("circuit,40,"))
      #expect(sandbox.exists("Output/tiny/efficiency/efficiency-gap.png"))
      // An epoch of sixty images: six passes of one step over ten, two of three steps over forty.
      for images in [10, 40] {
        let model = try Inspection(
          path: sandbox.path("Output/tiny/spn/images-\(images)/seed-1/model.h5"))
        #expect(model.fields["learner"]?.string == "adam, 12 steps")
      }
    }

    @Test func wrongLabelsAreTold() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", pipeline.replacing("alike: [circuit]", with: "alike: [circus]"))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains("no label 'circus', which a claim names"), "\(ended.errors)")
    }
  }
}
