import Configuration
import Datasets
import Evaluation
import Files
import Kernels
import Storage
import Workflow

/// What simple methods make of the hidden half of grey images: what a network's completions are held
/// against, as Poon & Domingos (2011, section 6) held theirs.
struct CompletionBaselinesStage: Stage {
  static let kind = "completion-baselines"
  static let version = 1
  static let summary =
    "hidden halves by principal components, nearest neighbour, mean image (HDF5 table and CSV)"
  static let outputs = [OutputPort("completion", .completion, path: "completion.h5")]

  let data: InputReference
  let hide: HiddenHalf
  let part: Part
  /// Numbers of principal components; the table marks the best by validation.
  let components: [Int]

  init(fields: StageFields) throws {
    data = fields.input("data", .shards)
    hide = fields.hiddenHalf()
    part = fields.part(default: .test)
    components = fields.ints("components", default: [1, 2, 4, 8, 16, 32], in: 1...1_000)
  }

  func run(_ context: StageContext) throws {
    let reader = try ShardReader(folder: context.path(of: data))
    let (height, width) = (reader.manifest.height, reader.manifest.width)
    let hidden = hide.mask(height: height, width: width)
    guard hidden.contains(true), hidden.contains(false) else {
      throw NoHalfFault(half: hide, height: height, width: width)
    }
    func images(_ part: Part) throws -> [UInt8] {
      let samples = try Samples(reader, part: part, view: .none, seed: 0)
      return samples.drawn(first: samples.sampleCount)
    }
    let (train, asked, held) = try (images(.train), images(part), images(.validation))
    guard !asked.isEmpty else { throw EmptyPartFault(part: part) }
    let count = train.count / (height * width)
    guard min(count, height * width) <= PrincipalComponents.largestMatrix else {
      throw TooManyImagesFault(images: count, pixels: height * width)
    }
    let baselines = CompletionBaselines(
      train: train, pixels: height * width, components: components.max() ?? 0,
      workers: ForkJoin(workers: context.workers))
    try context.checkCancellation()

    func row(
      _ method: String, components: Int = 0, _ answer: ([UInt8]) -> [Double]
    ) -> CompletionTable.Row {
      let error = CompletionError(answers: answer(asked), truth: asked, hidden: hidden)
      let validation =
        held.isEmpty
        ? .nan : CompletionError(answers: answer(held), truth: held, hidden: hidden).mean
      return CompletionTable.Row(
        method: method, components: components, error: error, validation: validation)
    }
    var rows = [
      row("mean image") { baselines.meanImage($0, hidden: hidden) },
      row("nearest neighbour") { baselines.nearestNeighbours($0, hidden: hidden) },
    ]
    // No more than the training images have.
    let possible = baselines.principal.variances.count
    for number in Set(components).sorted() where number <= possible {
      try context.checkCancellation()
      rows.append(
        row("principal components", components: number) {
          baselines.principalComponents($0, hidden: hidden, components: number)
        })
    }
    try write(rows, dataset: reader.manifest.name, to: context)
  }

  private func write(
    _ rows: [CompletionTable.Row], dataset: String, to context: StageContext
  ) throws {
    let table = CompletionTable.table(of: rows, dataset: dataset, part: part, hide: hide)
    try HDF5File.writeAtomically(to: context.outputPath("completion")) {
      try $0.write("/completion", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "completion.csv"))
    for (row, isChosen) in zip(rows, CompletionTable.chosen(rows)) where isChosen {
      let components = row.components == 0 ? "" : ", \(row.components) by validation"
      context.note(
        "\(hide.rawValue) half by \(row.method)\(components): \(rounded(row.error.mean, decimals: 1)) "
          + "± \(rounded(row.error.standardError, decimals: 1)) grey levels squared a hidden pixel")
    }
  }
}

/// More training images than principal components are found for (exit code 78).
struct TooManyImagesFault: Fault {
  let images: Int
  let pixels: Int
  var exitCode: ExitCode { .configuration }
  var description: String {
    "principal components are for up to \(PrincipalComponents.largestMatrix) training images or pixels, "
      + "found \(images) images of \(pixels) pixels: give the split fewer (train: "
      + "\(PrincipalComponents.largestMatrix))"
  }
}

/// A half that is nothing or everything (exit code 78).
struct NoHalfFault: Fault {
  let half: HiddenHalf
  let height: Int
  let width: Int
  var exitCode: ExitCode { .configuration }
  var description: String {
    "hide: images of \(height) x \(width) have no \(half.rawValue) half and another; name another half"
  }
}
