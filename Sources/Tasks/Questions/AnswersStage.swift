import Files
import Reports
import Workflow

/// The table of what is easy and what is hard for which model, with measured numbers for words.
struct AnswersStage: Stage {
  static let kind = "answers"
  static let version = 2
  static let summary =
    "questions against models: seconds, and exact, bound or no answer (table as SVG, PNG, CSV)"
  static let example = "answers: {kind: answers, questions: {SPN: spn-questions}}"
  static let outputs = [OutputPort("figure", .measuredFigure, path: "answers.csv")]
  static let isFigure = true
  static let isMeasured = true

  let questions: NamedInputs

  init(fields: StageFields) throws {
    questions = fields.namedInputs(
      "questions", .questions, meaning: "results of questions stages, by the names of the models")
    fields.recordRenderer()
  }

  func run(_ context: StageContext) throws {
    let table = TableFigures.questions(
      try context.answers(questions), title: "Easy and hard, measured")
    try DurableFile.write(text: table.csv, to: context.outputPath("figure"))
    try context.draw(table, named: "answers", width: 1_200)
  }
}

extension StageContext {
  /// Each model's answers: those of its first seed, where there are several.
  func answers(
    _ questions: NamedInputs
  ) throws -> [(label: String, answers: [Answer])] {
    try firstSeeds(of: RunGroup.groups(of: questions)).map {
      ($0.name, try AnswerTable.read(path(of: $0.input)))
    }
  }
}
