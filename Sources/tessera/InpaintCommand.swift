import ArgumentParser
import Tasks

struct InpaintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inpaint",
    abstract: "Completes images of which a part is hidden: a PNG grid and the errors.",
    discussion: """
      A row of the grid is an image: the original, its observed part, the posterior mean of the hidden \
      part, the max-product completion where the model has one, and draws from the conditional \
      distribution. Each number says whether it is exact or an estimate.

      MASKS
        left right top bottom       that half
        centre                      the middle half of rows and columns
        random:F[:SEED]             each pixel with probability F
        random-superpixels:F[:SEED] each superpixel with probability F
        superpixels:3,4,5           by number, row by row
        MASK.png                    where its pixels are bright (128 and above)

      EXAMPLES
        tessera inpaint --model model.h5 --hide left \\
          --images Data/mnist-5k/t10k-images-idx3-ubyte.gz --output left.png
        tessera inpaint --model model.h5 --images faces/ --hide random:0.5 \\
          --count 8 --draws 10 --output grid.png --json
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions
  @OptionGroup var given: GivenOptions

  @Option(help: "Draws of each image.")
  var draws = 6

  @Option(help: "The PNG to write.")
  var output: String

  @Flag(help: "JSON.")
  var json = false

  func validate() throws {
    if draws < 0 || draws > 100 {
      throw ValidationError("--draws: expected 0 to 100, found \(draws)")
    }
  }

  mutating func run() throws {
    let file = try OutputFile(output).checked(
      apartFrom: [("--model", options.model), ("--images", given.images), ("--hide", given.hide)])
    let report = try inpaint(
      model: options.model,
      CompletionRequest(
        pictures.given(given.images), hiding: given.mask, count: given.count,
        draws: draws, seed: given.seed),
      workers: options.workerCount, to: file)
    if json { return Terminal.output(report.json) }
    for line in report.lines { Terminal.output(line) }
    Terminal.output(output)
  }
}

/// Options of commands on partly hidden images.
struct GivenOptions: ParsableArguments {
  @Option(help: "Images as tessera ingest reads them: IDX, a folder of PNGs, FILE.h5:/DATASET, ...")
  var images: String

  @Option(help: "The hidden pixels: \(MaskChoice.expectation).")
  var hide: String

  @Option(help: "Number of images, chosen by --seed, each class by its share.")
  var count = 10

  @Option(help: "Seed of the images and of the draws: the same seed chooses and draws the same.")
  var seed = 1

  var mask: MaskChoice? { MaskChoice(hide) }

  func validate() throws {
    if mask == nil {
      throw ValidationError("--hide: expected \(MaskChoice.expectation), found '\(hide)'")
    }
    if count < 1 || count > 10_000 {
      throw ValidationError("--count: expected 1 to 10000, found \(count)")
    }
    if seed < 0 { throw ValidationError("--seed: expected 0 or more, found \(seed)") }
  }
}
