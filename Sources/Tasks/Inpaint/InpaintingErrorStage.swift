import Circuits
import Datasets
import Files
import Foundation
import Models
import Numerics
import Reports
import Storage
import Workflow

/// How well models fill in half an image: the expected values of the hidden pixels against what was
/// there, by squared error and by cross-entropy.
///
/// Circuits answer by their posterior mean, a network over the whole image by `PseudoGibbs`; the means
/// of the training images, which look at nothing, are the baseline.
struct InpaintingErrorStage: Stage {
  static let kind = "inpainting-error"
  static let version = 3
  static let summary = "error of the hidden half of test images, by model (table: SVG, PNG, CSV)"
  static let example =
    "inpainting: {kind: inpainting-error, models: {SPN: spn.model}, data: shards}"
  static let outputs = [OutputPort("errors", .figure, path: "inpainting-error.csv")]
  static let isFigure = true

  let models: NamedInputs
  let data: InputReference
  let likelihood: LikelihoodChoice
  let images: Int
  let iterations: Int
  let seed: Int

  init(fields: StageFields) throws {
    models = fields.namedInputs(
      "models", .model, meaning: "the models, by the names that the table gives them")
    data = fields.input("data", .shards, meaning: "images of which the test part is used")
    likelihood = fields.likelihood()
    images = fields.int(
      "images", default: 500, in: 1...1_000_000, meaning: "test images that are completed")
    iterations = fields.int(
      "iterations", default: 50, in: 2...100_000,
      meaning: "rounds of encoding and decoding of a model that cannot sum out pixels")
    seed = fields.seed()
    fields.recordRenderer()
  }

  /// Which half is hidden.
  private enum Half: String, CaseIterable {
    case left, bottom

    func hides(_ pixel: Int, height: Int, width: Int) -> Bool {
      switch self {
      case .left: pixel % width < width / 2
      case .bottom: pixel / width >= height / 2
      }
    }
  }

  /// Images, one half of each hidden.
  private struct Question {
    let half: Half
    let images: ImageRows
    /// `[pixel]`
    let hidden: [Bool]
  }

  private struct Row {
    let model: String
    let method: String
    let kind: LikelihoodKind?
    let half: Half
    let images: Int
    let squaredError: Double
    let crossEntropy: Double
  }

  func run(_ context: StageContext) throws {
    let models = try context.models(models)
    let workers = ForkJoin(workers: context.workers)
    var rows: [Row] = []
    var choice: SampleChoice?
    var done = 0
    for half in Half.allCases {
      for (label, model) in models {
        let asked = try context.testImages(data, of: model, count: images)
        choice = asked.choice
        let hidden = (0..<model.circuit.pixelCount).map {
          half.hides($0 / model.imageChannels, height: model.imageHeight, width: model.imageWidth)
        }
        let question = Question(half: half, images: asked.rows, hidden: hidden)
        let baseline = try trainingMeans(context, model, images: asked.rows)
        if label == models.first?.label {
          rows.append(
            row("pixel means", "training images", nil, question, means: baseline))
        }
        let answer = try fill(
          label, model, question, baseline, workers, context.checkCancellation)
        rows.append(
          row(label, answer.method, answer.kind, question, means: answer.means))
        done += 1
        context.progress(completed: done, total: 2 * models.count, unit: "models")
      }
    }
    try table(rows, choice?.words ?? "").writeCSV(to: context.outputPath("errors"))
    try context.draw(figure(rows), named: "inpainting-error", width: 1_200)
  }

  private func fill(
    _ label: String, _ model: Model, _ question: Question, _ baseline: [Float],
    _ workers: ForkJoin, _ check: () throws -> Void
  ) throws -> (method: String, kind: LikelihoodKind?, means: [Float]) {
    let (images, hidden) = (question.images, question.hidden)
    do {
      let asked = try ask(label, model)
      let means = try asked.circuit.posteriorMeans(
        MaskedSource(images, hiding: .shared(hidden)), derived: asked.derived, workers: workers
      ) { _ in try check() }
      try requireFinite(means, perImage: hidden.count, "posterior mean")
      let how = asked.choice == .trained ? "" : ", \(asked.choice)"
      return ("posterior mean\(how)", asked.kind == .exact ? .exact : .estimate, means)
    } catch is MarginalFault {
      let means = try PseudoGibbs(model: model, iterations: iterations, seed: seed).means(
        images, hidden: hidden, start: baseline, workers: workers, check: check)
      return ("re-encoded \(iterations) times", .estimate, means)
    }
  }

  /// As the stage says, where the leaves can be asked so; else as they were trained.
  private func ask(_ label: String, _ model: Model) throws -> AskedModel {
    do {
      return try AskedModel(label, model, likelihood)
    } catch is LikelihoodFault {
      return try AskedModel(label, model, .trained)
    } catch is QuadratureFault {
      return try AskedModel(label, model, .trained)
    }
  }

  /// Means of the training images, for every image.
  private func trainingMeans(
    _ context: StageContext, _ model: Model, images: ImageRows
  ) throws -> [Float] {
    let training = try context.testImages(data, of: model, part: .train).rows
    let pixels = model.circuit.pixelCount
    var means = Array(repeating: Float(0), count: pixels)
    for (place, byte) in training.bytes.enumerated() where byte != 0 {
      means[place % pixels] += 1
    }
    for pixel in means.indices {
      means[pixel] = (means[pixel] + 0.5) / Float(training.sampleCount + 1)
    }
    return (0..<images.sampleCount).flatMap { _ in means }
  }

  private func row(
    _ model: String, _ method: String, _ kind: LikelihoodKind?, _ question: Question,
    means: [Float]
  ) -> Row {
    let (images, hidden) = (question.images, question.hidden)
    var (squares, entropy, count) = (0.0, 0.0, 0.0)
    for (place, mean) in means.enumerated() where hidden[place % hidden.count] {
      let x = Double(images.bytes[place])
      // A certain and wrong answer would cost without end.
      let p = min(max(Double(mean), 1e-4), 1 - 1e-4)
      squares += (x - Double(mean)) * (x - Double(mean))
      entropy -= naturalLogarithm(x == 0 ? 1 - p : p)
      count += 1
    }
    return Row(
      model: model, method: method, kind: kind, half: question.half, images: images.sampleCount,
      squaredError: squares / count, crossEntropy: entropy / count)
  }

  private func table(_ rows: [Row], _ choice: String) -> Table {
    Table(
      title: "error of hidden pixels",
      columns: [
        TableColumn("model", .strings(rows.map(\.model))),
        TableColumn("method", .strings(rows.map(\.method))),
        TableColumn("likelihood", .strings(rows.map { $0.kind?.rawValue ?? "" })),
        TableColumn("hidden", .strings(rows.map(\.half.rawValue))),
        TableColumn("images", .integers(rows.map { Int64($0.images) })),
        TableColumn("meanSquaredError", .doubles(rows.map(\.squaredError))),
        TableColumn("crossEntropy", unit: "nats/pixel", .doubles(rows.map(\.crossEntropy))),
        TableColumn("choice", .strings(rows.map { _ in choice })),
      ])
  }

  private func figure(_ rows: [Row]) -> TableFigure {
    let left = rows.filter { $0.half == .left }
    func cell(_ row: Row, _ half: Half, _ value: (Row) -> Double) -> TableFigure.Cell {
      let found = rows.first { $0.model == row.model && $0.half == half }
      return .init(found.map { String(format: "%.4f", value($0)) } ?? "")
    }
    return TableFigure(
      title: "Half an image filled in: errors of the hidden pixels",
      columns: [
        .init("model"), .init("answer"), .init("left: squared", .right),
        .init("left: nats", .right), .init("bottom: squared", .right),
        .init("bottom: nats", .right),
      ],
      rows: left.map { row in
        TableFigure.Row(
          row.model,
          [
            .init(
              row.method,
              row.kind.map { .init($0.inWords, $0 == .exact ? .good : .neutral) }),
            cell(row, .left, \.squaredError), cell(row, .left, \.crossEntropy),
            cell(row, .bottom, \.squaredError), cell(row, .bottom, \.crossEntropy),
          ])
      },
      footnotes: [
        "mean squared error and cross-entropy a hidden pixel, \(left.first?.images ?? 0) test images; "
          + "probabilities kept within 0.0001 and 0.9999 for the cross-entropy"
      ])
  }
}
