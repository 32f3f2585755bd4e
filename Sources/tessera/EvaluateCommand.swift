import ArgumentParser
import Configuration
import Foundation
import Models
import Tasks

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Prints the log-likelihood of images under a trained model, prepared as in its training.",
    discussion: """
      EXAMPLES
        tessera evaluate --model Output/quickstart/spn/seed-1/model.h5 \\
          --images Data/mnist-5k/t10k-images-idx3-ubyte.gz
        tessera evaluate --model vae.h5 --images digits.idx --likelihood iwae:5000
        tessera evaluate --model vae.h5 --images digits.idx --likelihood quadrature:7
        tessera evaluate --model model.h5 --images digits.idx --hide left
        tessera evaluate --model model.h5 --images scans/ --resize
        tessera evaluate --model model.h5 --images digits.idx \\
          --labels labels.idx --json
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions

  @Option(help: "Images as tessera ingest reads them: IDX, a folder of PNGs, FILE.h5:/DATASET, ...")
  var images: String

  @Option(help: "Labels of the images: an IDX file or an array, as --images. Adds a line a class.")
  var labels: String?

  @Option(
    help: """
      For vae leaves: elbo, elbo-analytic, iwae:S with S samples or quadrature:N with N nodes a \
      latent.
      """)
  var likelihood = LikelihoodChoice.trained.description

  @Option(
    help: """
      Pixels to sum out; the number is of the others: \(MaskChoice.expectation).
      """)
  var hide: String?

  @Flag(help: "JSON.")
  var json = false

  func validate() throws {
    if let hide, MaskChoice(hide) == nil {
      throw ValidationError("--hide: expected \(MaskChoice.expectation), found '\(hide)'")
    }
    if LikelihoodChoice(likelihood) == nil {
      throw ValidationError(
        "--likelihood: expected \(LikelihoodChoice.expectation), found '\(likelihood)'")
    }
  }

  mutating func run() throws {
    let evaluation = try ModelEvaluation(
      model: options.model, images: pictures.given(images), labels: labels,
      likelihood: LikelihoodChoice(likelihood) ?? .trained,
      hide: hide.flatMap(MaskChoice.init), workers: options.workerCount)
    if json { return Terminal.output(ResolvedValue.mapping(evaluation.fields).jsonText) }
    for line in evaluation.lines { Terminal.output(line) }
  }
}
