import ArgumentParser
import Configuration
import Foundation
import Tasks
import Workflow

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract:
      "Checks images and writes them as an archive, and as shards to train on.",
    discussion: """
      SOURCE is \(PictureWords.sourceWords). \
      An option that does not apply to the source is refused. Hidden \
      files of a folder, and links that lead outside, are left out and counted.

      Files are written completely or not at all, also after a failure, SIGINT or SIGTERM. An earlier \
      images.h5 and shards in the output folder are replaced together; shards that do not belong to the new \
      images are removed. Other files stay; a foreign one named images.h5 or, with --superpixel, shards is an \
      error (73).

      EXAMPLES
        tessera ingest Pictures/cats --output Data/cats --size 32x32 --sizes resize \\
          --superpixel 4x4 --test-fraction 0.1
        tessera ingest letters-images-idx3-ubyte.gz \\
          --labels letters-labels-idx1-ubyte.gz \\
          --output Data/letters --superpixel 4x4
        tessera ingest scans.h5:/images --labels /labels \\
          --output Data/scans --test-last 100
        tessera ingest emnist-letters --transpose \\
          --output Data/letters --superpixel 4x4
        tessera ingest cifar-10-batches-bin --output Data/cifar --superpixel 4x4 \\
          --validation 5000 --json
      """)

  @Argument(help: "A folder or file of images, or FILE.h5:/DATASET.")
  var source: String

  @Option(help: "The folder for images.h5 and shards.")
  var output: String

  @OptionGroup var pictures: PictureOptions

  @Option(help: "Superpixels, height x width: 4x4. Without them no shards are written.")
  var superpixel: String?

  @Option(help: "Training images set apart for validation, chosen by seed.")
  var validation = 0

  @Option(help: "Seed of the choices: the same seed chooses the same images.")
  var seed = 1

  @Option(help: "Threads to work with; results do not depend on it. Default: all cores.")
  var workers: Int?

  @Flag(help: "JSON.")
  var json = false

  func validate() throws {
    if let superpixel, PictureWords.pair(superpixel) == nil {
      throw ValidationError(
        "--superpixel: expected height x width as in 4x4, found '\(superpixel)'")
    }
    if validation < 0 {
      throw ValidationError("--validation: expected 0 or more, found \(validation)")
    }
    if seed < 0 { throw ValidationError("--seed: expected 0 or more, found \(seed)") }
    if let workers, workers < 1 || workers > 1_024 {
      throw ValidationError("--workers: expected 1 to 1024, found \(workers)")
    }
  }

  mutating func run() throws {
    var ingesting = Ingesting(
      source: source, output: output, options: pictures.words(seed: seed).options,
      superpixel: superpixel.flatMap(PictureWords.pair), validation: validation, seed: seed,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    let printer = ProgressPrinter(steps: superpixel == nil ? 1 : 2)
    ingesting.tell = { printer.show(.warning(stage: "images", text: $0)) }
    var current: (what: String, began: ContinuousClock.Instant)?
    defer { printer.finish() }
    let report = try ingesting.run { what, done, total in
      try Interruption.cancellation.check()
      if current?.what != what {
        // One after the other: what was before is done.
        if let current {
          let took = (ContinuousClock.now - current.began) / .seconds(1)
          printer.show(.stageFinished(stage: current.what, seconds: took))
        }
        current = (what, .now)
        printer.show(.stageStarted(stage: what, kind: "ingest", reason: "\(total) images"))
      }
      printer.show(
        .progress(stage: what, completed: done, total: total, unit: "images", detail: ""))
    }
    printer.finish()
    if json { return Terminal.output(report.json) }
    for line in report.lines { Terminal.output(line) }
  }
}
