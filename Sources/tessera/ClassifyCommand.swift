import ArgumentParser
import Configuration
import Stages

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Which class images are of, by a model that was trained with classes.",
    discussion: """
      The posterior of the classes follows by Bayes from each class's own likelihood: train with \
      `classes: true`.

      EXAMPLES
        tessera classify --model model.h5 --images Data/mnist-5k/t10k-images-idx3-ubyte.gz \\
          --labels Data/mnist-5k/t10k-labels-idx1-ubyte.gz
        tessera classify --model model.h5 --images digits.idx --labels labels.idx --json
        tessera classify --model model.h5 --images digits.idx --labels labels.idx \\
          --output posteriors.h5
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions

  @Option(help: "Images as tessera ingest reads them: IDX, a folder of PNGs, FILE.h5:/DATASET, ...")
  var images: String

  @Option(help: "Labels of the images: an IDX file.")
  var labels: String

  @Option(help: "A table of each image's posterior, HDF5, with a CSV beside it.")
  var output: String?

  @Flag(help: "JSON.")
  var json = false

  func validate() throws {
    if let output, !output.hasSuffix(".h5") {
      throw ValidationError("--output: expected a name that ends in .h5, found '\(output)'")
    }
  }

  mutating func run() throws {
    let classification = try Classification(
      model: options.model, images: pictures.given(images), labels: labels,
      output: output, workers: options.workerCount)
    if json { return Terminal.output(ResolvedValue.mapping(classification.fields).jsonText) }
    for line in classification.lines { Terminal.output(line) }
  }
}
