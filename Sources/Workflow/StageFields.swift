import Configuration
import Files

/// The fields of one stage of a pipeline, inputs and raw files included.
///
/// What is read here is what the stage's fingerprint covers: values with their defaults, inputs by
/// the fingerprint of what made them, raw files by their content.
package final class StageFields {
  /// The reader of everything that is neither an input nor a raw file.
  package let fields: Fields
  /// The stage's name in its pipeline: for messages, never for results.
  package let name: String
  let pipeline: String
  let pipelineSeed: Int
  let data: DatasetLookup
  private let resolver: ReferenceResolver
  /// The variant that is read: which of a producer's variants an input comes from.
  private let variant: Variant

  private(set) var inputs: [StageInput] = []
  /// Whether the pipeline's seed was asked for, so that each of its seeds is a variant.
  private(set) var usesPipelineSeed = false
  private(set) var rawFiles: [RawFile] = []
  private(set) var dataFaults: [any Fault] = []

  init(
    _ fields: Fields, name: String, pipeline: String, pipelineSeed: Int, data: DatasetLookup,
    resolver: ReferenceResolver, variant: Variant
  ) {
    self.fields = fields
    self.name = name
    self.pipeline = pipeline
    self.pipelineSeed = pipelineSeed
    self.data = data
    self.resolver = resolver
    self.variant = variant
  }

  // MARK: Inputs

  /// The artifact that a key names, as `STAGE.OUTPUT` or `STAGE`. Of a stage with variants it is
  /// that of the variant which is read, and the reading stage has its axes too.
  package func input(
    _ key: String, _ type: ArtifactType, meaning: String = ""
  ) -> InputReference {
    fields.describe(key, .artifact(type.name), .required, meaning: meaning)
    if let reference = single(key, type) { return reference }
    if !fields.has(key) { missingInput(key, "an artifact", type) }
    return InputReference(port: key, stage: "", output: "", type: type)
  }

  /// The artifact that a key names, or nil where the key is not written.
  package func optionalInput(
    _ key: String, _ type: ArtifactType, meaning: String = ""
  ) -> InputReference? {
    fields.describe(key, .artifact(type.name), .optional, meaning: meaning)
    return single(key, type)
  }

  private func single(_ key: String, _ type: ArtifactType) -> InputReference? {
    let written = fields.references(key)
    guard written.count <= 1 else {
      fields.complain(key, "expected one \(type), found a list of \(written.count)")
      return nil
    }
    return written.first.flatMap {
      add($0.text, port: key, type, at: $0.position, collects: false).first
    }
  }

  /// The artifacts that a list names; a single one may stand without brackets. A stage with
  /// variants stands for all of them that agree with the reading stage's own axes, in the
  /// pipeline's order.
  package func inputs(
    _ key: String, _ type: ArtifactType, meaning: String = ""
  ) -> [InputReference] {
    fields.describe(key, .artifacts(type.name), .required, meaning: meaning)
    let written = fields.references(key)
    if !fields.has(key) { missingInput(key, "a list of artifacts", type) }
    return written.flatMap { add($0.text, port: key, type, at: $0.position, collects: true) }
  }

  /// The artifacts of a mapping from labels, `{circuit: spn.curve, baseline: vae.curve}`, in the
  /// order written: under each label all variants of its stage, as `inputs` collects them. The
  /// labels are part of the fingerprint, the stages' names are not.
  package func namedInputs(
    _ key: String, _ type: ArtifactType, meaning: String = ""
  ) -> [(label: String, inputs: [InputReference])] {
    fields.describe(key, .labelledArtifacts(type.name), .required, meaning: meaning)
    let written = fields.namedReferences(key)
    if !fields.has(key) { missingInput(key, "a mapping of labels to artifacts", type) }
    if fields.has(key), written.isEmpty { fields.complain(key, "names no artifact") }
    fields.record(key, .list(written.map { .string($0.name) }))
    return written.map { entry in
      let port = "\(key).\(entry.name)"
      return (entry.name, add(entry.text, port: port, type, at: entry.position, collects: true))
    }
  }

  private func missingInput(_ key: String, _ what: String, _ type: ArtifactType) {
    fields.missing(key, "\(what) of type \(type) (\(resolver.available(type)))")
  }

  private func add(
    _ text: String, port: String, _ type: ArtifactType, at position: SourcePosition,
    collects: Bool
  ) -> [InputReference] {
    guard
      let artifact = resolver.resolve(
        text, port: port, type, at: position, of: fields.subject, fields.diagnostics)
    else { return [] }
    let bound = resolver.inputs(
      artifact, port: port, readBy: variant, collects: collects, at: position)
    inputs += bound
    return bound.map(\.reference)
  }

  // MARK: Seeds

  /// The stage's own seed, else the pipeline's: one of several, if the pipeline has `seeds`.
  package func seed(
    _ key: String = "seed", meaning: String = "seed of the random numbers; default: the pipeline's"
  ) -> Int {
    fields.describe(key, .integer(0...Int.max), .optional, meaning: meaning)
    if !fields.has(key) { usesPipelineSeed = true }
    return fields.int(key, default: pipelineSeed, in: 0...Int.max, meaning: meaning)
  }

  /// Makes the names of the pipeline and the stage part of the fingerprint.
  ///
  /// For stages whose results contain them (a text chunk, a caption): without it a cached result
  /// made under another name would be given out.
  package func includeNames() {
    fields.record("(names)", .mapping(["pipeline": .string(pipeline), "stage": .string(name)]))
  }

  // MARK: Raw files

  /// Files of a data set below `Data/NAME` or `$TESSERA_DATA/NAME`.
  ///
  /// A file may be there with `.gz` added. Only name and content enter the fingerprint: read the
  /// data set's name with `location`, or it is part of it as well. A missing file is reported after the
  /// whole pipeline was read (exit code 66).
  package func rawFolder(named dataset: String, files: [String]) -> RawFolder {
    guard let folder = find(dataset) else { return RawFolder(path: dataset, files: []) }
    return rawFolder(at: folder, files: files)
  }

  /// The names of the files and folders of a data set, in bytewise order; none where it is not there.
  package func fileNames(of dataset: String) -> [String] {
    let names = known { try data.folder(of: dataset).map(DurableFile.names) } ?? []
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Files of a folder that the user names by its path.
  package func rawFolder(at folder: String, files: [String]) -> RawFolder {
    let found = files.compactMap { name -> RawFile? in
      var inTheWay: FileFault?
      for candidate in [name, "\(name).gz"] {
        let path = joinPath(folder, candidate)
        guard let found = status(of: path) else { continue }
        if found.isRegular { return RawFile(name: candidate, path: path) }
        inTheWay = inTheWay ?? FileFault(path, .read, .notRegular(found.kind))
      }
      dataFaults.append(
        inTheWay ?? MissingData(folder: folder, file: name, found: status(of: folder)))
      return nil
    }
    rawFiles += found
    return RawFolder(path: folder, files: found)
  }

  /// The files of a data set whose names end in one of `suffixes`, at any depth, in bytewise order: those of
  /// its `FolderAccount`, which the result has as well.
  ///
  /// - Parameters:
  ///   - suffixes: in lower case.
  ///   - besides: files of the folder that are asked for apart.
  package func rawFolder(
    named dataset: String, suffixes: [String], links: LinkPolicy = .inside, besides: [String] = []
  ) -> RawFolder {
    guard let folder = find(dataset) else { return RawFolder(path: dataset, files: []) }
    let account = known {
      try FolderAccount(folder, suffixes: suffixes, links: links, besides: besides)
    }
    guard let account else { return RawFolder(path: folder, files: []) }
    if account.names.isEmpty { dataFaults.append(MissingData(account, suffixes: suffixes)) }
    let found = account.names.map { RawFile(name: $0, path: joinPath(folder, $0)) }
    rawFiles += found
    return RawFolder(path: folder, files: found, account: account)
  }

  /// One file that the user names by its path; its name is its last component.
  package func rawFile(_ path: String) -> RawFile {
    rawFile(path, named: path.split(separator: "/").last.map(String.init) ?? path)
  }

  /// The same, under a name of the stage's choice: a file that is moved or renamed stays the same.
  package func rawFile(_ path: String, named name: String) -> RawFile {
    let file = RawFile(name: name, path: path)
    let found = status(of: path)
    if let found, !found.isRegular {
      dataFaults.append(FileFault(path, .read, .notRegular(found.kind)))
    } else if found != nil {
      rawFiles.append(file)
    } else {
      dataFaults.append(MissingData(file: path))
    }
    return file
  }

  private func find(_ dataset: String) -> String? {
    let parts = dataset.split(separator: "/", omittingEmptySubsequences: false)
    guard DatasetLookup.isPath(dataset) || !parts.contains("..") && !parts.contains("") else {
      // A missing name was reported by whoever read it.
      if !dataset.isEmpty {
        fields.diagnostics.add(
          "\(dataset.quoted) is no name of a data set: expected a folder below "
            + data.folders.joined(separator: " or ") + ", or a path (/..., ./..., ../...)",
          at: fields.position)
      }
      return nil
    }
    if let folder = known({ try data.folder(of: dataset) }) { return folder }
    dataFaults.append(MissingData(dataset: dataset, searched: data))
    return nil
  }

  /// The status of a path; nil where nothing is, or where it cannot be examined, which is a fault of the data.
  private func status(of path: String) -> FileStatus? {
    known { try FileStatus.of(path, for: .read) }
  }

  /// The result of `find`; nil where it throws a fault. The first of all is thrown after the whole pipeline was
  /// read.
  package func known<Found>(_ find: () throws -> Found?) -> Found? {
    do { return try find() } catch {
      guard let fault = error as? any Fault else { preconditionFailure("no fault: \(error)") }
      dataFaults.append(fault)
      return nil
    }
  }
}
