import ArgumentParser
import Configuration
import Tasks

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Classifies images by a model that was trained with classes.",
    discussion: """
      The posterior of the classes follows by Bayes from each class's own likelihood: train with \
      `classes: true`. Labels are matched to the model's classes by name; images of other classes are counted \
      and left out of the accuracy.

      EXAMPLES
        tessera classify --model model.h5 \\
          --images Data/mnist-5k/t10k-images-idx3-ubyte.gz \\
          --labels Data/mnist-5k/t10k-labels-idx1-ubyte.gz
        tessera classify --model model.h5 --images Pictures/by-class
        tessera classify --model model.h5 --images digits.idx --json
        tessera classify --model model.h5 --images digits.idx --labels labels.idx \\
          --output posteriors.h5
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions

  @Option(help: "Images as tessera ingest reads them: IDX, a folder of PNGs, FILE.h5:/DATASET, ...")
  var images: String

  @Option(
    help: """
      Labels of the images: an IDX file or an array, as --images, or the name of an array beside them. Default: the \
      source's own (class folders, IDX folder, CIFAR); without any the most probable classes are printed.
      """)
  var labels: String?

  @Option(
    help: """
      Subfolders of pictures: first (the class is the top folder), path (all of it) or none. Default: first \
      where every picture is in one.
      """)
  var classes: String?

  @Option(help: "A table of each image's posterior, HDF5, with a CSV beside it.")
  var output: String?

  @Flag(help: "JSON.")
  var json = false

  func validate() throws {
    if let classes, !PictureWords.classWords.contains(classes) {
      throw ValidationError(
        "--classes: expected \(PictureWords.classWords.joined(separator: ", ")), found '\(classes)'"
      )
    }
    if let output, !output.hasSuffix(".h5") {
      throw ValidationError("--output: expected a name that ends in .h5, found '\(output)'")
    }
  }

  mutating func run() throws {
    let inputs = [("--model", Optional(options.model)), ("--images", images), ("--labels", labels)]
    let file = try output.map { try OutputFile($0).checked(apartFrom: inputs) }
    if let file {
      _ = try OutputFile(Classification.tablePath(beside: file)).checked(apartFrom: inputs)
    }
    let classification = try Classification(
      model: options.model, images: pictures.given(images), labels: labels, classes: classes,
      output: file, workers: options.workerCount)
    if json { return Terminal.output(ResolvedValue.mapping(classification.fields).jsonText) }
    for line in classification.lines { Terminal.output(line) }
  }
}
