import ArgumentParser
import Tasks

struct AnomalyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anomaly",
    abstract: "Maps how unexpected each patch of an image is given the rest of it, in nats.",
    discussion: """
      A patch is a superpixel of the model, and its score -log p(patch | rest of the image). The PNG \
      shows the images, and below them the same with red where the score is high.

      EXAMPLES
        tessera anomaly --model model.h5 \\
          --images Data/mnist-5k/t10k-images-idx3-ubyte.gz --output map.png
        tessera anomaly --model model.h5 --images scans/ --count 40 \\
          --output map.png --table scores.csv
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions

  @Option(help: "Images as tessera ingest reads them: IDX, a folder of PNGs, FILE.h5:/DATASET, ...")
  var images: String

  @Option(help: "Number of images, chosen by seed 1, each class by its share.")
  var count = 24

  @Option(help: "The PNG to write.")
  var output: String

  @Option(help: "A CSV file to write, with the score of every patch.")
  var table: String?

  @Option(help: "The score in nats that is drawn full red. Default: the largest found.")
  var fullHeat: Double?

  @Flag(help: "JSON: every image's scores.")
  var json = false

  func validate() throws {
    if table == output {
      throw ValidationError("--table and --output: expected two files, found '\(output)' twice")
    }
    if count < 1 || count > 10_000 {
      throw ValidationError("--count: expected 1 to 10000, found \(count)")
    }
    if let fullHeat, !(fullHeat > 0) {
      throw ValidationError("--full-heat: expected more than 0, found \(fullHeat)")
    }
  }

  mutating func run() throws {
    let inputs = [("--model", options.model), ("--images", Optional(images))]
    let file = try OutputFile(output).checked(apartFrom: inputs)
    let table = try self.table.map {
      try OutputFile($0, option: "--table").checked(apartFrom: inputs)
    }
    let report = try mapAnomalies(
      model: options.model,
      AnomalyRequest(pictures.given(images), count: count, fullHeat: fullHeat),
      workers: options.workerCount, to: file, table: table)
    if json { return Terminal.output(report.json) }
    for line in report.lines { Terminal.output(line) }
  }
}
