import Configuration
import Datasets
import Files
import Foundation
import Testing
import Workflow

/// The repository's pipelines, read beside stand-ins for the data sets and models that they name: images of
/// zeros of the usual sizes and numbers, so that no pipeline is left out where its data are missing.
struct StandIns {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../..").standardizedFileURL.path

  private static let model = joinPath(root, "Tests/ModelsTests/Fixtures/bernoulli.h5")

  /// Every `.yaml` below `Pipelines`, relative to the root.
  static func pipelineFiles() throws -> [String] {
    try DurableFile.listTree(joinPath(root, "Pipelines")).filter { $0.hasSuffix(".yaml") }
      .map { "Pipelines/\($0)" }
  }

  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(data: nil) }

  /// The pipeline of a file below the root, the data sets that it names made if they are not there yet.
  func pipeline(_ file: String) throws -> Pipeline {
    let document = try Document(path: joinPath(Self.root, file))
    var models: [Override] = []
    try visit(document.root, path: []) { path, fields in
      switch fields["kind"] {
      case "idx": try writeIDX(fields)
      case "png-folder": try writePictures(fields)
      case "load-model":
        models.append(try Override("\(path.joined(separator: ".")).file=\(Self.model)"))
      case let kind:
        #expect(fields["dataset"] == nil, "\(file): no stand-in for sources of kind \(kind ?? "")")
      }
    }
    return try Pipeline(
      path: joinPath(Self.root, file), overrides: models, catalogue: .tessera,
      data: DatasetLookup(folders: [sandbox.path("Data")]))
  }

  /// Calls `body` with the path and the scalar fields of each mapping.
  private func visit(
    _ value: Document.Value, path: [String], _ body: ([String], [String: String]) throws -> Void
  ) throws {
    switch value.content {
    case .scalar: break
    case .sequence(let items):
      for item in items { try visit(item, path: path, body) }
    case .mapping(let entries):
      let fields = entries.compactMap { entry in entry.value.text.map { (entry.key, $0) } }
      try body(path, Dictionary(uniqueKeysWithValues: fields))
      for entry in entries { try visit(entry.value, path: path + [entry.key], body) }
    }
  }

  /// The folder of a data set, made; nil where an earlier pipeline has filled it.
  private func newFolder(_ fields: [String: String]) throws -> String? {
    let folder = "Data/\(try #require(fields["dataset"]))"
    if sandbox.exists(folder) { return nil }
    try DurableFile.createFolder(sandbox.path(folder))
    return sandbox.path(folder)
  }

  private func writeIDX(_ fields: [String: String]) throws {
    guard let folder = try newFolder(fields) else { return }
    let given = ["trainImages", "validationImages", "testImages"].compactMap { fields[$0] }
    for name in given { try writeZeros(joinPath(folder, name), [10_000, 28, 28]) }
    guard given.isEmpty else { return }
    try writeZeros(joinPath(folder, ToyData.trainImages), [60_000, 28, 28])
    try writeZeros(joinPath(folder, ToyData.trainLabels), [60_000])
    try writeZeros(joinPath(folder, ToyData.testImages), [10_000, 28, 28])
    try writeZeros(joinPath(folder, ToyData.testLabels), [10_000])
  }

  /// An IDX file whose values are a hole that reads as zeros.
  private func writeZeros(_ path: String, _ sizes: [Int]) throws {
    let head = IDXFile.encode(sizes: sizes, content: [])
    try DurableFile.write(head, to: path)
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: UInt64(head.count + sizes.reduce(1, *)))
    try file.close()
  }

  private func writePictures(_ fields: [String: String]) throws {
    guard let folder = try newFolder(fields) else { return }
    for number in 100..<220 {
      try PNGFile.write(
        pixels: Array(repeating: 0, count: 64 * 64), width: 64, height: 64,
        to: joinPath(folder, "\(number).png"))
    }
  }
}
