import Configuration
import Files
import Tasks
import Testing
import Workflow

/// Every entry of every catalogue tells everything of itself, and what it tells is so.
struct VocabularyTests {
  private static let unknown = "qqqqqqqqqqqq"

  @Test func everyFieldHasAMeaningAndATypeThatIsKnown() {
    let catalogues = Set(Vocabulary.all.map(\.name))
    for catalogue in Vocabulary.all {
      for entry in catalogue.entries {
        #expect(!entry.summary.isEmpty, "\(catalogue.name).\(entry.kind)")
        for (path, field) in Self.all(entry.fields) {
          let place = "\(catalogue.name).\(entry.kind): \(path)"
          #expect(field.meaning.count >= 4, "\(place) has no meaning")
          #expect(!field.meaning.contains("\n") && field.meaning.last != ".", "\(place)")
          for case .choice(let name) in field.types {
            #expect(catalogues.contains(name), "\(place) is of an unknown catalogue")
          }
          for case .choices(let name) in field.types {
            #expect(catalogues.contains(name), "\(place) is of an unknown catalogue")
          }
        }
      }
    }
  }

  /// The example of an entry with fields shows one of them at least.
  @Test func examplesAreRead() throws {
    for catalogue in Vocabulary.catalogues {
      for entry in catalogue.description.entries {
        let place = "\(catalogue.description.name).\(entry.kind)"
        let example = try Self.value(of: entry)
        #expect(Self.complaints(example, catalogue).isEmpty, "\(place)")
        let shown = Set(Self.keys(of: example)).subtracting(["kind"])
        #expect(shown.isEmpty == entry.fields.isEmpty, "\(place): \(entry.example)")
      }
    }
  }

  /// An unknown key is refused, and the keys that its message lists are those that are described.
  @Test func theKeysThatAreReadAreTheDescribedOnes() throws {
    for catalogue in Vocabulary.catalogues {
      for entry in catalogue.description.entries {
        let place = "\(catalogue.description.name).\(entry.kind)"
        let odd = try Self.value(of: entry).adding(Self.unknown)
        try Self.expectRefusal(Self.complaints(odd, catalogue), of: entry, place)
        let described = Set(entry.fields.map(\.key))
        #expect(
          Set(Self.keys(of: odd)).subtracting(described) == ["kind", Self.unknown], "\(place)")
        // A field that is described is never an unknown one.
        for field in entry.fields where field.condition == nil {
          let more = try Self.value(of: entry).adding(field.key)
          let messages = Self.complaints(more, catalogue)
          #expect(!messages.contains { $0.contains("unknown key") }, "\(place): \(messages)")
        }
      }
    }
  }

  // MARK: Stages

  /// The examples of all stages are one pipeline.
  private static func pipeline() throws -> Document {
    let stages = Vocabulary.all[0].entries.flatMap { $0.example.split(separator: "\n") }
    return try Document(
      text: "name: examples\nstages:\n" + stages.map { "  \($0)\n" }.joined(), file: "examples")
  }

  @Test func examplesOfStagesAreOnePipeline() throws {
    let document = try Self.pipeline()
    #expect(Self.mistakes(document).isEmpty)
    let kinds = Self.stages(of: document).map { $0["kind"]?.text }
    #expect(kinds == Vocabulary.all[0].entries.map(\.kind))
  }

  @Test func theKeysThatStagesReadAreTheDescribedOnes() throws {
    let document = try Self.pipeline()
    for (index, entry) in Vocabulary.all[0].entries.enumerated() {
      let stage = Self.stages(of: document)[index]
      let odd = document.replacingStage(index, by: stage.adding(Self.unknown))
      try Self.expectRefusal(Self.mistakes(odd), of: entry, entry.kind)
      for field in entry.fields where field.condition == nil {
        let more = document.replacingStage(index, by: stage.adding(field.key))
        let messages = Self.mistakes(more)
        #expect(!messages.contains { $0.contains("unknown key") }, "\(entry.kind): \(messages)")
      }
    }
  }

  private static func stages(of document: Document) -> [Document.Value] {
    guard case .mapping(let entries)? = document.root["stages"]?.content else { return [] }
    return entries.map(\.value)
  }

  /// What is wrong with a pipeline, data that are not there apart.
  private static func mistakes(_ document: Document) -> [String] {
    do {
      _ = try Pipeline(document, catalogue: .tessera, data: DatasetLookup(folders: []))
      return []
    } catch let fault as ConfigurationFault {
      return fault.diagnostics.map(\.message)
    } catch {
      return error is MissingData ? [] : ["\(error)"]
    }
  }

  // MARK: Helpers

  private static func all(
    _ fields: [FieldDescription], within parent: String = ""
  ) -> [(path: String, field: FieldDescription)] {
    fields.flatMap { field in
      let path = parent + field.key
      return [(path, field)] + all(field.types.flatMap(\.fields), within: path + ".")
    }
  }

  private static func expectRefusal(
    _ messages: [String], of entry: EntryDescription, _ place: String
  ) throws {
    let refusal = try #require(
      messages.first { $0.hasPrefix("unknown key '\(unknown)'") }, "\(place): \(messages)")
    let words = refusal.split(separator: "(known: ").last?.dropLast() ?? ""
    let known = Set(words.split(separator: ", ").map(String.init)).subtracting(["kind"])
    let described = Set(entry.fields.map(\.key))
    #expect(known.subtracting(described).isEmpty, "\(place) reads what is not described")
    #expect(
      Set(entry.fields.filter { $0.condition == nil }.map(\.key)).subtracting(known).isEmpty,
      "\(place) does not read what is described: \(known)")
  }

  private static func value(of entry: EntryDescription) throws -> Document.Value {
    try #require(try Document(text: "entry: \(entry.example)", file: "example").root["entry"])
  }

  private static func keys(of value: Document.Value) -> [String] {
    guard case .mapping(let entries) = value.content else { return [] }
    return entries.map(\.key)
  }

  private static func complaints(
    _ value: Document.Value, _ catalogue: any DescribedCatalogue
  ) -> [String] {
    let diagnostics = Diagnostics()
    let entry = Document.Entry(key: "entry", keyPosition: value.position, value: value)
    let fields = Fields(
      Document.Value(.mapping([entry]), at: value.position), subject: "the example",
      diagnostics: diagnostics)
    catalogue.read("entry", of: fields)
    fields.finish()
    return diagnostics.all.map(\.message)
  }
}

extension Document.Value {
  /// The value at a key of a mapping.
  fileprivate subscript(key: String) -> Document.Value? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// With one more key, where it is not there yet; a bare word becomes a mapping with its kind.
  fileprivate func adding(_ key: String) -> Document.Value {
    func entry(_ key: String, _ text: String) -> Document.Entry {
      Document.Entry(
        key: key, keyPosition: position,
        value: Document.Value(.scalar(text, isPlain: true), at: position))
    }
    switch content {
    case .mapping(let entries):
      if self[key] != nil { return self }
      return Document.Value(.mapping(entries + [entry(key, "1")]), at: position)
    default:
      return Document.Value(.mapping([entry("kind", text ?? ""), entry(key, "1")]), at: position)
    }
  }
}

extension Document {
  fileprivate func replacingStage(_ index: Int, by value: Value) -> Document {
    guard case .mapping(var keys) = root.content, case .mapping(var stages) = keys[1].value.content
    else { return self }
    stages[index].value = value
    keys[1].value = Value(.mapping(stages), at: keys[1].value.position)
    return Document(file: file, root: Value(.mapping(keys), at: root.position))
  }
}
