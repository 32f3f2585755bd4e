import Configuration
import Files
import Foundation
import Storage

/// What `tessera inspect` prints.
package struct InspectionText: Sendable {
  package let json: String
  package let lines: [String]

  init(_ inspection: Inspection) {
    self.init(
      json: ResolvedValue.mapping(inspection.fields).jsonText, lines: inspection.lines)
  }

  private init(json: String, lines: [String]) {
    self.json = json
    self.lines = lines
  }

  /// Of any file: HDF5 is looked at in a child process, because a damaged file may end the one that opens it.
  ///
  /// Its bytes are compared with the record of its result, and the chunk checksums of images are verified.
  ///
  /// Throws a `Fault`: `FileFault` (66), `StorageFault` or `ModelFault` (65), as a child tells it.
  package init(ofForeign path: String) throws {
    let record = try Inspection.requireRecorded(path)
    if let record, try Inspection.isOfNoFormat(path) {
      self.init(Inspection(ofRecorded: record))
      return
    }
    if path.hasSuffix(".json") {
      self.init(try Inspection(path: path))
      return
    }
    // A record or manifest has the SHA-256 of the same bytes.
    if record == nil { try HDF5File.requireBytes(path) }
    let told = try ForeignFile(path).inspection()
    try ForeignFile(path).checkLevels()
    guard let told else {
      self.init(try Inspection(path: path))
      return
    }
    let texts = told.map { String(decoding: $0, as: UTF8.self) }
    self.init(json: texts.first ?? "", lines: Array(texts.dropFirst()))
  }

  private func tell(_ answer: ConfinedAnswer) throws {
    for text in [json] + lines { try answer.data(Array(text.utf8)) }
  }

  /// In the child: answers a question about a file from elsewhere to standard output, within limits.
  ///
  /// - Returns: false for what is no question.
  /// - Throws: what a parent that went away makes of writing.
  package static func answer(_ kind: String, path: String, dataset: String?) throws -> Bool {
    guard let question = ForeignQuestion(kind, path: path, dataset: dataset) else { return false }
    ConfinedLimits.endWithParent()
    try ConfinedAnswer(.standardOutput).tell { answer in
      ConfinedLimits.install(forFileOf: try FileBytes.size(path))
      if case .inspection = question {
        try InspectionText(Inspection(path: path)).tell(answer)
      } else {
        // Whatever its content does to the process that takes it for a model, it does here first.
        if case .content = question { _ = try? Inspection(path: path) }
        try question.answer(answer)
      }
    }
    return true
  }
}
