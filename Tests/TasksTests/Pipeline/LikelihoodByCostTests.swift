import Files
import Foundation
import Testing
import Workflow

extension StagesSuite {
  /// Likelihoods against parameters and against seconds of training.
  @Suite struct LikelihoodByCostTests {
    private static let figures = """
        by-parameters: {kind: likelihood-by-parameters, metrics: {network: metrics, one: single-metrics},
          lines: {published: 0.6, "other, K = 9": 0.5}}
        by-second: {kind: likelihood-by-second, metrics: {network: metrics, one: single-metrics},
          trained: {network: spn.curve, one: single.curve}, unit: nats}
      """

    private func yaml(_ figures: String = figures, leaf: String = "bernoulli") -> String {
      Pipelines.training(extra: "").replacing(
        "seed: 1", with: "seeds: [1, 2, 3]\nsweep: {k: [4, 2]}"
      ).replacing(#/  spn: \{.*\n/#, with: "").appending(
        """

          spn: {kind: train, data: shards, epochs: 1, units: $k, batch: 16, leaf: \(leaf),
            binarisation: \(leaf == "bernoulli" ? "threshold" : "none")}
          single: {kind: train, data: shards, epochs: 1, units: 3, batch: 16, seed: 1}
          metrics: {kind: evaluate, model: spn.model, data: shards}
          single-metrics: {kind: evaluate, model: single.model, data: shards}
        \(figures)

        """)
    }

    /// The rows of a CSV file without quoted cells, by column.
    private func rows(_ sandbox: Sandbox, _ file: String) throws -> [[String: String]] {
      let lines = try sandbox.text("Output/tiny/\(file)").split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test func pointsAreMediansOverSeedsInBitsOfEachDimension() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(yaml())
      #expect(summary.warnings.isEmpty, "\(summary.warnings)")
      let runs = try rows(sandbox, "by-parameters/runs.csv")
      #expect(
        runs.map { "\($0["model"] ?? "") \($0["swept"] ?? "") \($0["seed"] ?? "")" } == [
          "network k 4 1", "network k 4 2", "network k 4 3", "network k 2 1", "network k 2 2",
          "network k 2 3", "one  ",
        ])
      var points: [(parameters: Double, bits: Double)] = []
      for k in ["2", "4"] {
        var bits: [Double] = []
        for seed in ["1", "2", "3"] {
          let own = try rows(sandbox, "metrics/k-\(k)/seed-\(seed)/metrics.csv")[0]
          let run = try #require(runs.first { $0["swept"] == "k \(k)" && $0["seed"] == seed })
          for name in ["parameters", "meanLogLikelihood", "standardError", "part", "images"] {
            #expect(run[name] == own[name], "\(name)")
          }
          #expect(run["likelihood"] == "exact" && run["training"] == "finished")
          // An image of 8 x 8 pixels has 64 dimensions.
          for (nats, name) in [
            ("meanLogLikelihood", "bitsPerDimension"), ("standardError", "bitsStandardError"),
          ] {
            let expected = abs(try #require(Double(own[nats] ?? ""))) / (64 * log(2))
            let found = try #require(Double(run[name] ?? ""))
            #expect(abs(found - expected) < 1e-12 * expected, "\(name)")
          }
          bits.append(try #require(Double(run["bitsPerDimension"] ?? "")))
        }
        let run = try #require(runs.first { $0["swept"] == "k \(k)" })
        points.append((try #require(Double(run["parameters"] ?? "")), bits.sorted()[1]))
      }
      #expect(points[0].parameters < points[1].parameters)
      let text = try sandbox.text("Output/tiny/by-parameters/likelihood-by-parameters.csv")
      let chart = text.split(separator: "\n").map(String.init)
      #expect(
        chart[0] == "parameters,network,one,\"network, runs\",\"other, K = 9\",published",
        "\(chart)")
      let drawn = chart.dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let medians = drawn.compactMap { Double($0[1]) }
      #expect(medians == points.map(\.bits), "by rising parameters")
      #expect(drawn.allSatisfy { $0[4] == "0.5" && $0[5] == "0.6" })
      let script = try sandbox.text("Output/tiny/by-parameters/likelihood-by-parameters.gnuplot")
      #expect(script.contains("'bits per dimension of test images (exact)'"))
      #expect(script.contains("'lower is better; points: k = 4, 2'"))
      for name in ["by-parameters/likelihood-by-parameters", "by-second/likelihood-by-second"] {
        for suffix in ["svg", "png"] { #expect(sandbox.exists("Output/tiny/\(name).\(suffix)")) }
      }
    }

    @Test func secondsAreThoseOfAllEpochs() throws {
      let sandbox = try Sandbox()
      try sandbox.run(yaml().replacing("epochs: 1", with: "epochs: 2"))
      let runs = try rows(sandbox, "by-second/runs.csv")
      try #require(runs.count == 7)
      for run in runs {
        let seconds = try #require(Double(run["seconds"] ?? ""))
        #expect(seconds > 0 && seconds < 60)
        #expect(["1", "2", "1 2"].contains(run["workers"] ?? ""))
      }
      let script = try sandbox.text("Output/tiny/by-second/likelihood-by-second.gnuplot")
      #expect(script.contains(#/'seconds of training on (1|2|1 or 2) workers?'/#))
      #expect(script.contains("'higher is better; points: k = 4, 2'"))
      #expect(script.contains("'mean test log-likelihood, nats per image (exact)'"))
    }

    /// Byte for byte, whatever the workers: the figure of measured times apart.
    @Test func parametersGiveTheSameBytes() throws {
      let (one, other) = (try Sandbox(), try Sandbox())
      try one.run(yaml(), workers: 1)
      try other.run(yaml(), workers: 3)
      let hashes = try one.hashes("Output/tiny/by-parameters")
      #expect(hashes.count >= 6)
      #expect(hashes == (try other.hashes("Output/tiny/by-parameters")))
      #expect(try one.run(yaml(), workers: 2).ran.isEmpty, "a second run does nothing")
      // The order in which lines are written is no part of what they are.
      let turned = yaml().replacing(
        "{published: 0.6, \"other, K = 9\": 0.5}", with: "{\"other, K = 9\": 0.5, published: 0.6}")
      #expect(try one.run(turned).ran.isEmpty)
    }

    private static let byParameters = "by-parameters: {kind: likelihood-by-parameters, metrics: "
    private static let bySecond = "by-second: {kind: likelihood-by-second, metrics: "

    @Test(arguments: [
      (
        "\(bySecond){a: metrics}, trained: {b: spn.curve}}",
        "trained of stage 'by-second': expected the labels of 'metrics' in the same order, found 'b'"
      ),
      (
        "\(bySecond){a: metrics}, trained: {a: single.curve}}",
        "trained of stage 'by-second': 'a' has metrics without a training of the same variant "
          + "(k 4, seed 1): both stages need the same values of the sweep"
      ),
      (
        "\(bySecond){a: single-metrics}, trained: {a: other.curve}}",
        "trained.a of stage 'by-second': 'other' is another training than 'single-metrics'"
      ),
      (
        "\(byParameters){a: metrics}, lines: {far: .inf}}",
        "expected a number for 'far' in lines of stage 'by-parameters', found '.inf'"
      ),
      (
        "\(byParameters){a: metrics}, lines: [1.2]}",
        "expected a mapping for lines of stage 'by-parameters', found a list"
      ),
      (
        "\(byParameters){a: metrics}, unit: bit}",
        "expected one of bits, nats for 'unit' in stage 'by-parameters', found 'bit'; did you mean 'bits'?"
      ),
      (
        "\(byParameters){a: hidden}}",
        "'a', stage 'hidden', has no bits per dimension, because pixels are hidden: set unit: nats"
      ),
      (
        "\(byParameters){a: single-metrics, b: hidden}, unit: nats}",
        "'b', stage 'hidden', hides 'left', but 'a', stage 'single-metrics', hides nothing"
      ),
      (
        "\(byParameters){a: metrics}, lines: {a: 0.5}}",
        "lines of stage 'by-parameters': 'a' is the name of another column of the figure's table"
      ),
      (
        "\(byParameters){a: metrics}, lines: {\"a, runs\": 0.5}}",
        "lines of stage 'by-parameters': 'a, runs' is the name of another column"
      ),
      (
        "\(byParameters){a: metrics}, lines: {parameters: 0.5}}",
        "lines of stage 'by-parameters': 'parameters' is the name of another column"
      ),
      (
        "\(byParameters){parameters: metrics}}",
        "metrics of stage 'by-parameters': 'parameters' is the name of the x axis"
      ),
      (
        "\(byParameters){a: metrics}, lines: {far: 1e308}}",
        "lines of stage 'by-parameters': expected a number from -1e9 to 1e9 for 'far', found 1e+308"
      ),
    ])
    func mistakesAreToldInThePlan(figure: String, message: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "p.yaml",
        yaml(
          """
            other: {kind: train, data: shards, epochs: 1, units: 2, batch: 16, seed: 1}
            hidden: {kind: evaluate, model: single.model, data: shards, hide: left}
            \(figure)
          """))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }

    /// Of a mapping that is missing or refused nothing else is said.
    @Test(arguments: ["", ", trained: {a: single.model}", ", trained: single.curve"])
    func labelsOfNothingAreNotCompared(trained: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", yaml("  \(Self.bySecond){a: single-metrics}\(trained)}"))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains("trained"), "\(ended.errors)")
      for words in ["in the same order", "without a training"] {
        #expect(!ended.errors.contains(words), "\(ended.errors)")
      }
    }

    @Test func theTitleNamesNoPart() throws {
      let sandbox = try Sandbox()
      try sandbox.run(yaml())
      for (name, title) in [
        ("likelihood-by-parameters", "Likelihood by parameters"),
        ("likelihood-by-second", "Likelihood by seconds of training"),
      ] {
        let folder = name.replacing("likelihood-", with: "")
        let script = try sandbox.text("Output/tiny/\(folder)/\(name).gnuplot")
        #expect(script.contains("'\(title)'"), "\(script)")
      }
    }

    @Test func runsWithoutAMeasuredTimeAreSaidOnTheChart() throws {
      let sandbox = try Sandbox()
      try sandbox.run(yaml(""))
      for name in try DurableFile.listTree(sandbox.root)
      where name.hasSuffix("timings.epochs.csv") {
        try FileManager.default.removeItem(atPath: sandbox.path(name))
      }
      try sandbox.run(
        yaml("  \(Self.bySecond){one: single-metrics}, trained: {one: single.curve}}"))
      let script = try sandbox.text("Output/tiny/by-second/likelihood-by-second.gnuplot")
      #expect(script.contains("'lower is better; 1 of 1 run has no measured time'"), "\(script)")
      #expect(try rows(sandbox, "by-second/runs.csv").map { $0["seconds"] } == ["nan"])
    }

    /// A line may stop early: its points are still the first of those named.
    @Test func aShorterLineIsThroughTheFirstValues() throws {
      let sandbox = try Sandbox()
      let figure = """
          short: {kind: train, data: shards, epochs: 1, units: $k, batch: 16, only: {k: VALUES}}
          short-metrics: {kind: evaluate, model: short.model, data: shards}
          \(Self.byParameters){a: metrics, b: short-metrics}}
        """
      func script(_ values: String) throws -> String {
        try sandbox.run(
          yaml(figure.replacing("VALUES", with: values)).replacing(
            "k: [4, 2]", with: "k: [2, 3, 4]"))
        return try sandbox.text("Output/tiny/by-parameters/likelihood-by-parameters.gnuplot")
      }
      #expect(try script("[2, 3]").contains("'lower is better; points: k = 2, 3, 4'"))
      #expect(try script("[3, 4]").contains("'lower is better'"))
    }

    @Test func densitiesAndProbabilitiesShareNoAxis() throws {
      let sandbox = try Sandbox()
      let figure = "  \(Self.byParameters){a: metrics, b: single-metrics}, unit: nats}"
      try sandbox.write("p.yaml", yaml(figure, leaf: "gaussian"))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78)
      #expect(
        ended.errors.contains(
          "'b', stage 'single-metrics', has probabilities, but 'a', stage 'metrics', has densities"),
        "\(ended.errors)")
    }

    @Test func densitiesHaveNatsAlone() throws {
      let sandbox = try Sandbox()
      let figure = "  \(Self.byParameters){a: metrics}}"
      try sandbox.write("p.yaml", yaml(figure, leaf: "gaussian"))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78)
      #expect(
        ended.errors.contains(
          "'a', stage 'metrics', has no bits per dimension, because its leaves are densities"))
      let nats = figure.replacing("metrics}}", with: "metrics}, unit: nats}")
      try sandbox.run(yaml(nats, leaf: "gaussian"))
      let runs = try rows(sandbox, "by-parameters/runs.csv")
      #expect(runs.count == 6 && runs.allSatisfy { $0["bitsPerDimension"] == "nan" })
    }
  }
}
