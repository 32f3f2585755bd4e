import Configuration
import Datasets
import Files
import Models
import Storage

/// What a file of ours is, in fields for a script and lines for a person.
package struct Inspection: Sendable {
  /// `kind` first of all; the rest depends on it.
  package let fields: [String: ResolvedValue]
  package let lines: [String]

  /// - Throws: `FileFault` (66), `StorageFault` or `ModelFault` (65): what no tessera wrote.
  package init(path: String) throws {
    let listed: [(String, ResolvedValue)]
    if path.hasSuffix(".json") {
      listed = try Inspection.json(path)
    } else {
      let file = try HDF5File.open(path)
      let format = try file.format() ?? ""
      // What is a view of other files is told by its names alone.
      if format != ShardWriter.viewFormat { try file.requireOwnData() }
      var found: [(String, ResolvedValue)]
      switch format {
      case ModelFile.format: found = Inspection.model(try ModelFile.read(path))
      case ImageArchive.format: found = Inspection.archive(try ImageArchive(path))
      case InformationFile.format: found = Inspection.information(try InformationFile(path))
      case Split.format: found = try Inspection.split(file)
      default: found = try Inspection.content(file, format: format, path: path)
      }
      let digest = try file.hasDigest() ? "the digest is right" : "no digest: an older file"
      found.append(("integrity", .string(digest)))
      try file.close()
      listed = found
    }
    self.init(listed)
  }

  /// A table, a picture or measured times: files without a digest of their own, verified by the record of their result.
  init(ofRecorded record: String) {
    self.init([
      ("kind", .string("result file")),
      ("integrity", .string("SHA-256 as listed in \(record)")),
    ])
  }

  private init(_ listed: [(String, ResolvedValue)]) {
    fields = Dictionary(listed, uniquingKeysWith: { first, _ in first })
    let width = listed.map(\.0.count).max() ?? 0
    lines = listed.map { name, value in
      let padding = String(repeating: " ", count: width - name.count)
      return "\(name)\(padding)  \(Inspection.text(value).printable)"
    }
  }

  /// Whether a file is neither HDF5 nor JSON that says what it is.
  static func isOfNoFormat(_ path: String) throws -> Bool {
    if path.hasSuffix(".json") {
      let text = String(decoding: try FileBytes.read(path, limit: 1 << 28), as: UTF8.self)
      return (try? ResolvedValue(json: text))?.mapping.flatMap(kind(of:)) == nil
    }
    return try !FileBytes.prefix(path, count: 4).elementsEqual([0x89, 0x48, 0x44, 0x46])
  }

  private static func model(_ model: Model) -> [(String, ResolvedValue)] {
    let counts = model.circuit.counts
    return [
      ("kind", .string("model")), ("image", .string("\(model.imageHeight) x \(model.imageWidth)")),
      ("channels", .integer(model.imageChannels)),
      ("superpixel", .string("\(model.superpixel[0]) x \(model.superpixel[1])")),
      ("structure", .string(model.structure)), ("units", .integer(model.circuit.units)),
      ("products", .string(type(of: model.circuit.products).kind)),
      ("weights", .string(type(of: model.circuit.weights).kind)),
      ("leaf", .string(model.circuit.leaf.name)),
      ("likelihood", .string(model.circuit.likelihood.rawValue)),
      ("rootWeights", .string(model.rootWeights)),
      ("classNames", .list(model.classNames.map(ResolvedValue.string))),
      ("regions", .integer(counts.regions)),
      ("groups", .integer(Set(model.circuit.graph.groups).count)),
      ("partitions", .integer(counts.partitions)), ("leafUnits", .integer(counts.leafUnits)),
      ("sumNodes", .integer(counts.sumNodes)), ("productNodes", .integer(counts.productNodes)),
      ("sumWeights", .integer(counts.sumWeights)), ("parameters", .integer(counts.parameters)),
      ("binarisation", .string(model.binarisation.name)), ("epoch", .integer(model.epoch)),
      ("learner", .string("\(model.learner.kind), \(model.learner.step) steps")),
      ("fingerprint", .string(model.fingerprint)),
    ]
  }

  private static func information(_ file: InformationFile) -> [(String, ResolvedValue)] {
    let partition = file.partition
    return [
      ("kind", .string("mutual information")),
      ("image", .string("\(partition.imageHeight) x \(partition.imageWidth)")),
      ("channels", .integer(partition.channels)),
      ("superpixel", .string("\(partition.cellHeight) x \(partition.cellWidth)")),
      ("superpixels", .integer(file.information.count)),
      ("largest", .real(file.information.values.max() ?? 0)),
    ]
  }

  private static func archive(_ archive: ImageArchive) -> [(String, ResolvedValue)] {
    [
      ("kind", .string("images")), ("image", .string("\(archive.height) x \(archive.width)")),
      ("channels", .integer(archive.shape.channels)),
      ("counts", .mapping(archive.counts.mapValues(ResolvedValue.integer))),
      ("classNames", .list(archive.classNames.map(ResolvedValue.string))),
      ("preparation", .mapping(archive.preparation.mapValues(ResolvedValue.string))),
      ("sources", .list(archive.sources.map { .string("\($0.name) \($0.sha256)") })),
    ]
  }

  /// As a line for a person: of a long list the first few, and how many there are.
  private static func text(_ value: ResolvedValue) -> String {
    guard let items = value.list, items.count > 12 else {
      return value.string ?? value.canonicalText
    }
    let few = ResolvedValue.list(Array(items.prefix(3))).canonicalText.dropLast()
    return "\(few), ...], \(items.count) in all (--json lists them)"
  }

  private static func split(_ file: HDF5File) throws -> [(String, ResolvedValue)] {
    let counts = try Split.partNames.map { part in
      (part, ResolvedValue.integer(try file.dataset("/\(part)", of: Int32.self).shape[0]))
    }
    // Older ones do not say of which images they are.
    let images = try file.hasAttribute("/", "images") ? try file.string("/", "images") : ""
    return [("kind", .string("split")), ("images", .string(images))] + counts
  }

  /// Shards and tables: what lies in the file, by name.
  private static func content(
    _ file: HDF5File, format: String, path: String
  ) throws -> [(String, ResolvedValue)] {
    var listed: [(String, ResolvedValue)] = [
      ("kind", .string(format.isEmpty ? "tables" : format))
    ]
    for name in try file.names(in: "/") {
      guard try file.hasAttribute("/\(name)", "CLASS"),
        try file.string("/\(name)", "CLASS") == "TABLE"
      else { continue }
      let table = try file.table("/\(name)")
      let columns = table.columns.map { $0.name + ($0.unit.map { " [\($0)]" } ?? "") }
      listed.append((name, .string("\(table.rows) rows: \(columns.joined(separator: ", "))")))
    }
    let formats = [ShardWriter.format, ShardWriter.viewFormat]
    guard format.isEmpty ? listed.count > 1 : formats.contains(format) else {
      throw ModelFault(path: path, reason: "an HDF5 file, but none that tessera wrote")
    }
    if !format.isEmpty {
      listed.append(
        ("holds", .list(try file.names(in: "/").map(ResolvedValue.string))))
    }
    return listed
  }
}
