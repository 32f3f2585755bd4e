import Configuration
import Datasets
import Files
import Numerics
import Storage
import Workflow

/// What simple methods make of the hidden part of grey images: what a network's completions are held
/// against, as Poon & Domingos (2011, section 6) held theirs.
struct CompletionBaselinesStage: Stage {
  static let kind = "completion-baselines"
  static let version = 2
  static let summary =
    "hidden pixels by principal components, nearest neighbour, mean image (HDF5 table and CSV)"
  static let example =
    "baselines: {kind: completion-baselines, data: shards, hide: [left], components: [1, 8, 32]}"
  static let outputs = [OutputPort("baselines", .baselines, path: "baselines.h5")]

  let data: InputReference
  let hide: [MaskChoice]
  let part: Part
  /// Numbers of principal components; the table marks the best by validation.
  let components: [Int]

  init(fields: StageFields) throws {
    data = fields.input("data", .shards, meaning: "images of which a part is hidden")
    hide = fields.masks("hide", default: ["left", "bottom"], meaning: "masks of the hidden pixels")
    part = fields.part(default: .test)
    components = fields.ints(
      "components", default: [1, 2, 4, 8, 16, 32], in: 1...1_000,
      meaning: "numbers of principal components")
    for choice in hide {
      if case .random = choice.rule {
        fields.complain(
          "hide", "expected a mask that all images share, found \(choice.description.quoted)")
      }
    }
  }

  /// - Throws: `EmptyPartFault`, `UselessMaskFault`, `TooManyImagesFault`, `MaskFault`.
  func run(_ context: StageContext) throws {
    let reader = try ShardReader(folder: context.path(of: data))
    func images(_ part: Part) throws -> [UInt8] {
      let samples = try Samples(reader, part: part, view: .none, seed: 0)
      return try samples.drawn()
    }
    let (train, asked, held) = try (images(.train), images(part), images(.validation))
    guard !asked.isEmpty else { throw EmptyPartFault(part: part) }
    let pixels = reader.manifest.values
    let count = train.count / pixels
    guard min(count, pixels) <= PrincipalComponents.largestMatrix else {
      throw TooManyImagesFault(images: count, pixels: pixels)
    }
    let masks = try hide.map { ($0, try hidden($0, reader)) }
    let baselines = CompletionBaselines(
      train: train, pixels: pixels, components: components.max() ?? 0,
      workers: ForkJoin(workers: context.workers))
    // One of the steps was to find the principal components.
    context.progress(completed: 1, total: masks.count + 1, unit: "steps")
    var rows: [BaselineTable.Row] = []
    for (number, (mask, hidden)) in masks.enumerated() {
      try context.checkCancellation()
      let asking = Asking(
        baselines: baselines, mask: mask.description, hidden: hidden, images: asked, held: held)
      rows += asking.rows(components: components)
      context.progress(completed: number + 2, total: masks.count + 1, unit: "steps")
    }
    try write(rows, dataset: reader.manifest.name, to: context)
  }

  private func hidden(_ choice: MaskChoice, _ reader: ShardReader) throws -> [Bool] {
    let (height, width) = (reader.manifest.height, reader.manifest.width)
    let cells = reader.partition.cells.map { $0.map(Int32.init) }
    let hidden = try choice.mask(of: reader.manifest.shape, superpixels: cells)
      .hidden(image: 0, pixelCount: reader.manifest.values)
    guard hidden.contains(true), hidden.contains(false) else {
      throw UselessMaskFault(mask: choice.description, height: height, width: width)
    }
    return hidden
  }

  private func write(
    _ rows: [BaselineTable.Row], dataset: String, to context: StageContext
  ) throws {
    let table = BaselineTable.table(of: rows, dataset: dataset, part: part)
    try HDF5File.writeAtomically(to: context.outputPath("baselines")) {
      try $0.write("/baselines", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "baselines.csv"))
    for (row, isChosen) in zip(rows, BaselineTable.chosen(rows)) where isChosen {
      let components = row.components == 0 ? "" : ", \(row.components) by validation"
      context.note(
        "\(row.mask) hidden, \(row.method)\(components): mean squared error "
          + "\(rounded(row.error.mean, decimals: 1)) ± "
          + "\(rounded(row.error.standardError, decimals: 1)) in 0-255 units "
          + "(\(row.error.images.count) images)")
    }
  }
}

/// One mask, and the images it is laid over.
private struct Asking {
  let baselines: CompletionBaselines
  let mask: String
  let hidden: [Bool]
  let images: [UInt8]
  let held: [UInt8]

  func rows(components: [Int]) -> [BaselineTable.Row] {
    // No more than the training images have.
    let possible = baselines.principal.variances.count
    return [
      row("meanImage") { baselines.meanImage($0, hidden: hidden) },
      row("nearestNeighbour") { baselines.nearestNeighbours($0, hidden: hidden) },
    ]
      + Set(components).sorted().filter { $0 <= possible }.map { number in
        row("principalComponents", components: number) {
          baselines.principalComponents($0, hidden: hidden, components: number)
        }
      }
  }

  private func row(
    _ method: String, components: Int = 0, _ answer: ([UInt8]) -> [Double]
  ) -> BaselineTable.Row {
    let validation =
      held.isEmpty
      ? .nan : CompletionError(answers: answer(held), truth: held, hidden: hidden).mean
    return BaselineTable.Row(
      mask: mask, method: method, components: components,
      error: CompletionError(answers: answer(images), truth: images, hidden: hidden),
      validation: validation)
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

/// A mask that leaves nothing to complete, or nothing to complete it from (exit code 78).
struct UselessMaskFault: Fault {
  let mask: String
  let height: Int
  let width: Int
  var exitCode: ExitCode { .configuration }
  var description: String {
    "hide: of images of \(height) x \(width) pixels \(mask.quoted) hides all or none; name another mask"
  }
}
