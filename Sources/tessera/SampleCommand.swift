import ArgumentParser
import Stages

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draws images from a trained model into one PNG grid.",
    discussion: """
      EXAMPLES
        tessera sample --model Output/quickstart/spn/seed-1/model.h5 --count 64 --seed 1 --output grid.png
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "How many images.")
  var count: Int = 64

  @Option(help: "Seed: the same seed draws the same images.")
  var seed: Int = 1

  @Option(help: "The PNG to write.")
  var output: String

  func validate() throws {
    if count < 1 || count > 10_000 {
      throw ValidationError("--count: expected 1 to 10000, found \(count)")
    }
    if seed < 0 { throw ValidationError("--seed: expected 0 or more, found \(seed)") }
  }

  mutating func run() throws {
    try drawSamples(model: options.model, count: count, seed: seed, to: output)
    Terminal.output(output)
  }
}
