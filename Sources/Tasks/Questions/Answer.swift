import Circuits
import Models
import Storage

/// What models are asked, in the poster's order.
enum Question: String, CaseIterable, Sendable {
  case sampling
  case learning
  case marginalising
  case missing = "missing variables"
  case likelihood
}

/// One question to a model: how long it took, and what kind of number came back.
struct Answer: Equatable, Sendable {
  let question: Question
  /// Nil where the model has no answer.
  let seconds: Double?
  let images: Int
  /// What the answer is; nil for a question whose answer is no number.
  let kind: LikelihoodKind?
  let remark: String
  let workers: Int
}

/// Answers as a table.
enum AnswerTable {
  /// - Parameter choice: which images they are about, in words.
  static func table(of answers: [Answer], choice: String) -> Table {
    Table(
      title: "questions to a model",
      columns: [
        TableColumn("question", .strings(answers.map(\.question.rawValue))),
        TableColumn("seconds", unit: "s", .doubles(answers.map { $0.seconds ?? .nan })),
        TableColumn("images", .integers(answers.map { Int64($0.images) })),
        TableColumn("likelihood", .strings(answers.map { $0.kind?.rawValue ?? "" })),
        TableColumn("remark", .strings(answers.map(\.remark))),
        TableColumn("workers", .integers(answers.map { Int64($0.workers) })),
        TableColumn("choice", .strings(answers.map { _ in choice })),
      ])
  }

  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ path: String) throws -> [Answer] {
    let file = try HDF5File.open(path)
    let table = try file.table("/questions")
    try file.close()
    guard case .strings(let questions)? = table["question"],
      case .doubles(let seconds)? = table["seconds"],
      case .integers(let images)? = table["images"],
      case .strings(let kinds)? = table["likelihood"],
      case .strings(let remarks)? = table["remark"],
      case .integers(let workers)? = table["workers"]
    else { throw ModelFault(path: path, reason: "no table of questions") }
    return try questions.indices.map { row in
      guard let question = Question(rawValue: questions[row]) else {
        throw ModelFault(path: path, reason: "unknown question \(questions[row].quoted)")
      }
      return Answer(
        question: question, seconds: seconds[row].isNaN ? nil : seconds[row],
        images: Int(images[row]), kind: LikelihoodKind(rawValue: kinds[row]),
        remark: remarks[row], workers: Int(workers[row]))
    }
  }
}
