import Configuration
import Workflow

/// Where a stage's field stands, for what is wrong with it and shows only once the data are known: before any
/// stage runs, but after the pipeline was read.
struct FieldPlace: Sendable {
  private let key: String
  private let subject: String
  private let position: SourcePosition

  init(_ key: String, of fields: Fields) {
    self.key = key
    subject = fields.subject
    position = fields.position(of: key)
  }

  func fault(_ message: String) -> ConfigurationFault {
    ConfigurationFault("\(key) of \(subject): \(message)", at: position)
  }

  /// Does what the field asks for. A fault of configuration (78) is told at the field, another as it is.
  func naming<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let fault as any Fault where fault.exitCode == .configuration {
      throw fault is ConfigurationFault ? fault : self.fault(fault.description)
    }
  }
}

extension StageFields {
  func place(_ key: String) -> FieldPlace { FieldPlace(key, of: fields) }
}
