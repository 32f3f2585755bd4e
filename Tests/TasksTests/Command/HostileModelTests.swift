import Configuration
import Files
import Foundation
import Storage
import Tasks
import TestSupport
import Testing

extension CommandSuite {
  /// Models whose parameters are beyond all reason: a command refuses them or answers, and none ends by a signal.
  @Suite struct HostileModelTests {
    private static let values: [Float] = [
      .infinity, -.infinity, .nan, 3e38, 1e38, -1e38, 1e30, -1e30, 1e20, -1e20, 1e-40, 1e4,
    ]

    private static let binary = [
      "leaf: bernoulli, classes: true", "leaf: {kind: mixture, nodes: 4, hidden: 3}",
      "leaf: {kind: vae, hidden: 3, latent: 1}",
    ]
    private static let levels = [
      "gaussian", "categorical", "logistic", "binomial", "discrete-gaussian",
      "{kind: logistic-mixture, components: 2}",
      "{kind: mixture, emission: gaussian, nodes: 4, hidden: 3}",
      "{kind: vae, emission: logistic, hidden: 3, latent: 1}",
      "{kind: mixed, of: [gaussian, {kind: vae, emission: gaussian, hidden: 3, latent: 1}]}",
    ].map { "leaf: \($0), binarisation: none" }

    private static let commands: [[String]] = [
      ["evaluate"], ["evaluate", "--json", "--hide", "right"],
      ["inpaint", "--hide", "left", "--draws", "2", "--output", "out.png"],
      ["anomaly", "--output", "out.png", "--table", "out.csv"],
      ["sample", "--count", "4", "--output", "out.png"],
      ["sample", "--count", "2", "--hide", "right", "--output", "out.png", "--given"],
      ["classify"], ["convert", "--nodes", "4", "--output", "new.h5"], ["certify"], ["inspect"],
    ]

    private func arguments(_ command: [String]) -> [String] {
      let images = ModelFixture.testImages
      switch command[0] {
      case "certify", "inspect": return command + ["hostile.h5"]
      case "sample" where command.last == "--given":
        return command + [images, "--model", "hostile.h5"]
      case "sample": return command + ["--model", "hostile.h5"]
      default: return command + ["--model", "hostile.h5", "--images", images]
      }
    }

    /// What one number in `stride` of one dataset of parameters becomes, in turn.
    private func change(_ content: inout ModelContent, _ number: Int) -> String {
      let names = content.reals.keys.filter { $0.hasPrefix("/parameters/") }.sorted()
      let name = names[number % names.count]
      let value = Self.values[number / names.count % Self.values.count]
      let stride = [1, 2, 5, 1 << 20][number % 4]
      let count = content.reals[name]?.count ?? 0
      for index in Swift.stride(from: number % 3, to: count, by: stride) {
        content.reals[name]?[index] = value
      }
      return "\(name) of \(value), one in \(stride)"
    }

    /// Every leaf family in turn, each with several models and a command or two for each. With
    /// `TESSERA_HOSTILE_MODELS=N` so many models of each family, and every command.
    @Test(arguments: binary + levels)
    func noModelEndsACommandByASignal(train: String) throws {
      let sandbox = try Sandbox(data: ToyData(train: 24, test: 4))
      try sandbox.run(
        Pipelines.training(
          epochs: 1, split: "validation: 4", cells: "[4, 4]", train: "batch: 8, \(train)"))
      let model = try ModelContent(path: sandbox.path("Output/tiny/spn/model.h5"))
      let asked = ProcessInfo.processInfo.environment["TESSERA_HOSTILE_MODELS"].flatMap { Int($0) }
      let family = (Self.binary + Self.levels).firstIndex(of: train) ?? 0
      for number in 0..<(asked ?? 3) {
        var content = model
        let seed = asked == nil ? 7 * family + 5 * number : number
        let changed = change(&content, seed)
        try content.write(to: sandbox.path("hostile.h5"))
        for (index, command) in Self.commands.enumerated()
        where asked != nil || index == (3 * family + number) % Self.commands.count {
          let ended = try Child(arguments(command), in: sandbox).wait()
          let words: Comment = "\(command): \(train), \(changed): \(ended.errors)"
          // 78: a question that such leaves have no answer to.
          #expect(!ended.wasKilled && [0, 65, 70, 78].contains(ended.status), words)
        }
      }
    }
  }
}
