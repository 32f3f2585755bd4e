import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// Asks a model each of the questions by which generative models are called easy or hard, and takes
/// the time.
///
/// Its table is of measured times, and so differs from run to run: what the answers are is in other
/// stages.
struct QuestionsStage: Stage {
  static let kind = "questions"
  static let version = 4
  static let summary = "how long a model takes for each question, and what kind its answer is"
  static let example =
    "spn-questions: {kind: questions, model: spn.model, data: shards, curve: spn.curve}"
  static let outputs = [OutputPort("questions", .questions, path: "questions.h5")]
  static let isMeasured = true

  let model: InputReference
  let data: InputReference
  let curve: InputReference
  let count: Int
  let repetitions: Int
  let likelihood: LikelihoodChoice

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that is asked")
    data = fields.input("data", .shards, meaning: "images of which the test part is used")
    curve = fields.input(
      "curve", .curve, meaning: "curve of the model's training, for its measured time")
    count = fields.int(
      "images", default: 1_000, in: 1...1_000_000, meaning: "images of which each question is asked"
    )
    repetitions = fields.int(
      "repetitions", default: 3, in: 1...1_000,
      meaning: "measurements of each time, of which the median counts")
    likelihood = fields.likelihood()
  }

  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: .test, view: model.binarisation, seed: 0)
    try samples.requireShape(model.imageShape)
    try samples.choose(count)
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: .test) }
    let asked = Questions(
      model: model, samples: samples, workers: ForkJoin(workers: context.workers),
      repetitions: repetitions, likelihood: likelihood, check: context.checkCancellation)
    let all = Question.allCases.count
    var answers = [try asked.sampling()]
    context.progress(completed: 1, total: all, unit: "questions")
    if let learning = try learning(context, images: reader.count(Part.train.rawValue)) {
      answers.append(learning)
    }
    answers.append(try asked.likelihoods())
    context.progress(completed: 3, total: all, unit: "questions")
    answers.append(try asked.marginals())
    context.progress(completed: 4, total: all, unit: "questions")
    answers.append(try asked.missingPixels())
    context.progress(completed: all, total: all, unit: "questions")
    let table = AnswerTable.table(of: answers, choice: samples.choice.words)
    try HDF5File.writeAtomically(to: context.outputPath("questions")) {
      try $0.write("/questions", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "questions.csv"))
  }

  /// The median epoch, from what training measured; nil where that is not there any more.
  private func learning(_ context: StageContext, images: Int) throws -> Answer? {
    guard let path = try context.measurement(EpochTimings.fileName, of: curve) else { return nil }
    let epochs = try EpochTimings(path: path).epochs.sorted { $0.trainSeconds < $1.trainSeconds }
    guard !epochs.isEmpty else { return nil }
    let middle = epochs[epochs.count / 2]
    return Answer(
      question: .learning, seconds: middle.trainSeconds, images: middle.images ?? images,
      kind: nil, remark: "one epoch", workers: middle.workers)
  }
}
