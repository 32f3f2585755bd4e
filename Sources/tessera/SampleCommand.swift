import ArgumentParser
import Tasks

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draws samples from a trained model into one PNG grid.",
    discussion: """
      EXAMPLES
        tessera sample --model Output/quickstart/spn/seed-1/model.h5 \\
          --count 64 --seed 1 --output grid.png
        tessera sample --model model.h5 \\
          --given Data/mnist-5k/t10k-images-idx3-ubyte.gz \\
          --hide bottom --count 8 --draws 10 --output completions.png
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions

  @Option(
    help:
      "Number of images; of --given as many, chosen by --seed, each class by its share."
  )
  var count: Int = 64

  @Option(help: "Seed: the same seed draws the same images.")
  var seed: Int = 1

  @Option(help: "Images with hidden pixels (IDX or a folder of PNGs): draws the hidden pixels.")
  var given: String?

  @Option(help: "With --given, the hidden pixels: \(MaskChoice.expectation).")
  var hide: String?

  @Option(help: "With --given, draws of each image, side by side.")
  var draws = 8

  @Option(help: "The PNG to write.")
  var output: String

  func validate() throws {
    if count < 1 || count > 10_000 {
      throw ValidationError("--count: expected 1 to 10000, found \(count)")
    }
    if (given == nil) != (hide == nil) {
      throw ValidationError(
        "--given and --hide belong together: images and their hidden pixels")
    }
    if let hide, MaskChoice(hide) == nil {
      throw ValidationError("--hide: expected \(MaskChoice.expectation), found '\(hide)'")
    }
    if draws < 1 || draws > 100 {
      throw ValidationError("--draws: expected 1 to 100, found \(draws)")
    }
    if pictures.resize, given == nil {
      throw ValidationError("--resize is for the images of --given")
    }
    if seed < 0 { throw ValidationError("--seed: expected 0 or more, found \(seed)") }
  }

  mutating func run() throws {
    let file = try OutputFile(output).checked(
      apartFrom: [("--model", options.model), ("--given", given), ("--hide", hide)])
    if let given, let hide {
      let kind = try drawCompletions(
        model: options.model,
        CompletionRequest(
          pictures.given(given), hiding: MaskChoice(hide), count: count,
          draws: draws, seed: seed),
        workers: options.workerCount, to: file)
      Terminal.message("draws of the hidden pixels given the others (\(kind))")
    } else {
      try drawSamples(model: options.model, count: count, seed: seed, to: file)
    }
    Terminal.output(output)
  }
}
